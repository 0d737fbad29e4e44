/** Gives each thing a place that it keeps until it is gone, so that nothing moves while one looks. */
export class Slots {
  #places = new Map<string, number>()

  /** The place of each id; those that are not listed any more give theirs up. */
  assign(ids: readonly string[]): ReadonlyMap<string, number> {
    const present = new Set(ids)
    for (const id of [...this.#places.keys()]) if (!present.has(id)) this.#places.delete(id)
    const taken = new Set(this.#places.values())
    let free = 0
    for (const id of ids) {
      if (this.#places.has(id)) continue
      while (taken.has(free)) free++
      taken.add(free)
      this.#places.set(id, free)
    }
    return this.#places
  }
}
