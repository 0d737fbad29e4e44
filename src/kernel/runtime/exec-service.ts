import type { ChannelFrame } from '../api/remote-command.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { until } from '../host/task.ts'
import { CriError, type CriMethods, type CriRequest } from './cri.ts'
import type { CriHandlers, ServerStream, StreamOutput } from './cri-server.ts'
import type { RuntimeService } from './runtime-service.ts'
import type { ShimClient } from './shim-client.ts'
import { newId } from './state.ts'

/** Commands in containers, and their own terminals: Exec, ExecSync and Attach (containerd: container_exec.go, container_attach.go). */
export class ExecService {
  readonly #os: Os
  readonly #runtime: RuntimeService

  constructor(os: Os, runtime: RuntimeService) {
    this.#os = os
    this.#runtime = runtime
  }

  handlers(): Pick<CriHandlers, 'ExecSync'> {
    return { ExecSync: (params) => this.#execSync(params) }
  }

  /** Frames both ways, a Status at the end (client-go: tools/remotecommand/v4.go). */
  stream({ method, params }: CriRequest<'Exec' | 'Attach'>, out: StreamOutput): ServerStream {
    const { id, shim } = this.#shimFor(params.containerId)
    const on = {
      accepted: () => out.accepted(),
      refused: (error: Error) => out.refused(method === 'Exec' ? this.#failed(error) : error),
      frame: (frame: ChannelFrame) => out.frame(frame),
      ended: (status: number) => {
        out.frame({ channel: 3, data: exitStatus(method === 'Attach' ? 0 : status) })
        out.ended()
      },
    }
    const { cmd, tty, stdin } = params as CriMethods['Exec']['params']
    const stream =
      method === 'Exec' ? shim.exec(id, { args: cmd, tty, stdin }, on) : shim.attach(id, stdin, on)
    return { input: (frame) => stream.send(frame), hangUp: () => stream.hangUp() }
  }

  *#execSync({
    containerId,
    cmd,
    timeout,
  }: CriMethods['ExecSync']['params']): Sys<CriMethods['ExecSync']['result']> {
    const { id, shim } = this.#shimFor(containerId)
    const out = { 1: '', 2: '' }
    const exitCode = yield* until<number>('exec', (resume, fail) => {
      const late = `failed to exec in container: timeout ${timeout}s exceeded: context deadline exceeded`
      const tooLate =
        timeout > 0
          ? this.#os.after(timeout * 1000, () => {
              stream.kill()
              fail(new CriError('DeadlineExceeded', late))
            })
          : () => {}
      const stream = shim.exec(
        id,
        { args: cmd, tty: false, stdin: false },
        {
          accepted: () => {},
          refused: (error) => {
            tooLate()
            fail(this.#failed(error))
          },
          frame: (frame) => {
            if ('channel' in frame && (frame.channel === 1 || frame.channel === 2))
              out[frame.channel] += frame.data
          },
          ended: (status) => {
            tooLate()
            resume(status)
          },
        },
      )
    })
    return { stdout: out[1], stderr: out[2], exitCode }
  }

  #failed(error: Error): CriError {
    return new CriError(
      'Unknown',
      `failed to exec in container: failed to start exec "${newId(this.#os)}": ${error.message}`,
    )
  }

  /** Throws CriError when the container does not run. */
  #shimFor(containerId: string): { id: string; shim: ShimClient } {
    const { id, podSandboxId } = this.#runtime.running(containerId)
    const shim = this.#runtime.shimOf(podSandboxId)
    if (!shim) throw new CriError('Unknown', `sandbox "${podSandboxId}" is not running`)
    return { id, shim }
  }
}

const exitStatus = (status: number): string =>
  JSON.stringify(
    status === 0
      ? { metadata: {}, status: 'Success' }
      : {
          metadata: {},
          status: 'Failure',
          message: `command terminated with non-zero exit code: exit code ${status}`,
          reason: 'NonZeroExitCode',
          details: { causes: [{ reason: 'ExitCode', message: `${status}` }] },
        },
  )
