import { errors } from './errors.ts'

const maxTtlSeconds = 9_000_000_000

interface Lease {
  readonly id: number
  /** As asked for, in seconds, but not less than the minimum. */
  readonly ttl: number
  readonly keys: Set<string>
  /** Known to the leader only; undefined elsewhere. */
  expiresAt: number | undefined
}

export interface LeaseImage {
  readonly id: number
  readonly ttl: number
}

/** Leases and the keys that live as long as they do. Only the leader knows when they end. */
export class Lessor {
  readonly #leases = new Map<number, Lease>()
  readonly #minTtl: number
  #primary = false

  constructor(minTtlSeconds: number) {
    this.#minTtl = minTtlSeconds
  }

  grant(id: number, ttlSeconds: number, now: number): number {
    if (ttlSeconds > maxTtlSeconds) throw errors.leaseTtlTooLarge
    if (this.#leases.has(id)) throw errors.leaseExists
    const ttl = Math.max(ttlSeconds, this.#minTtl)
    this.#leases.set(id, {
      id,
      ttl,
      keys: new Set(),
      expiresAt: this.#primary ? now + ttl * 1000 : undefined,
    })
    return ttl
  }

  has(id: number): boolean {
    return this.#leases.has(id)
  }

  /** Forgets a lease; tells its keys in order, which are to be deleted. */
  revoke(id: number): string[] {
    const lease = this.#get(id)
    this.#leases.delete(id)
    return [...lease.keys].sort(byText)
  }

  attach(id: number, key: string): void {
    this.#leases.get(id)?.keys.add(key)
  }

  detach(id: number, key: string): void {
    this.#leases.get(id)?.keys.delete(key)
  }

  /** Tells the time to live in seconds. */
  renew(id: number, now: number): number {
    const lease = this.#get(id)
    lease.expiresAt = now + lease.ttl * 1000
    return lease.ttl
  }

  timeToLive(
    id: number,
    now: number,
  ): { readonly ttl: number; readonly grantedTtl: number; readonly keys: string[] } {
    const { ttl, expiresAt, keys } = this.#get(id)
    const left = expiresAt === undefined ? ttl : Math.floor((expiresAt - now) / 1000)
    return { ttl: left, grantedTtl: ttl, keys: [...keys].sort(byText) }
  }

  /** Ids, those first that end first. */
  list(): number[] {
    const at = (lease: Lease) => lease.expiresAt ?? Number.POSITIVE_INFINITY
    return [...this.#leases.values()]
      .sort((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)))
      .map(({ id }) => id)
  }

  /** This member leads now: every lease begins anew, so that nobody loses by the election. */
  promote(now: number): void {
    this.#primary = true
    for (const lease of this.#leases.values()) lease.expiresAt = now + lease.ttl * 1000
  }

  demote(): void {
    this.#primary = false
    for (const lease of this.#leases.values()) lease.expiresAt = undefined
  }

  expired(now: number): number[] {
    const ids: number[] = []
    for (const { id, expiresAt } of this.#leases.values())
      if (expiresAt !== undefined && expiresAt <= now) ids.push(id)
    return ids
  }

  image(): LeaseImage[] {
    return [...this.#leases.values()].map(({ id, ttl }) => ({ id, ttl }))
  }

  /** Keys are attached again by whoever restores them. */
  restore(leases: readonly LeaseImage[]): void {
    this.#leases.clear()
    for (const { id, ttl } of leases) this.#leases.set(id, { id, ttl, keys: new Set(), expiresAt: undefined })
  }

  #get(id: number): Lease {
    const lease = this.#leases.get(id)
    if (!lease) throw errors.leaseNotFound
    return lease
  }
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
