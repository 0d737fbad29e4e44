import type { Observation } from './machine.ts'

/** Canonical JSON: keys sorted, so that two equal values give the same text. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const record = value as Record<string, unknown>
  const parts: string[] = []
  for (const key of Object.keys(record).sort()) {
    if (record[key] !== undefined) parts.push(`${JSON.stringify(key)}:${canonical(record[key])}`)
  }
  return `{${parts.join(',')}}`
}

/** Two FNV-1a streams of 32 bits, one seeded differently: 64 bits that tell histories apart. */
class Digest {
  #a = 0x811c9dc5
  #b = 0x9747b28c

  add(text: string): void {
    let a = this.#a
    let b = this.#b
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      a = Math.imul(a ^ code, 0x01000193)
      b = Math.imul(b ^ code, 0x5bd1e995)
      b ^= b >>> 15
    }
    this.#a = a
    this.#b = b
  }

  get hex(): string {
    return [this.#a, this.#b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
  }
}

/**
 * The hash of all observations. Each machine has a stream of its own: what one machine tells has an order,
 * while the order between machines within a window depends on where windows happened to end.
 */
export class HistoryHash {
  #streams = new Map<string, Digest>()
  count = 0

  add({ at, machine, from, body }: Observation): void {
    let stream = this.#streams.get(machine)
    if (!stream) this.#streams.set(machine, (stream = new Digest()))
    stream.add(`${at} ${from} ${canonical(body)}\n`)
    this.count++
  }

  /** 16 hexadecimal digits. */
  get hex(): string {
    const all = new Digest()
    for (const name of [...this.#streams.keys()].sort()) all.add(`${name} ${this.#streams.get(name)?.hex}\n`)
    return all.hex
  }
}
