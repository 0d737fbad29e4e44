import { Errno } from '../../errno.ts'
import { absolute } from '../../filesystem.ts'
import type { Os } from '../../program.ts'
import { LineReader, type Sys } from '../../sys.ts'
import { complain } from '../options.ts'
import type { Memory } from './memory.ts'
import { looksNumeric } from './values.ts'

/** The records of the operands, one after another, and of the files that `getline <` reads. */
export class Input {
  /** The exit status that a file has caused that cannot be read. */
  status = 0
  readonly #os: Os
  readonly #memory: Memory
  readonly #operands: string[]
  #reader: LineReader | undefined
  #fd = 0
  #opened = false
  #pieces: string[] = []
  #files = new Map<string, LineReader>()

  constructor(os: Os, memory: Memory, operands: string[]) {
    this.#os = os
    this.#memory = memory
    this.#operands = operands
  }

  /** The next record; NR and FNR count it. */
  *next(): Sys<string | null> {
    for (;;) {
      if (!this.#reader && !this.#openNext()) return null
      const record = yield* this.#recordOf(this.#reader as LineReader)
      if (record === null) {
        this.closeFile()
        continue
      }
      this.#memory.count('NR')
      this.#memory.count('FNR')
      return record
    }
  }

  /** Leave the file that is being read. */
  closeFile(): void {
    if (this.#fd > 2) this.#os.close(this.#fd)
    this.#reader = undefined
    this.#fd = 0
  }

  /** The next line of a file; null at its end, nothing where there is no such file. */
  *lineOf(path: string): Sys<string | null | undefined> {
    let reader = this.#files.get(path)
    if (!reader) {
      if (!this.#os.fs.exists(absolute(this.#os.cwd, path)) && path !== '-') return undefined
      reader = new LineReader(path === '-' ? 0 : this.#os.open(path, { read: true }))
      this.#files.set(path, reader)
    }
    return yield* reader.next()
  }

  /** The next `getline <` of a file begins anew. */
  forget(path: string): void {
    this.#files.delete(path)
  }

  /** A line; with an empty RS, lines up to an empty one; with another RS, the parts between it. */
  *#recordOf(reader: LineReader): Sys<string | null> {
    const separator = this.#memory.text('RS')
    if (separator === '\n') return yield* reader.next()
    if (separator === '') return yield* paragraph(reader)
    if (!this.#pieces.length) yield* this.#cut(reader, separator)
    return this.#pieces.shift() ?? null
  }

  *#cut(reader: LineReader, separator: string): Sys<void> {
    const whole = yield* reader.rest()
    if (whole === '') return
    this.#pieces = whole.split(separator.length === 1 ? separator : this.#memory.expression(separator))
    if (this.#pieces.at(-1) === '') this.#pieces.pop()
  }

  #openNext(): boolean {
    while (this.#operands.length) {
      const operand = this.#operands.shift() as string
      const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(operand)
      if (assignment) this.#memory.setGlobal(assignment[1], looksNumeric(assignment[2]))
      else if (this.#open(operand)) return true
    }
    return !this.#opened && this.#open('-')
  }

  #open(path: string): boolean {
    this.#opened = true
    try {
      this.#fd = path === '-' ? 0 : this.#os.open(path, { read: true })
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      complain(this.#os, `cannot open "${path}" (${error.message})`)
      this.status = 2
      return false
    }
    this.#memory.setGlobal('FILENAME', path === '-' ? '' : path)
    this.#memory.setGlobal('FNR', 0)
    this.#reader = new LineReader(this.#fd)
    return true
  }
}

function* paragraph(reader: LineReader): Sys<string | null> {
  const lines: string[] = []
  for (let line = yield* reader.next(); line !== null; line = yield* reader.next()) {
    if (line !== '') lines.push(line)
    else if (lines.length) break
  }
  return lines.length ? lines.join('\n') : null
}
