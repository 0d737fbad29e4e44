import type { Errno } from '../errno.ts'
import { HttpClient, type HttpRequest, type HttpResponse } from '../http.ts'
import type { Os } from '../program.ts'
import { call, type Sys } from '../sys.ts'

/** What comes of a request: its head, pieces of its body, its end, or what broke it. */
export type HttpEvent =
  | { readonly type: 'response'; readonly response: HttpResponse }
  | { readonly type: 'data'; readonly text: string }
  | { readonly type: 'end' }
  | { readonly type: 'failed'; readonly error: Errno }

/** A request under way. */
export interface Fetch {
  /** Wait for what happens next; undefined when the time is over. */
  next(): Sys<HttpEvent | undefined>
  close(): void
}

/** Ask a server; what it sends is queued until it is taken. */
export function fetch(
  os: Os,
  address: string,
  port: number,
  request: HttpRequest,
  { connectMs, totalMs }: { connectMs?: number | undefined; totalMs?: number | undefined } = {},
): Fetch {
  const client = new HttpClient(os, address, port, { dialTimeoutMs: connectMs ?? totalMs ?? 300_000 })
  const queue: HttpEvent[] = []
  let wake: (() => void) | undefined
  const put = (event: HttpEvent) => {
    queue.push(event)
    wake?.()
  }
  const deadline = totalMs === undefined ? undefined : os.now + totalMs
  client.request(request, {
    response: (response) => {
      put({ type: 'response', response })
      if (response.body !== undefined) put({ type: 'data', text: bodyText(response.body) })
    },
    data: (data) => put({ type: 'data', text: bodyText(data) + (typeof data === 'object' ? '\n' : '') }),
    ended: () => put({ type: 'end' }),
    failed: (error) => put({ type: 'failed', error }),
  })
  return {
    next: () =>
      call<HttpEvent | undefined>({
        name: 'poll',
        start(caller, resume) {
          if (queue.length) {
            resume(queue.shift())
            return undefined
          }
          let timer: (() => void) | undefined
          const stop = () => {
            wake = undefined
            timer?.()
          }
          if (deadline !== undefined)
            timer = caller.after(Math.max(0, deadline - os.now), () => {
              stop()
              resume(undefined)
            })
          wake = () => {
            stop()
            resume(queue.shift())
          }
          return stop
        },
      }),
    close: () => client.close(),
  }
}

/** A body as it would be on the wire: JSON values become text. */
export const bodyText = (body: unknown): string =>
  typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
