/** So much may wait to be written; what comes on top of it is left out, from the middle. */
const MAX_WAITING = 256 * 1024
const KEEP = 64 * 1024
const SLICE = 16 * 1024

/** Hands text to the terminal in slices, so that the page stays alive; of floods it keeps the beginning and the end. */
export class OutputQueue {
  readonly #write: (text: string, done: () => void) => void
  readonly #omission: (megabytes: string) => string
  #waiting = ''
  #writing = false
  #omitted = 0
  #tail = ''

  constructor(write: (text: string, done: () => void) => void, omission: (megabytes: string) => string) {
    this.#write = write
    this.#omission = omission
  }

  push(text: string): void {
    if (this.#omitted || this.#waiting.length + text.length > MAX_WAITING) this.#overflow(text)
    else this.#waiting += text
    if (!this.#writing) this.#next()
  }

  clear(): void {
    this.#waiting = this.#tail = ''
    this.#omitted = 0
  }

  #overflow(text: string): void {
    const room = Math.max(0, KEEP - this.#waiting.length)
    const begin = this.#omitted ? '' : text.slice(0, room)
    this.#waiting += begin
    this.#omitted += text.length - begin.length
    this.#tail = (this.#tail + text.slice(begin.length)).slice(-KEEP)
  }

  #next(): void {
    if (!this.#waiting && this.#omitted) this.#resume()
    if (!this.#waiting) {
      this.#writing = false
      return
    }
    this.#writing = true
    const slice = this.#waiting.slice(0, SLICE)
    this.#waiting = this.#waiting.slice(SLICE)
    this.#write(slice, () => this.#next())
  }

  /** Say what is missing, and go on with the end, from the beginning of a line if there is one. */
  #resume(): void {
    const newline = this.#tail.indexOf('\n')
    const tail = newline >= 0 && newline < KEEP / 2 ? this.#tail.slice(newline + 1) : this.#tail
    const missing = this.#omitted - tail.length
    this.#waiting = `\x1b[0m\r\n${this.#omission((missing / 1024 / 1024).toFixed(1))}\r\n${tail}`
    this.#omitted = 0
    this.#tail = ''
  }
}
