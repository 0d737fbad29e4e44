import type { Errno } from '../../host/errno.ts'
import { goWords } from '../../host/errno.ts'
import type { HttpResponse, Pending } from '../../host/http.ts'
import { HttpClient } from '../../host/http.ts'
import type { Os } from '../../host/program.ts'
import type { Sys } from '../../host/sys.ts'
import { sleep } from '../../host/sys.ts'
import { until } from '../../host/task.ts'
import { ExitError } from './exit.ts'
import type { Flags } from './flags.ts'

const unavailable = 14
const retryMs = 100

type Outcome = { readonly response: HttpResponse } | { readonly failure: Errno } | 'timeout'

/** Speaks to the first endpoint that answers. */
export class Client {
  readonly os: Os
  readonly endpoints: readonly string[]
  readonly #timeoutMs: number
  readonly #dialTimeoutMs: number
  readonly #connections = new Map<string, HttpClient>()

  constructor(os: Os, flags: Flags) {
    this.os = os
    this.endpoints = flags.list('endpoints')
    this.#timeoutMs = flags.milliseconds('command-timeout')
    this.#dialTimeoutMs = flags.milliseconds('dial-timeout')
  }

  /** One request; tries the endpoints in turn until its time is up. */
  *call<T>(method: string, body: object, endpoints = this.endpoints): Sys<T> {
    const deadline = this.os.now + this.#timeoutMs
    let last = ''
    for (let turn = 0; this.os.now < deadline; turn++) {
      const endpoint = endpoints[turn % endpoints.length]!
      const outcome = yield* this.#request(endpoint, `/etcdserverpb.${method}`, body, deadline - this.os.now)
      if (outcome === 'timeout') break
      if ('response' in outcome) {
        const { status, body: result } = outcome.response
        if (status === 200) return result as T
        const { code, message } = (result ?? {}) as { code?: number; message?: string }
        // Another member may be on the better side of a broken network.
        if (code !== unavailable || endpoints.length === 1)
          throw new ExitError('error', message ?? `HTTP ${status}`)
        last = message ?? ''
      } else {
        last = `connection error: desc = "transport: Error while dialing dial tcp ${hostOf(endpoint)}: ${dialError(outcome.failure)}"`
      }
      if ((turn + 1) % endpoints.length === 0) yield* sleep(retryMs)
    }
    this.#warn(endpoints[0]!, last)
    throw new ExitError('error', 'context deadline exceeded')
  }

  /** Opens a stream; frames are handed out one by one, `null` at the end. */
  stream(method: string, body: object): { next(): Sys<unknown>; send(frame: object): void } {
    const queue: unknown[] = []
    let waiting: ((frame: unknown) => void) | undefined
    const push = (frame: unknown) => {
      const resume = waiting
      waiting = undefined
      if (resume) resume(frame)
      else queue.push(frame)
    }
    const pending = this.#connection(this.endpoints[0]!).request(
      {
        method: 'POST',
        path: `/etcdserverpb.${method}`,
        headers: { accept: 'text/event-stream' },
        body,
      },
      { response: () => undefined, data: push, ended: () => push(null), failed: () => push(null) },
    )
    const next = () =>
      until<unknown>('recvmsg', (resume) => {
        if (queue.length > 0) resume(queue.shift())
        else waiting = resume
        return () => {
          waiting = undefined
        }
      })
    return { next, send: (frame) => pending.send(frame) }
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close()
  }

  *#request(endpoint: string, path: string, body: object, timeoutMs: number): Sys<Outcome> {
    const connection = this.#connection(endpoint)
    return yield* until<Outcome>('recvmsg', (resume) => {
      let pending: Pending | undefined
      const stop = this.os.after(timeoutMs, () => {
        pending?.cancel()
        resume('timeout')
      })
      const done = (outcome: Outcome) => {
        stop()
        resume(outcome)
      }
      pending = connection.request(
        { method: 'POST', path, headers: {}, body },
        { response: (response) => done({ response }), failed: (failure) => done({ failure }) },
      )
      return () => {
        stop()
        pending?.cancel()
      }
    })
  }

  #connection(endpoint: string): HttpClient {
    const known = this.#connections.get(endpoint)
    if (known) return known
    const [, host = '', port = '2379'] = /^(.*?)(?::(\d+))?$/.exec(hostOf(endpoint)) ?? []
    const connection = new HttpClient(this.os, host, Number(port), { dialTimeoutMs: this.#dialTimeoutMs })
    this.#connections.set(endpoint, connection)
    return connection
  }

  /** clientv3's own log line. */
  #warn(endpoint: string, why: string): void {
    const desc = why === '' ? 'context deadline exceeded' : `latest balancer error: last ${why}`
    const line = {
      level: 'warn',
      ts: new Date(this.os.clock).toISOString(),
      logger: 'etcd-client',
      caller: 'v3@v3.5.16/retry_interceptor.go:63',
      msg: 'retrying of unary invoker failed',
      target: `etcd-endpoints://0xc0000c2000/${hostOf(endpoint)}`,
      attempt: 0,
      error: `rpc error: code = DeadlineExceeded desc = ${desc}`,
    }
    this.os.stderr(`${JSON.stringify(line)}\n`)
  }
}

/** Without the scheme. */
const hostOf = (endpoint: string): string => endpoint.replace(/^[a-z]+:\/\//, '').replace(/\/$/, '')

/** As Go's net package says why a connection failed. */
const dialError = (error: Errno): string =>
  error.code === 'ETIMEDOUT' ? 'i/o timeout' : `connect: ${goWords(error)}`
