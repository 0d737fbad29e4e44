/** Numbers of a range, each held by one owner; the lower part is left for those who ask for a certain number. */
export class UniqueNumbers {
  readonly #first: number
  readonly #last: number
  readonly #reserved: number
  #holders = new Map<number, Set<string>>()
  #held = new Map<string, readonly number[]>()

  constructor(first: number, last: number, reserved: number) {
    this.#first = first
    this.#last = last
    this.#reserved = reserved
  }

  contains(value: number): boolean {
    return value >= this.#first && value <= this.#last
  }

  isHeldBy(value: number, owner: string): boolean {
    return this.#holders.get(value)?.has(owner) ?? false
  }

  isFreeFor(value: number, owner: string): boolean {
    const holders = this.#holders.get(value)
    return !holders || (holders.size === 1 && holders.has(owner))
  }

  /** What an owner holds from now on. */
  replace(owner: string, values: readonly number[]): void {
    for (const value of this.#held.get(owner) ?? []) {
      const holders = this.#holders.get(value)
      holders?.delete(owner)
      if (holders?.size === 0) this.#holders.delete(value)
    }
    if (values.length) this.#held.set(owner, values)
    else this.#held.delete(owner)
    for (const value of values) {
      const holders = this.#holders.get(value)
      if (holders) holders.add(owner)
      else this.#holders.set(value, new Set([owner]))
    }
  }

  /** A free number: from a random one upwards, the reserved part last. */
  choose(random: () => number, except: ReadonlySet<number> = new Set()): number | undefined {
    const from = this.#first + this.#reserved
    return (
      this.#search(from, this.#last, random, except) ?? this.#search(this.#first, from - 1, random, except)
    )
  }

  /** One bit a number, the highest byte first, as Go writes a big.Int; `added` as if it were held. */
  bitmap(added: readonly number[]): number[] {
    const offsets = [...this.#holders.keys(), ...added]
      .filter((value) => this.contains(value))
      .map((value) => value - this.#first)
    const bytes = new Array<number>((Math.max(-1, ...offsets) + 8) >> 3).fill(0)
    for (const offset of offsets) bytes[bytes.length - 1 - (offset >> 3)]! |= 1 << (offset & 7)
    return bytes
  }

  #search(
    first: number,
    last: number,
    random: () => number,
    except: ReadonlySet<number>,
  ): number | undefined {
    const size = last - first + 1
    const start = Math.floor(random() * size)
    for (let i = 0; i < size; i++) {
      const value = first + ((start + i) % size)
      if (!this.#holders.has(value) && !except.has(value)) return value
    }
    return undefined
  }
}
