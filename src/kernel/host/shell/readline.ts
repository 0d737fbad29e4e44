import type { Terminal } from '../open-file.ts'
import { readFrom, type Sys } from '../sys.ts'
import { complete } from './completion.ts'
import { ACTIONS, type Action } from './key-bindings.ts'
import { tokens } from './keys.ts'
import { layout } from './layout.ts'
import { listCandidates, longestCommonPrefix } from './completion-list.ts'
import { print, type Io, type Shell } from './shell.ts'

/** How the reading of a line ended. */
export type Reading = { readonly line: string } | 'interrupted' | 'end'

/** Read one line from a person, with the keys of GNU readline's emacs mode. */
export function* readInteractive(sh: Shell, tty: Terminal, prompt: string): Sys<Reading> {
  const editor = new LineEditor(sh, tty, prompt)
  tty.raw = true
  try {
    return yield* editor.run()
  } finally {
    tty.raw = false
  }
}

/** Killed text, for Ctrl-Y; one for all lines of a shell. */
const killed = new WeakMap<Shell, string>()

interface Search {
  query: string
  from: number
  failed: boolean
  readonly saved: string
}

class LineEditor {
  readonly #sh: Shell
  readonly #tty: Terminal
  readonly #io: Io
  readonly #prompt: string
  #line = ''
  #cursor = 0
  /** The row of the cursor below the prompt's last line, as it is on the screen. */
  #row = 0
  #history: string[]
  #at: number
  #lastKey = ''
  #outcome: Reading | undefined
  #search: Search | undefined

  constructor(sh: Shell, tty: Terminal, prompt: string) {
    this.#sh = sh
    this.#tty = tty
    this.#io = sh.io
    this.#prompt = prompt
    this.#history = [...sh.history, '']
    this.#at = this.#history.length - 1
  }

  *run(): Sys<Reading> {
    const file = this.#io.get(0)
    if (!file) return 'end'
    yield* print(this.#io, this.#prompt, 2)
    let pending = ''
    for (;;) {
      const data = yield* readFrom(() => file)
      if (data === null) return 'end'
      const { keys, rest } = tokens(pending + data)
      pending = rest
      for (let i = 0; i < keys.length; i++) {
        yield* this.#key(keys[i])
        if (!this.#outcome) continue
        const left = keys.slice(i + 1).join('') + pending
        if (left) file.unread?.(left.replace(/\r/g, '\n'))
        return this.#outcome
      }
    }
  }

  *#key(key: string): Sys<void> {
    if (this.#search && (yield* this.#searchKey(key))) return
    const action = ACTIONS[key]
    if (action) yield* this.#act(action, key)
    else if (key >= ' ' && !key.startsWith('\x1b') && key !== '\x7f') yield* this.#insert(key)
    this.#lastKey = key
  }

  *#act(action: Action, key: string): Sys<void> {
    switch (action) {
      case 'accept':
        yield* this.#move(this.#line.length)
        yield* this.#print('\n')
        this.#outcome = { line: this.#line }
        return
      case 'interrupt':
        yield* this.#print('^C\n')
        this.#outcome = 'interrupted'
        return
      case 'delete-or-end':
        if (this.#line === '') {
          this.#outcome = 'end'
          return
        }
        return yield* this.#replace(this.#cursor, this.#next(), '')
      case 'complete':
        return yield* this.#complete()
      case 'clear':
        this.#row = 0
        yield* this.#print(`\x1b[H\x1b[2J${this.#prompt.slice(0, this.#prompt.lastIndexOf('\n') + 1)}`)
        return yield* this.#show()
      case 'search':
        this.#search = { query: '', from: this.#history.length - 1, failed: false, saved: this.#line }
        return yield* this.#showSearch()
      default:
        return yield* this.#edit(action, key)
    }
  }

  *#edit(action: Action, key: string): Sys<void> {
    const { length } = this.#line
    switch (action) {
      case 'start':
        return yield* this.#move(this.#line.lastIndexOf('\n', this.#cursor - 1) + 1)
      case 'finish':
        return yield* this.#move(length)
      case 'left':
        return yield* this.#move(this.#previous())
      case 'right':
        return yield* this.#move(this.#next())
      case 'word-left':
        return yield* this.#move(this.#wordStart())
      case 'word-right':
        return yield* this.#move(this.#wordEnd())
      case 'up':
        return yield* this.#recall(this.#at - 1)
      case 'down':
        return yield* this.#recall(this.#at + 1)
      case 'first':
        return yield* this.#recall(0)
      case 'newest':
        return yield* this.#recall(this.#history.length - 1)
      case 'erase':
        return yield* this.#replace(this.#previous(), this.#cursor, '')
      case 'delete':
        return yield* this.#replace(this.#cursor, this.#next(), '')
      case 'kill-end':
        return yield* this.#kill(this.#cursor, length, key)
      case 'kill-start':
        return yield* this.#kill(0, this.#cursor, key)
      case 'kill-word':
        return yield* this.#kill(this.#cursor, this.#wordEnd(), key)
      case 'kill-word-left':
        return yield* this.#kill(this.#wordStart(), this.#cursor, key)
      case 'kill-blank-left':
        return yield* this.#kill(
          this.#line.slice(0, this.#cursor).replace(/\S*\s*$/, '').length,
          this.#cursor,
          key,
        )
      case 'yank':
        return yield* this.#insert(killed.get(this.#sh) ?? '')
      case 'transpose':
        return yield* this.#transpose()
      case 'last-argument':
        return yield* this.#insert(this.#history.at(-2)?.trim().split(/\s+/).at(-1) ?? '')
      case 'comment':
        this.#line = `#${this.#line}`
        return yield* this.#act('accept', key)
      default:
        return
    }
  }

  *#insert(text: string): Sys<void> {
    if (text === '') return
    const atEnd = this.#cursor === this.#line.length
    const before = layout(this.#tail + this.#line, this.#tty.columns)
    this.#line = this.#line.slice(0, this.#cursor) + text + this.#line.slice(this.#cursor)
    this.#cursor += text.length
    const fits = before.column + text.length < this.#tty.columns
    if (atEnd && fits && /^[\x20-\x7e]*$/.test(text)) yield* this.#print(text)
    else yield* this.#show()
  }

  *#replace(from: number, to: number, text: string): Sys<void> {
    if (from === to && text === '') return this.#bell()
    const simple =
      text === '' &&
      to === this.#line.length &&
      from === to - 1 &&
      this.#cursor === to &&
      /[\x20-\x7e]/.test(this.#line[from])
    this.#line = this.#line.slice(0, from) + text + this.#line.slice(to)
    this.#cursor = from + text.length
    const { column } = layout(this.#tail + this.#line, this.#tty.columns)
    if (simple && column > 0 && column + 1 < this.#tty.columns) yield* this.#print('\b \b')
    else yield* this.#show()
  }

  *#kill(from: number, to: number, key: string): Sys<void> {
    const text = this.#line.slice(from, to)
    const again = this.#lastKey === key
    killed.set(this.#sh, again ? text + (killed.get(this.#sh) ?? '') : text)
    yield* this.#replace(from, to, '')
  }

  *#transpose(): Sys<void> {
    const at = Math.min(this.#cursor, this.#line.length - 1)
    if (at < 1) return
    this.#line = this.#line.slice(0, at - 1) + this.#line[at] + this.#line[at - 1] + this.#line.slice(at + 1)
    this.#cursor = at + 1
    yield* this.#show()
  }

  *#move(to: number): Sys<void> {
    if (to === this.#cursor) return
    this.#cursor = to
    yield* this.#place()
  }

  *#recall(at: number): Sys<void> {
    if (at < 0 || at >= this.#history.length) return this.#bell()
    this.#history[this.#at] = this.#line
    this.#at = at
    this.#line = this.#history[at]
    this.#cursor = this.#line.length
    yield* this.#show()
  }

  *#complete(): Sys<void> {
    const found = yield* complete(this.#sh, this.#line, this.#cursor)
    const { candidates, start } = found
    if (!candidates.length) return this.#bell()
    const texts = candidates.map(({ text }) => text)
    const common = longestCommonPrefix(texts)
    const typed = this.#line.slice(start, this.#cursor)
    if (candidates.length === 1)
      return yield* this.#replace(start, this.#cursor, candidates[0].text + (candidates[0].more ? '' : ' '))
    if (common.length > typed.length) return yield* this.#replace(start, this.#cursor, common)
    if (this.#lastKey !== '\t') return this.#bell()
    yield* this.#print(`\n${listCandidates(candidates, this.#tty.columns)}${this.#prompt}`)
    this.#row = 0
    yield* this.#show()
  }

  /** Keys while searching backwards; false: the search is over and the key means what it always does. */
  *#searchKey(key: string): Sys<boolean> {
    const search = this.#search as Search
    if (key === '\x12') this.#find(search.from - 1)
    else if (key === '\x7f' || key === '\b') {
      search.query = search.query.slice(0, -1)
      this.#find(this.#history.length - 1)
    } else if (key === '\x07' || key === '\x03') {
      this.#search = undefined
      this.#line = search.saved
      this.#cursor = this.#line.length
      yield* this.#show()
      return key === '\x07'
    } else if (key >= ' ' && !key.startsWith('\x1b')) {
      search.query += key
      this.#find(search.from)
    } else {
      this.#search = undefined
      yield* this.#show()
      return key === '\x1b'
    }
    yield* this.#showSearch()
    return true
  }

  #find(from: number): void {
    const search = this.#search as Search
    const at =
      from < 0
        ? -1
        : this.#history.findLastIndex(
            (line, i) => i <= from && search.query !== '' && line.includes(search.query),
          )
    search.failed = at < 0 && search.query !== ''
    if (at < 0) return
    search.from = at
    this.#at = at
    this.#line = this.#history[at]
    this.#cursor = this.#line.indexOf(search.query)
  }

  *#showSearch(): Sys<void> {
    const { query, failed } = this.#search as Search
    const text = `(${failed ? 'failed ' : ''}reverse-i-search)\`${query}': ${this.#line}`
    yield* this.#print(`${this.#up(this.#row)}\r\x1b[J${text}`)
    this.#row = layout(text, this.#tty.columns).row
  }

  /** Draw the line again and put the cursor where it belongs. */
  *#show(): Sys<void> {
    const { columns } = this.#tty
    const whole = this.#tail + this.#line
    const end = layout(whole, columns)
    const wraps = end.column === columns
    yield* this.#print(`${this.#up(this.#row)}\r\x1b[J${whole}${wraps ? '\n' : ''}`)
    this.#row = end.row + (wraps ? 1 : 0)
    yield* this.#place()
  }

  /** Move the cursor on the screen to its place in the line. */
  *#place(): Sys<void> {
    const { columns } = this.#tty
    const at = layout(this.#tail + this.#line.slice(0, this.#cursor), columns)
    const [row, column] = at.column === columns ? [at.row + 1, 0] : [at.row, at.column]
    const vertical =
      row < this.#row ? this.#up(this.#row - row) : row > this.#row ? `\x1b[${row - this.#row}B` : ''
    yield* this.#print(`${vertical}\r${column ? `\x1b[${column}C` : ''}`)
    this.#row = row
  }

  /** The last line of the prompt: what stands before the text. */
  get #tail(): string {
    return this.#prompt.slice(this.#prompt.lastIndexOf('\n') + 1)
  }

  #up(rows: number): string {
    return rows > 0 ? `\x1b[${rows}A` : ''
  }

  *#print(text: string): Sys<void> {
    yield* print(this.#io, text, 2)
  }

  #bell(): void {
    this.#io.get(2)?.write?.('\x07')
  }

  #previous(): number {
    return this.#cursor - ([...this.#line.slice(0, this.#cursor)].at(-1)?.length ?? 0)
  }

  #next(): number {
    return this.#cursor + ([...this.#line.slice(this.#cursor)][0]?.length ?? 0)
  }

  #wordStart(): number {
    return this.#line.slice(0, this.#cursor).replace(/[A-Za-z0-9]*[^A-Za-z0-9]*$/, '').length
  }

  #wordEnd(): number {
    return this.#cursor + (/^[^A-Za-z0-9]*[A-Za-z0-9]*/.exec(this.#line.slice(this.#cursor))?.[0].length ?? 0)
  }
}
