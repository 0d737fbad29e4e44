import type { Container, HTTPGetAction, Probe } from 'kubernetes-types/core/v1'
import { goWords, type Errno } from '../host/errno.ts'
import { HttpClient } from '../host/http.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { until } from '../host/task.ts'
import { CriError } from '../runtime/cri.ts'
import type { CriClient } from '../runtime/cri-client.ts'
import { portOf } from './ports.ts'
import type { KubeletPod } from './types.ts'

export type ProbeResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly output: string; readonly errored?: boolean }

const MAX_OUTPUT = 10 * 1024

export interface ProbeTarget {
  readonly pod: KubeletPod
  readonly container: Container
  readonly containerId: string
  readonly podIP: string
}

/** Look once (kubernetes: pkg/kubelet/prober/prober.go runProbe, pkg/probe). */
export function* runProbe(os: Os, cri: CriClient, probe: Probe, target: ProbeTarget): Sys<ProbeResult> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000
  if (probe.exec)
    return yield* runExec(cri, target.containerId, probe.exec.command ?? [], probe.timeoutSeconds ?? 1)
  if (probe.httpGet) return yield* httpGet(os, probe.httpGet, target, timeoutMs)
  if (probe.tcpSocket)
    return yield* tcp(
      os,
      probe.tcpSocket.host || target.podIP,
      portOf(target.pod, target.container, probe.tcpSocket.port),
      timeoutMs,
    )
  // A gRPC health check here is whether something answers: no service of the emulated images speaks it.
  if (probe.grpc) return yield* tcp(os, target.podIP, probe.grpc.port, timeoutMs)
  return { ok: false, output: 'missing probe handler', errored: true }
}

function* runExec(
  cri: CriClient,
  containerId: string,
  cmd: readonly string[],
  timeout: number,
): Sys<ProbeResult> {
  try {
    const { exitCode, stdout, stderr } = yield* cri.call('ExecSync', { containerId, cmd, timeout })
    return exitCode === 0 ? { ok: true } : { ok: false, output: (stdout + stderr).slice(0, MAX_OUTPUT) }
  } catch (error) {
    if (!(error instanceof CriError)) throw error
    if (error.code === 'DeadlineExceeded') return { ok: false, output: `command timed out: ${error.message}` }
    return { ok: false, output: error.message, errored: true }
  }
}

/** An HTTP GET as probes and hooks make it. */
export function* httpGet(
  os: Os,
  action: HTTPGetAction,
  target: ProbeTarget,
  timeoutMs: number,
): Sys<ProbeResult> {
  const port = portOf(target.pod, target.container, action.port)
  if (!port)
    return { ok: false, output: `strconv.Atoi: parsing "${action.port}": invalid syntax`, errored: true }
  const host = action.host || target.podIP
  const path = action.path?.startsWith('/') ? action.path : `/${action.path ?? ''}`
  const url = `${(action.scheme ?? 'HTTP').toLowerCase()}://${host}:${port}${path}`
  const own = Object.fromEntries(
    (action.httpHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value]),
  )
  const headers = { 'user-agent': 'kube-probe/1.32', accept: '*/*', host: `${host}:${port}`, ...own }
  return yield* until<ProbeResult>('http', (resume) => {
    const client = new HttpClient(os, host, port, { dialTimeoutMs: timeoutMs })
    const settle = (output: string) => {
      tooLate()
      client.close()
      resume(output === '' ? { ok: true } : { ok: false, output })
    }
    const late = `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
    const tooLate = os.after(timeoutMs, () => settle(late))
    client.request(
      { method: 'GET', path, headers },
      {
        response: ({ status }) =>
          settle(status >= 200 && status < 400 ? '' : `HTTP probe failed with statuscode: ${status}`),
        failed: (error) => settle(`Get "${url}": ${dialError(error, host, port)}`),
      },
    )
  })
}

function* tcp(os: Os, host: string, port: number | undefined, timeoutMs: number): Sys<ProbeResult> {
  if (!port) return { ok: false, output: 'port is not known', errored: true }
  return yield* until<ProbeResult>('tcp', (resume) =>
    os.connect(
      host,
      port,
      {
        opened: (connection) => {
          connection.close()
          resume({ ok: true })
        },
        failed: (error) => resume({ ok: false, output: dialError(error, host, port) }),
      },
      { timeoutMs },
    ),
  )
}

const dialError = (error: Errno, host: string, port: number): string =>
  error.code === 'ETIMEDOUT'
    ? `dial tcp ${host}:${port}: i/o timeout`
    : error.code === 'ECONNRESET'
      ? 'EOF'
      : `dial tcp ${host}:${port}: connect: ${goWords(error)}`
