/** What is sent, observed or put in: plain data with a `type`. It may be read by many; nobody changes it. */
export interface Message {
  readonly type: string
}

/** One message on its way between two machines. */
export interface Packet {
  /** Virtual milliseconds at which it arrives. */
  readonly at: number
  readonly from: string
  /** A machine's name, or `*` for every other machine on the LAN. */
  readonly to: string
  /** Counts what its sender sent. */
  readonly seq: number
  readonly body: Message
}

/** Anything that happens at a time, in a total order that does not depend on who noticed it first. */
export interface Due {
  readonly at: number
  readonly from: string
  readonly seq: number
}

/** Earlier first; at the same time by sender, then by the sender's own count. */
export function compareDue(a: Due, b: Due): number {
  if (a.at !== b.at) return a.at - b.at
  if (a.from !== b.from) return a.from < b.from ? -1 : 1
  return a.seq - b.seq
}

/** A binary heap of what is due. */
export class DueQueue<T extends Due> {
  #heap: T[] = []

  /** When the first is due, or Infinity. */
  get nextAt(): number {
    return this.#heap.length ? this.#heap[0].at : Number.POSITIVE_INFINITY
  }

  /** The first; the queue must not be empty. */
  get first(): T {
    return this.#heap[0]
  }

  get size(): number {
    return this.#heap.length
  }

  push(item: T): void {
    const heap = this.#heap
    let i = heap.push(item) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (compareDue(heap[parent], item) <= 0) break
      heap[i] = heap[parent]
      i = parent
    }
    heap[i] = item
  }

  /** Take the first out; the queue must not be empty. */
  pop(): T {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop() as T
    const size = heap.length
    if (size === 0) return top
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= size) break
      if (child + 1 < size && compareDue(heap[child + 1], heap[child]) < 0) child++
      if (compareDue(last, heap[child]) <= 0) break
      heap[i] = heap[child]
      i = child
    }
    heap[i] = last
    return top
  }

  /** Let go of all others. */
  keep(wanted: (item: T) => boolean): void {
    const kept = this.#heap.filter(wanted)
    this.#heap = []
    for (const item of kept) this.push(item)
  }

  clear(): void {
    this.#heap.length = 0
  }
}
