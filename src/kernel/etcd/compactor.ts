/** etcd: server/etcdserver/api/v3compactor */
const revisionIntervalMs = 5 * 60_000
const hourMs = 3_600_000

/** Decides when old revisions may go: after some time, or beyond some number. */
export class Compactor {
  readonly #mode: 'periodic' | 'revision'
  readonly #retention: number
  #nextAt = 0
  #last = 0
  /** Revisions as of some moments, oldest first. */
  #samples: { readonly at: number; readonly revision: number }[] = []

  constructor(mode: 'periodic' | 'revision', retention: number) {
    this.#mode = mode
    this.#retention = retention
  }

  /** The revision to compact to now, if any. */
  tick(now: number, revision: number): number | undefined {
    if (this.#retention <= 0 || now < this.#nextAt) return undefined
    const target = this.#mode === 'revision' ? this.#byRevision(now, revision) : this.#byTime(now, revision)
    if (target === undefined || target <= this.#last) return undefined
    this.#last = target
    return target
  }

  #byRevision(now: number, revision: number): number | undefined {
    this.#nextAt = now + revisionIntervalMs
    return revision > this.#retention ? revision - this.#retention : undefined
  }

  #byTime(now: number, revision: number): number | undefined {
    this.#nextAt = now + Math.min(this.#retention, hourMs) / 10
    this.#samples.push({ at: now, revision })
    let target: number | undefined
    while (this.#samples.length > 0 && this.#samples[0]!.at <= now - this.#retention) {
      target = this.#samples.shift()!.revision
    }
    return target
  }
}
