import type { OpenFile, Terminal } from './open-file.ts'

/** What a terminal needs of the machine. */
export interface TtyContext {
  /** Send a signal to every process of a group. */
  signalGroup(group: number, signal: 'SIGINT' | 'SIGQUIT' | 'SIGTSTP' | 'SIGWINCH' | 'SIGHUP'): void
  /** Text for the person in front of it. */
  display(text: string): void
}

const INTERRUPT = '\x03'
const QUIT = '\x1c'
const SUSPEND = '\x1a'
const END_OF_FILE = '\x04'
const ERASE = '\x7f'
const KILL_LINE = '\x15'
const KILL_WORD = '\x17'

/**
 * A pseudo-terminal with its line discipline (Linux: drivers/tty/n_tty.c): in cooked mode it echoes, edits the line,
 * turns Ctrl-C into SIGINT and hands over whole lines; in raw mode it hands over keys as they come.
 */
export class Tty implements Terminal {
  readonly name: string
  columns: number
  rows: number
  foreground = 0
  /** The process group that leads the session. */
  session = 0
  #raw = false
  readonly #context: TtyContext
  #line = ''
  #input: string[] = []
  #endOfFile = false
  #hungUp = false
  #readers: (() => void)[] = []

  constructor(name: string, context: TtyContext, columns = 80, rows = 24) {
    this.name = name
    this.#context = context
    this.columns = columns
    this.rows = rows
  }

  get raw(): boolean {
    return this.#raw
  }

  set raw(raw: boolean) {
    this.#raw = raw
    if (raw && this.#line) {
      this.#input.push(this.#line)
      this.#line = ''
    }
  }

  resize(columns: number, rows: number): void {
    this.columns = columns
    this.rows = rows
    this.#context.signalGroup(this.foreground, 'SIGWINCH')
  }

  /** The person left: who is in front is told, readers see the end of the file. */
  hangUp(): void {
    this.#hungUp = true
    this.#context.signalGroup(this.foreground, 'SIGHUP')
    this.#wake()
  }

  /** Keys were pressed. */
  type(keys: string): void {
    if (this.#raw) this.#input.push(keys)
    else for (const key of keys) this.#cooked(key)
    this.#wake()
  }

  /** The side that programs hold. */
  file(): OpenFile {
    return {
      name: this.name,
      tty: this,
      read: () => this.#read(),
      unread: (data) => this.#input.unshift(data),
      write: (data) => {
        this.#context.display(data.replace(/\r?\n/g, '\r\n'))
        return true
      },
      ready: (what, call) => {
        if (what === 'read') this.#readers.push(call)
        return () => {
          this.#readers = this.#readers.filter((other) => other !== call)
        }
      },
    }
  }

  #read(): string | null | undefined {
    if (this.#input.length) {
      const data = this.#raw ? this.#input.join('') : (this.#input.shift() as string)
      if (this.#raw) this.#input = []
      return data
    }
    if (this.#endOfFile) {
      this.#endOfFile = false
      return null
    }
    return this.#hungUp ? null : undefined
  }

  #cooked(key: string): void {
    if (key === INTERRUPT || key === QUIT || key === SUSPEND) return this.#signal(key)
    if (key === END_OF_FILE) return this.#endInput()
    if (key === ERASE || key === '\b') return this.#erase(1)
    if (key === KILL_LINE) return this.#erase(this.#line.length)
    if (key === KILL_WORD) return this.#erase(this.#line.length - this.#line.replace(/\S*\s*$/, '').length)
    if (key === '\r' || key === '\n') {
      this.#echo('\r\n')
      this.#input.push(`${this.#line}\n`)
      this.#line = ''
      return
    }
    if (key < ' ' && key !== '\t') return this.#echo(`^${String.fromCharCode(key.charCodeAt(0) + 64)}`)
    this.#line += key
    this.#echo(key)
  }

  #signal(key: string): void {
    this.#echo(key === INTERRUPT ? '^C' : key === QUIT ? '^\\' : '^Z')
    this.#line = ''
    this.#context.signalGroup(
      this.foreground,
      key === INTERRUPT ? 'SIGINT' : key === QUIT ? 'SIGQUIT' : 'SIGTSTP',
    )
  }

  #endInput(): void {
    if (this.#line) {
      this.#input.push(this.#line)
      this.#line = ''
    } else this.#endOfFile = true
  }

  #erase(count: number): void {
    const characters = [...this.#line]
    const gone = characters.splice(characters.length - Math.min(count, characters.length))
    this.#line = characters.join('')
    this.#echo('\b \b'.repeat(gone.length))
  }

  #echo(text: string): void {
    this.#context.display(text)
  }

  #wake(): void {
    for (const call of this.#readers.splice(0)) call()
  }
}
