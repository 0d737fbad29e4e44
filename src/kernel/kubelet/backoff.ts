import type { Os } from '../host/program.ts'

/** Waits that double per key, and are forgotten when nothing fails for twice the longest (client-go: util/flowcontrol/backoff.go). */
export class KeyedBackoff {
  readonly #os: Pick<Os, 'clock'>
  readonly #initialMs: number
  readonly #maxMs: number
  #entries = new Map<string, { waitMs: number; at: number }>()

  constructor(os: Pick<Os, 'clock'>, initialMs: number, maxMs: number) {
    this.#os = os
    this.#initialMs = initialMs
    this.#maxMs = maxMs
  }

  /** Milliseconds still to wait, counted from `since`; 0 when it may be tried. */
  remaining(key: string, since: number): number {
    const entry = this.#live(key, since)
    return entry ? Math.max(0, since + entry.waitMs - this.#os.clock) : 0
  }

  /** The same counted from the last failure. */
  remainingSinceUpdate(key: string): number {
    const entry = this.#entries.get(key)
    return entry && !this.#expired(entry, this.#os.clock)
      ? Math.max(0, entry.at + entry.waitMs - this.#os.clock)
      : 0
  }

  /** The wait that is in force. */
  waitOf(key: string): number {
    return this.#entries.get(key)?.waitMs ?? 0
  }

  /** It is tried once more: the next wait is longer. `since` is when it failed. */
  next(key: string, since: number): void {
    const entry = this.#live(key, since)
    const waitMs = entry ? Math.min(entry.waitMs * 2, this.#maxMs) : this.#initialMs
    this.#entries.set(key, { waitMs, at: this.#os.clock })
  }

  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key)
  }

  #live(key: string, since: number): { waitMs: number; at: number } | undefined {
    const entry = this.#entries.get(key)
    return entry && !this.#expired(entry, since) ? entry : undefined
  }

  #expired({ at }: { at: number }, since: number): boolean {
    return since - at > this.#maxMs * 2
  }
}
