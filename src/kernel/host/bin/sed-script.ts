import { posixRegExp } from './posix-regexp.ts'

export type Address =
  | { readonly type: 'line'; readonly line: number }
  | { readonly type: 'step'; readonly first: number; readonly step: number }
  | { readonly type: 'last' }
  /** Undefined: the last expression that was used. */
  | { readonly type: 'match'; readonly expression: RegExp | undefined }
  | { readonly type: 'more'; readonly count: number }

export interface SedCommand {
  readonly from: Address | undefined
  readonly to: Address | undefined
  readonly negated: boolean
  readonly name: string
  /** Text of a, i, c; the label of b, t, T and `:`; the file of r, w; the characters of y. */
  readonly text: string
  readonly substitution?: Substitution
  /** For `{`: the index after its `}`. */
  end?: number
  /** Whether the range is under way, and where it ends. */
  range?: { readonly until: number | undefined } | undefined
}

export interface Substitution {
  readonly expression: RegExp | undefined
  readonly replacement: string
  readonly global: boolean
  readonly print: boolean
  readonly number: number
  readonly file: string | undefined
}

/** A sed script as a list of commands. Throws what GNU sed says is wrong, without the place. */
export function parseSed(script: string, extended: boolean): SedCommand[] {
  return new Parser(script, extended).commands()
}

class Parser {
  readonly #text: string
  readonly #extended: boolean
  #at = 0

  constructor(text: string, extended: boolean) {
    this.#text = text
    this.#extended = extended
  }

  commands(): SedCommand[] {
    const list: SedCommand[] = []
    const open: SedCommand[] = []
    for (;;) {
      while (/[\s;]/.test(this.#char)) this.#at++
      if (this.#at >= this.#text.length) break
      if (this.#char === '#') {
        this.#restOfLine()
        continue
      }
      const command = this.#command()
      list.push(command)
      if (command.name === '{') open.push(command)
      if (command.name !== '}') continue
      const start = open.pop()
      if (!start) throw new SyntaxError("unexpected `}'")
      start.end = list.length
    }
    if (open.length) throw new SyntaxError("unmatched `{'")
    return list
  }

  get #char(): string {
    return this.#text[this.#at] ?? ''
  }

  #command(): SedCommand {
    const from = this.#address()
    let to: Address | undefined
    this.#spaces()
    if (from && this.#char === ',') {
      this.#at++
      this.#spaces()
      to = this.#address()
      if (!to) throw new SyntaxError("unexpected `,'")
    }
    this.#spaces()
    let negated = false
    while (this.#char === '!') {
      negated = true
      this.#at++
      this.#spaces()
    }
    const name = this.#char
    this.#at++
    return { from, to, negated, name, ...this.#arguments(name) }
  }

  #arguments(name: string): { text: string; substitution?: Substitution } {
    switch (name) {
      case '':
        throw new SyntaxError('missing command')
      case 's':
        return { text: '', substitution: this.#substitution() }
      case 'y': {
        const delimiter = this.#take()
        const [source, target] = [this.#until(delimiter), this.#until(delimiter)].map((each) =>
          each.replaceAll('\\n', '\n').replaceAll('\\\\', '\\'),
        )
        if (source.length !== target.length)
          throw new SyntaxError("strings for `y' command are different lengths")
        return { text: source + target }
      }
      case 'a':
      case 'i':
      case 'c':
        return { text: this.#lines() }
      case ':':
      case 'b':
      case 't':
      case 'T':
        return { text: this.#word(name === ':') }
      case 'r':
      case 'w':
      case 'R':
      case 'W':
        this.#spaces()
        return { text: this.#restOfLine() }
      case 'q':
      case 'Q':
      case 'l':
      case 'L':
        this.#spaces()
        return { text: this.#digits() }
      default:
        if (!'{}=dDgGhHnNpPxzFe'.includes(name)) throw new SyntaxError(`unknown command: \`${name}'`)
        return { text: '' }
    }
  }

  #address(): Address | undefined {
    const char = this.#char
    if (/\d/.test(char)) {
      const line = Number(this.#digits())
      if (this.#char !== '~') return { type: 'line', line }
      this.#at++
      return { type: 'step', first: line, step: Number(this.#digits()) }
    }
    if (char === '$') {
      this.#at++
      return { type: 'last' }
    }
    if (char === '+') {
      this.#at++
      return { type: 'more', count: Number(this.#digits()) }
    }
    if (char !== '/' && char !== '\\') return undefined
    if (char === '\\') this.#at++
    const delimiter = this.#take()
    const source = this.#until(delimiter, 'unterminated address regex')
    let flags = ''
    while (this.#char === 'I' || this.#char === 'M') flags += this.#take() === 'I' ? 'i' : 'm'
    return {
      type: 'match',
      expression: source === '' ? undefined : posixRegExp(source, { extended: this.#extended, flags }),
    }
  }

  #substitution(): Substitution {
    const delimiter = this.#take()
    const source = this.#until(delimiter, "unterminated `s' command")
    const replacement = this.#until(delimiter, "unterminated `s' command", false)
    let [flags, number, global, print] = ['', 1, false, false]
    let file: string | undefined
    for (;;) {
      const char = this.#char
      if (char === 'g') global = true
      else if (char === 'p') print = true
      else if (char === 'i' || char === 'I') flags += 'i'
      else if (char === 'm' || char === 'M') flags += 'm'
      else if (/\d/.test(char)) {
        number = Number(this.#digits())
        continue
      } else if (char === 'w') {
        this.#at++
        this.#spaces()
        file = this.#restOfLine()
        break
      } else if (char === '' || /[\s;}#]/.test(char)) break
      else throw new SyntaxError("unknown option to `s'")
      this.#at++
    }
    const expression =
      source === '' ? undefined : posixRegExp(source, { extended: this.#extended, flags: `${flags}g` })
    return { expression, replacement, global, print, number, file }
  }

  #take(): string {
    return this.#text[this.#at++] ?? ''
  }

  /** Up to a delimiter; one that is escaped loses its backslash when it is not special (`bare`). */
  #until(delimiter: string, missing = "unterminated `y' command", bare = true): string {
    let out = ''
    let bracket = false
    while (this.#at < this.#text.length) {
      const char = this.#take()
      if (char === '\\' && !bracket) {
        const next = this.#take()
        out +=
          next === delimiter
            ? bare && /[.*[\]^$+?(){}|]/.test(next)
              ? `\\${next}`
              : next
            : next === '\n'
              ? bare
                ? '\n'
                : '\\\n'
              : `\\${next}`
        continue
      }
      if (bare && char === '[' && !bracket) {
        bracket = true
        out += char
        for (const first of ['^', ']']) if (this.#char === first) out += this.#take()
        continue
      }
      if (char === ']') bracket = false
      if (char === delimiter && !bracket) return out
      if (char === '\n' && bare) break
      out += char
    }
    throw new SyntaxError(missing)
  }

  #digits(): string {
    const match = /^\d*/.exec(this.#text.slice(this.#at)) as RegExpExecArray
    this.#at += match[0].length
    return match[0]
  }

  #spaces(): void {
    while (this.#char === ' ' || this.#char === '\t') this.#at++
  }

  #word(label: boolean): string {
    this.#spaces()
    const match = (label ? /^[^\n;]*/ : /^[^\n;}]*/).exec(this.#text.slice(this.#at)) as RegExpExecArray
    this.#at += match[0].length
    return match[0].trim()
  }

  #restOfLine(): string {
    const end = this.#text.indexOf('\n', this.#at)
    const line = this.#text.slice(this.#at, end < 0 ? undefined : end)
    this.#at = end < 0 ? this.#text.length : end + 1
    return line
  }

  /** The text of a, i, c: `a text`, or `a\` and lines of which all but the last end with a backslash. */
  #lines(): string {
    this.#spaces()
    if (this.#char === '\\') {
      this.#at++
      const newline = /^[ \t]*\n/.exec(this.#text.slice(this.#at))
      if (newline) this.#at += newline[0].length
    }
    let out = ''
    while (this.#at < this.#text.length) {
      const char = this.#take()
      if (char === '\\') out += this.#take()
      else if (char === '\n') break
      else out += char
    }
    if (out === '' && this.#at >= this.#text.length)
      throw new SyntaxError("expected \\ after `a', `c' or `i'")
    return `${out}\n`
  }
}
