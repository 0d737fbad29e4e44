import { escapePattern } from './pattern.ts'

/** One word that came out of an expansion. */
export interface Field {
  text: string
  /** The same as a pattern: what was quoted is escaped. */
  pattern: string
  /** It holds glob characters that were not quoted. */
  glob: boolean
}

/** Builds the fields that a word expands to: splits what is not quoted at IFS and remembers what may be a glob. */
export class Fields {
  readonly list: Field[] = []
  readonly #ifs: string
  readonly #splits: boolean
  #current: Field | undefined

  /** Without `ifs`, nothing is split (assignments, patterns, redirections). */
  constructor(ifs?: string) {
    this.#ifs = ifs ?? ''
    this.#splits = ifs !== undefined
  }

  /** Text that stays as it is. */
  literal(text: string): void {
    const field = this.#open()
    field.text += text
    field.pattern += escapePattern(text)
  }

  /** Characters of a pattern, written as such. */
  glob(text: string): void {
    const field = this.#open()
    field.text += text
    field.pattern += text
    field.glob = true
  }

  /** The value of an expansion that is not quoted. */
  split(text: string): void {
    if (!this.#splits) {
      this.#unquoted(text)
      return
    }
    const white = [...this.#ifs].filter((char) => ' \t\n'.includes(char)).join('')
    let i = 0
    while (i < text.length) {
      let end = i
      while (end < text.length && !this.#ifs.includes(text[end])) end++
      if (end > i) this.#unquoted(text.slice(i, end))
      if (end === text.length) return
      let hard = 0
      i = end
      while (i < text.length && (white.includes(text[i]) || (!hard && this.#ifs.includes(text[i])))) {
        if (!white.includes(text[i])) hard = 1
        i++
      }
      if (hard && !this.#current) this.#open()
      this.break()
    }
  }

  /** The next text begins a new field. */
  break(): void {
    if (this.#current) this.list.push(this.#current)
    this.#current = undefined
  }

  finish(): Field[] {
    this.break()
    return this.list
  }

  #unquoted(text: string): void {
    if (text === '') return
    const field = this.#open()
    field.text += text
    field.pattern += text
    if (/[*?[]/.test(text)) field.glob = true
  }

  #open(): Field {
    this.#current ??= { text: '', pattern: '', glob: false }
    return this.#current
  }
}
