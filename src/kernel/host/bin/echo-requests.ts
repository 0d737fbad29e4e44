import type { Icmp } from '../net/segment.ts'
import type { Os } from '../program.ts'
import { call, sleep, type Sys } from '../sys.ts'

/** What `ping` is asked to do. */
export interface Pinging {
  readonly address: string
  /** How many requests; Infinity until it is interrupted. */
  readonly count: number
  readonly intervalMs: number
  /** How long to wait for the last answer. */
  readonly waitMs: number
  /** The number of the first request. */
  readonly first: number
}

/** What came of all requests. */
export interface PingResult {
  sent: number
  received: number
  /** Round trips, in milliseconds. */
  readonly times: number[]
  readonly ms: number
}

/** Send echo requests one by one and tell of each answer; ends after the last, or when interrupted. Undefined: no way there. */
export function* ping(
  os: Os,
  { address, count, intervalMs, waitMs, first }: Pinging,
  answered: (answer: Icmp, ms: number) => void,
): Sys<PingResult | undefined> {
  const startedAt = os.now
  const sentAt = new Map<number, number>()
  const times: number[] = []
  let received = 0
  let wake: (() => void) | undefined
  let stopped = false
  const socket = os.net.echo.open(address, (answer) => {
    const seq = answer.kind === 'echo-reply' ? answer.seq : -1
    const at = sentAt.get(seq)
    if (at !== undefined) {
      sentAt.delete(seq)
      received++
      times.push(os.now - at)
    }
    answered(answer, at === undefined ? 0 : os.now - at)
    wake?.()
  })
  if (!socket) return undefined
  os.atExit(() => socket.close())
  os.onSignal('SIGINT', () => {
    stopped = true
    wake?.()
  })
  let sent = 0
  const pause = (ms: number) =>
    call<void>({
      name: 'poll',
      start: (caller, resume) => {
        const done = () => {
          if (!stopped && received < count) return
          cancel()
          wake = undefined
          resume()
        }
        const cancel = caller.after(ms, () => {
          wake = undefined
          resume()
        })
        wake = done
        return cancel
      },
    })
  while (sent < count && !stopped) {
    sentAt.set(first + sent, os.now)
    socket.send(first + sent)
    sent++
    if (sent < count) yield* pause(intervalMs)
  }
  if (!stopped && received < sent) yield* pause(waitMs)
  yield* sleep(0)
  socket.close()
  return { sent, received, times, ms: os.now - startedAt }
}
