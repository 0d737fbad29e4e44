import type { Container, LifecycleHandler } from 'kubernetes-types/core/v1'
import type { Os } from '../host/program.ts'
import { sleep, type Sys } from '../host/sys.ts'
import { CriError } from '../runtime/cri.ts'
import type { CriClient } from '../runtime/cri-client.ts'
import { httpGet, type ProbeTarget } from './probe.ts'

/** kubelet: the HTTP client of lifecycle hooks has no timeout of its own; a pod's grace period bounds it. */
const HOOK_TIMEOUT_MS = 600_000

/** Run a lifecycle handler (kubernetes: pkg/kubelet/lifecycle/handlers.go). Gives what went wrong, or nothing. */
export function* runHook(
  os: Os,
  cri: CriClient,
  handler: LifecycleHandler,
  target: ProbeTarget,
): Sys<string | undefined> {
  if (handler.exec) {
    const cmd = handler.exec.command ?? []
    try {
      const { exitCode, stdout, stderr } = yield* cri.call('ExecSync', {
        containerId: target.containerId,
        cmd,
        timeout: 0,
      })
      if (exitCode === 0) return undefined
      return `command '${cmd.join(' ')}' exited with ${exitCode}: ${stderr}, message: "${stdout + stderr}"`
    } catch (error) {
      if (error instanceof CriError) return error.message
      throw error
    }
  }
  if (handler.httpGet) {
    const result = yield* httpGet(os, handler.httpGet, target, HOOK_TIMEOUT_MS)
    return result.ok ? undefined : result.output
  }
  const { sleep: pause } = handler as { sleep?: { seconds: number } }
  if (pause) {
    yield* sleep(pause.seconds * 1000)
    return undefined
  }
  return 'invalid handler: &LifecycleHandler{}'
}

export const preStopOf = ({ lifecycle }: Container): LifecycleHandler | undefined => lifecycle?.preStop
