/** Cuts text that comes in pieces into the JSON values in it. */
export class JsonStream {
  #text = ''
  #at = 0
  #depth = 0
  #quoted = false

  /** Add a piece; gives the texts of the values that are complete now. */
  push(piece: string): string[] {
    this.#text += piece
    const found: string[] = []
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at]
      if (this.#quoted) {
        if (char === '\\') this.#at++
        else if (char === '"') {
          this.#quoted = false
          if (this.#depth === 0) this.#cut(this.#at + 1, found)
        }
      } else if (char === '"') {
        if (this.#depth === 0) this.#cut(this.#at, found)
        this.#quoted = true
      } else if (char === '{' || char === '[') {
        if (this.#depth++ === 0) this.#cut(this.#at, found)
      } else if (char === '}' || char === ']') {
        if (--this.#depth <= 0) {
          this.#depth = 0
          this.#cut(this.#at + 1, found)
        }
      } else if (this.#depth === 0 && /\s/.test(char)) this.#cut(this.#at, found)
    }
    return found
  }

  /** What is left at the end. */
  end(): string[] {
    const found: string[] = []
    this.#cut(this.#text.length, found)
    return found
  }

  #cut(end: number, found: string[]): void {
    const value = this.#text.slice(0, end).trim()
    if (value) found.push(value)
    this.#text = this.#text.slice(end)
    this.#at -= end
  }
}
