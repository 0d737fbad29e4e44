import type { Terminal } from '../open-file.ts'
import type { Os } from '../program.ts'
import { tokens } from '../shell/keys.ts'
import { readAll, readFrom, write, type Sys } from '../sys.ts'
import { eachInput } from './inputs.ts'
import { command, nameOf } from './options.ts'

/** less [-S] [-N] [-R] [-F] [-X] [FILE]..., more: a pager where there is a terminal, else cat. */
export const less = command(
  {
    short: 'SNRFXeEifMm',
    long: {
      'chop-long-lines': 'S',
      'LINE-NUMBERS': 'N',
      'RAW-CONTROL-CHARS': 'R',
      'quit-if-one-screen': 'F',
    },
  },
  function* (os, options) {
    const screen = os.descriptors.get(1)?.tty
    const keyboard = os.descriptors.get(2)?.tty ? 2 : 0
    const texts: string[] = []
    const status = yield* eachInput(
      os,
      options.rest,
      function* (fd) {
        texts.push(yield* readAll(fd))
      },
      (path) => `${path}:`,
    )
    const text = texts.join('')
    const tty = os.descriptors.get(keyboard)?.tty
    if (!screen || !tty || (options.has('F') && text.split('\n').length <= screen.rows)) {
      yield* write(1, text)
      return status
    }
    const numbered = options.has('N')
      ? text
          .replace(/\n$/, '')
          .split('\n')
          .map((line, i) => `${String(i + 1).padStart(7)} ${line}`)
      : text.replace(/\n$/, '').split('\n')
    yield* new Pager(os, numbered, screen, keyboard, options.has('S'), options.rest[0] ?? '').run(tty)
    return status
  },
)

class Pager {
  readonly #os: Os
  readonly #source: readonly string[]
  readonly #screen: Terminal
  readonly #keyboard: number
  readonly #chops: boolean
  readonly #name: string
  #top = 0
  #pattern: RegExp | undefined
  #note = ''

  constructor(
    os: Os,
    source: readonly string[],
    screen: Terminal,
    keyboard: number,
    chops: boolean,
    name: string,
  ) {
    this.#os = os
    this.#source = source
    this.#screen = screen
    this.#keyboard = keyboard
    this.#chops = chops
    this.#name = name
  }

  *run(tty: Terminal): Sys<void> {
    const file = this.#os.descriptor(this.#keyboard)
    tty.raw = true
    try {
      if (nameOf(this.#os) !== 'more') yield* write(1, '\x1b[?1049h')
      yield* this.#draw()
      let pending = ''
      for (;;) {
        const data = yield* readFrom(() => file)
        if (data === null) return
        const { keys, rest } = tokens(pending + data)
        pending = rest
        for (const key of keys.flatMap((each) =>
          each >= ' ' && !each.startsWith('\x1b') ? [...each] : [each],
        ))
          if (yield* this.#key(key)) return
      }
    } finally {
      tty.raw = false
      if (nameOf(this.#os) !== 'more') file.write?.('\x1b[?1049l')
      else file.write?.('\r\x1b[K')
    }
  }

  #search: string | undefined;

  /** True: the person has had enough. */
  *#key(key: string): Sys<boolean> {
    const page = this.#screen.rows - 1
    if (this.#search !== undefined) return yield* this.#searchKey(key)
    this.#note = ''
    switch (key) {
      case 'q':
      case 'Q':
      case '\x03':
        return true
      case ' ':
      case 'f':
      case '\x1b[6~':
      case '\x06':
        if (nameOf(this.#os) === 'more' && this.#top + page >= this.#lines.length) return true
        this.#top += page
        break
      case 'b':
      case '\x1b[5~':
      case '\x02':
        this.#top -= page
        break
      case 'd':
      case '\x04':
        this.#top += Math.floor(page / 2)
        break
      case 'u':
      case '\x15':
        this.#top -= Math.floor(page / 2)
        break
      case 'j':
      case '\r':
      case '\n':
      case 'e':
      case '\x1b[B':
      case '\x1bOB':
        this.#top++
        break
      case 'k':
      case 'y':
      case '\x1b[A':
      case '\x1bOA':
        this.#top--
        break
      case 'g':
      case '<':
      case '\x1b[H':
      case '\x1b[1~':
        this.#top = 0
        break
      case 'G':
      case '>':
      case '\x1b[F':
      case '\x1b[4~':
        this.#top = this.#lines.length
        break
      case '/':
        this.#search = ''
        break
      case 'n':
        this.#find(1)
        break
      case 'N':
        this.#find(-1)
        break
      default:
    }
    yield* this.#draw()
    return false
  }

  *#searchKey(key: string): Sys<boolean> {
    if (key === '\r' || key === '\n') {
      try {
        if (this.#search) this.#pattern = new RegExp(this.#search)
        this.#search = undefined
        this.#find(1)
      } catch {
        this.#search = undefined
        this.#note = 'Invalid pattern'
      }
    } else if (key === '\x03' || key === '\x1b') this.#search = undefined
    else if (key === '\x7f') this.#search = this.#search ? this.#search.slice(0, -1) : undefined
    else if (key >= ' ' && key.length === 1) this.#search += key
    yield* this.#draw()
    return false
  }

  #find(direction: 1 | -1): void {
    const lines = this.#lines
    for (let at = this.#top + direction; at >= 0 && at < lines.length; at += direction) {
      if (!this.#pattern?.test(lines[at])) continue
      this.#top = at
      return
    }
    this.#note = this.#pattern ? 'Pattern not found' : 'No previous regular expression'
  }

  /** The lines as wide as the screen. */
  get #lines(): readonly string[] {
    const { columns } = this.#screen
    if (this.#chops) return this.#source.map((line) => line.slice(0, columns))
    return this.#source.flatMap((line) =>
      line.length <= columns ? [line] : (line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [line]),
    )
  }

  *#draw(): Sys<void> {
    const page = this.#screen.rows - 1
    const lines = this.#lines
    this.#top = Math.max(0, Math.min(this.#top, lines.length - page))
    const shown = lines
      .slice(this.#top, this.#top + page)
      .map((line) =>
        this.#pattern
          ? line.replace(new RegExp(this.#pattern.source, 'g'), (match) =>
              match ? `\x1b[7m${match}\x1b[27m` : '',
            )
          : line,
      )
    while (shown.length < page) shown.push('~')
    const end = this.#top + page >= lines.length
    const status =
      this.#search !== undefined
        ? `/${this.#search}`
        : `\x1b[7m${this.#note || (end ? '(END)' : this.#top === 0 && this.#name ? this.#name : ':')}\x1b[27m`
    yield* write(1, `\x1b[H\x1b[2J${shown.join('\n')}\n${status}`)
  }
}
