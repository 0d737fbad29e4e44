import type { Errno } from '../host/errno.ts'
import { goWords } from '../host/errno.ts'
import type { HttpClient, Pending } from '../host/http.ts'
import type { Os } from '../host/program.ts'
import { EtcdMembers, headers } from './etcd-members.ts'
import { waitFor, type Task } from './task.ts'

/** An answer of etcd that is an error, or none at all; `code` is gRPC's. */
export class EtcdError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** Whether a revision is not kept any more (etcd: mvcc: required revision has been compacted). */
export const isCompacted = (error: unknown): boolean =>
  error instanceof EtcdError && error.code === outOfRange

/** gRPC: codes. */
export const deadlineExceeded = 4
export const outOfRange = 11
export const unavailable = 14

/** Ask a member that is silent for so long whether it is still there (clientv3: keepalive, but quicker). */
const SILENCE_MS = 2000
/** clientv3: defaultBackoffWaitBetween. */
const RETRY_MS = 25
const RECONNECT_MS = 250

interface Call {
  readonly path: string
  readonly body: unknown
  /** A request that may be sent twice (clientv3: repeatable policy). */
  readonly repeatable: boolean
  readonly resume: (value: unknown) => void
  readonly fail: (error: unknown) => void
  readonly deadline: number
  done: boolean
  pending?: Pending
  cancelTimer?: () => void
}

/** What hears of a watch stream. */
export interface WatchHandler {
  message(message: unknown): void
  /** The stream ended or broke; the client may have moved to another member. */
  closed(): void
}

interface OpenWatch {
  readonly handler: WatchHandler
  pending?: Pending
  open: boolean
}

/**
 * Talks to one member of etcd at a time and moves to another when it does not answer. Reads are tried again until their
 * deadline; a write that may have been executed is not (etcd: client/v3/retry_interceptor.go).
 */
export class EtcdClient {
  readonly #os: Os
  readonly #members: EtcdMembers
  #active: HttpClient | undefined
  #probing = false
  #heardAt = 0
  #calls = new Set<Call>()
  #waiting: Call[] = []
  #watches = new Set<OpenWatch>()
  #onConnected: (() => void)[] = []

  constructor(os: Os, urls: readonly string[]) {
    this.#os = os
    this.#members = new EtcdMembers(os, urls)
    this.#connect()
    this.#keepAlive()
  }

  get connected(): boolean {
    return this.#active !== undefined
  }

  /** Call once a member has answered; at once if one has. */
  whenConnected(then: () => void): void {
    if (this.#active) then()
    else this.#onConnected.push(then)
  }

  /** One request and its answer; throws EtcdError. */
  call<T>(path: string, body: unknown, { repeatable = false, timeoutMs = 60_000 } = {}): Task<T> {
    return waitFor<T>((resume, fail) => {
      const deadline = this.#os.now + timeoutMs
      const call: Call = {
        path,
        body,
        repeatable,
        deadline,
        done: false,
        fail,
        resume: resume as (value: unknown) => void,
      }
      call.cancelTimer = this.#os.after(timeoutMs, () =>
        this.#failed(call, new EtcdError(deadlineExceeded, 'context deadline exceeded')),
      )
      this.#send(call)
    })
  }

  /** Open a watch stream on the member in use; `send` more into it through the result. */
  watch(request: unknown, handler: WatchHandler): { send(message: unknown): void; cancel(): void } {
    const watch: OpenWatch = { handler, open: true }
    this.#watches.add(watch)
    this.whenConnected(() => {
      if (watch.open) this.#openWatch(watch, request)
    })
    return {
      send: (message) => watch.pending?.send(message),
      cancel: () => {
        watch.open = false
        this.#watches.delete(watch)
        watch.pending?.cancel()
      },
    }
  }

  #openWatch(watch: OpenWatch, request: unknown): void {
    const client = this.#active
    const over = () => {
      if (!watch.open) return
      watch.open = false
      this.#watches.delete(watch)
      watch.handler.closed()
    }
    watch.pending = client?.request(
      { method: 'POST', path: '/etcdserverpb.Watch/Watch', headers, body: request },
      {
        response: () => this.#heard(client),
        data: (message) => {
          this.#heard(client)
          if (watch.open) watch.handler.message(message)
        },
        ended: over,
        failed: () => {
          this.#lost(client)
          over()
        },
      },
    )
  }

  #send(call: Call): void {
    const client = this.#active
    if (!client) {
      this.#waiting.push(call)
      return
    }
    this.#calls.add(call)
    call.pending = client.request(
      { method: 'POST', path: call.path, headers, body: call.body },
      {
        response: ({ status, body }) => {
          this.#heard(client)
          if (status === 200) this.#settle(call, () => call.resume(body))
          else this.#refused(call, errorOf(status, body))
        },
        failed: (error) => {
          this.#lost(client)
          this.#refused(call, brokenConnection(error))
        },
      },
    )
  }

  #refused(call: Call, error: EtcdError): void {
    if (call.done) return
    // A member without a leader says so, or times out: another one may be on the better side of a partition.
    if (error.code === unavailable) this.#lookAround()
    if (error.code !== unavailable || !call.repeatable || this.#os.now >= call.deadline)
      return this.#failed(call, error)
    this.#calls.delete(call)
    this.#os.after(RETRY_MS, () => {
      if (!call.done) this.#send(call)
    })
  }

  #failed(call: Call, error: EtcdError): void {
    this.#settle(call, () => call.fail(error))
  }

  #settle(call: Call, tell: () => void): void {
    if (call.done) return
    call.done = true
    this.#calls.delete(call)
    call.cancelTimer?.()
    tell()
  }

  #heard(client: HttpClient | undefined): void {
    if (client === this.#active) this.#heardAt = this.#os.now
  }

  /** Leave this member: what is under way there is over. */
  #lost(client: HttpClient | undefined): void {
    if (!client || client !== this.#active) return
    this.#active = undefined
    this.#members.preferNext()
    const calls = [...this.#calls]
    this.#calls.clear()
    const watches = [...this.#watches]
    this.#watches.clear()
    client.close()
    for (const call of calls) this.#refused(call, brokenConnection(undefined))
    for (const watch of watches) {
      if (!watch.open) continue
      watch.open = false
      watch.handler.closed()
    }
    this.#connect()
  }

  /**
   * Ask all members. The first that knows a leader is used, the one after the last in use when several answer in one moment;
   * without any such, one that is there at all: it will tell why it cannot answer.
   */
  #connect(): void {
    if (this.#probing || this.#active) return
    this.#probing = true
    this.#members.survey((best) => {
      this.#probing = false
      if (best) this.#use(best)
      else this.#os.after(RECONNECT_MS, () => this.#connect())
    })
  }

  /** Move from a member without a leader to one that has one, if there is one. */
  #lookAround(): void {
    if (this.#probing || !this.#active) return
    this.#probing = true
    const from = this.#active
    this.#members.survey((best, leads) => {
      this.#probing = false
      if (this.#active !== from) return this.#connect()
      if (!leads) this.#os.after(SILENCE_MS, () => this.#active === from && this.#lookAround())
      else if (best !== from) this.#lost(from)
    })
  }

  #use(client: HttpClient): void {
    this.#active = client
    this.#heardAt = this.#os.now
    for (const call of this.#waiting.splice(0)) if (!call.done) this.#send(call)
    for (const then of this.#onConnected.splice(0)) then()
  }

  #keepAlive(): void {
    this.#os.after(SILENCE_MS, () => {
      this.#keepAlive()
      const client = this.#active
      if (!client || this.#os.now - this.#heardAt < SILENCE_MS) return
      this.#members.probe(client, (state) => {
        if (state === 'gone') this.#lost(client)
        else this.#heard(client)
        if (state === 'alive') this.#lookAround()
      })
    })
  }
}

function errorOf(status: number, body: unknown): EtcdError {
  const { code, message } = (body ?? {}) as { code?: number; message?: string }
  return new EtcdError(code ?? (status === 503 ? unavailable : 2), message ?? `HTTP ${status}`)
}

const brokenConnection = (error: Errno | undefined): EtcdError =>
  new EtcdError(
    unavailable,
    `rpc error: code = Unavailable desc = ${
      error
        ? `connection error: desc = "transport: Error while dialing: ${goWords(error)}"`
        : 'error reading from server: EOF'
    }`,
  )
