import type { Session } from './session.ts'

/** The wall clock; the only place where virtual time meets it. */
export interface WallClock {
  /** Milliseconds. */
  now(): number
  /** Let others have the thread, at least for so many milliseconds. */
  pause(ms: number): Promise<void>
}

/** Wall milliseconds that one slice of work may take before others get the thread. */
const SLICE_MS = 12
/** After a longer gap between turns the tab was asleep: time stood still, it does not jump. */
const MAX_GAP_MS = 250
const WINDOWS_PER_BATCH = 16
export const MIN_RATE = 0.01

/** What is going on, for the time bar. */
export interface PaceState {
  readonly paused: boolean
  /** Virtual milliseconds per wall millisecond; Infinity is as fast as possible. */
  readonly rate: number
}

/** Maps wall time to virtual time: pause, pace and steps. */
export class Pace {
  readonly #session: Session
  readonly #clock: WallClock
  readonly #advanced: () => void
  #rate = 1
  #paused = true
  #looping = false
  #stopped = false
  #wake: (() => void) | undefined
  #slicing: Promise<void> = Promise.resolve()

  /** `advanced` is called after every slice in which virtual time passed. */
  constructor(session: Session, clock: WallClock, advanced: () => void) {
    this.#session = session
    this.#clock = clock
    this.#advanced = advanced
  }

  get state(): PaceState {
    return { paused: this.#paused, rate: this.#rate }
  }

  resume(): void {
    this.#paused = false
    if (this.#looping) this.#wake?.()
    else void this.#loop()
  }

  /** Resolves when time stands still. */
  pause(): Promise<void> {
    this.#paused = true
    this.#wake?.()
    return this.#slicing
  }

  /** Set the pace; out of range values are clamped to 0.01 and up. */
  setRate(rate: number): void {
    this.#rate = Number.isNaN(rate) ? 1 : Math.max(MIN_RATE, rate)
    this.#wake?.()
  }

  /** Let virtual time pass as fast as possible, whatever the pace; `progress` is told now and then. */
  async runFor(ms: number, stop: () => boolean = () => false): Promise<void> {
    const end = this.#session.now + ms
    while (this.#session.now < end && !stop()) {
      const began = this.#clock.now()
      while (this.#clock.now() - began < SLICE_MS && this.#session.now < end && !stop()) {
        await this.#session.runUntil(end, WINDOWS_PER_BATCH)
      }
      this.#advanced()
      await this.#clock.pause(0)
    }
  }

  /** One step: until the next message is delivered or timer fires. */
  async stepWindow(): Promise<void> {
    if (!Number.isFinite(this.#session.nextAt)) return
    await this.#session.runUntil(Number.POSITIVE_INFINITY, 1)
    this.#advanced()
  }

  stop(): void {
    this.#stopped = true
    this.#wake?.()
  }

  async #loop(): Promise<void> {
    this.#looping = true
    let last = this.#clock.now()
    while (!this.#stopped) {
      if (this.#paused) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        last = this.#clock.now()
        continue
      }
      const now = this.#clock.now()
      const elapsed = Math.min(now - last, MAX_GAP_MS)
      last = now
      this.#slicing = this.#slice(elapsed, now)
      await this.#slicing
      this.#advanced()
      await this.#clock.pause(this.#rate === Number.POSITIVE_INFINITY ? 0 : 4)
    }
    this.#looping = false
  }

  /** Run up to where the pace wants to be, or as far as the slice allows: a busy cluster slows its own time down. */
  async #slice(elapsed: number, began: number): Promise<void> {
    const fast = this.#rate === Number.POSITIVE_INFINITY
    const target = fast ? Number.POSITIVE_INFINITY : this.#session.now + elapsed * this.#rate
    while (!this.#paused && this.#clock.now() - began < SLICE_MS * 2) {
      if (fast && !Number.isFinite(this.#session.nextAt)) return
      if (await this.#session.runUntil(target, WINDOWS_PER_BATCH)) return
    }
  }
}
