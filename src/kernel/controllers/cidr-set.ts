import { UserError } from '../api/user-error.ts'

/** Equal parts of an IPv4 network, given out one by one (kubernetes: pkg/controller/nodeipam/ipam/cidrset). */
export class CidrSet {
  readonly #base: number
  readonly #bits: number
  readonly #partBits: number
  readonly #count: number
  #used = new Set<number>()
  #next = 0

  /** Throws UserError when the network cannot be divided so. */
  constructor(cidr: string, partBits: number) {
    const { base, bits } = parse(cidr)
    if (partBits < bits || partBits > 32)
      throw new UserError(`the node mask size ${partBits} does not fit the cluster CIDR ${cidr}`)
    this.#base = base
    this.#bits = bits
    this.#partBits = partBits
    this.#count = 2 ** (partBits - bits)
  }

  /** The next free part; undefined when all are taken (ErrCIDRRangeNoCIDRsRemaining). */
  allocate(): string | undefined {
    if (this.#used.size === this.#count) return undefined
    for (let i = 0; i < this.#count; i++) {
      const index = (this.#next + i) % this.#count
      if (this.#used.has(index)) continue
      this.#used.add(index)
      this.#next = (index + 1) % this.#count
      return this.#print(index)
    }
    return undefined
  }

  /** Mark everything that overlaps as taken. */
  occupy(cidr: string): void {
    for (const index of this.#covered(cidr)) this.#used.add(index)
  }

  release(cidr: string): void {
    for (const index of this.#covered(cidr)) this.#used.delete(index)
  }

  /** Whether a part is taken, by its number. */
  isUsed(index: number): boolean {
    return this.#used.has(index)
  }

  #covered(cidr: string): number[] {
    const { base, bits } = parse(cidr)
    const size = 2 ** (32 - this.#partBits)
    const first = Math.max(0, Math.floor((base - this.#base) / size))
    const last = Math.min(this.#count - 1, Math.floor((base + 2 ** (32 - bits) - 1 - this.#base) / size))
    const outside = base + 2 ** (32 - bits) <= this.#base || base >= this.#base + 2 ** (32 - this.#bits)
    return outside ? [] : Array.from({ length: last - first + 1 }, (_, i) => first + i)
  }

  #print(index: number): string {
    const address = this.#base + index * 2 ** (32 - this.#partBits)
    return `${[24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')}/${this.#partBits}`
  }
}

function parse(cidr: string): { base: number; bits: number } {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr)
  const parts = match?.slice(1).map(Number) ?? []
  if (!match || parts.slice(0, 4).some((part) => part > 255) || parts[4] > 32)
    throw new UserError(`invalid CIDR address: ${cidr}`)
  const address = parts.slice(0, 4).reduce((value, part) => value * 256 + part, 0)
  const size = 2 ** (32 - parts[4])
  return { base: Math.floor(address / size) * size, bits: parts[4] }
}
