import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import type { Os } from '../program.ts'
import { LineReader, sleep, write, type Sys } from '../sys.ts'
import { command, complain, type Options } from './options.ts'
import { replace } from './sed-replace.ts'
import { parseSed, type Address, type SedCommand, type Substitution } from './sed-script.ts'

/** sed [-n] [-E] [-i[SUFFIX]] [-s] [-e SCRIPT] [-f FILE] [SCRIPT] [FILE]... */
export const sed = command(
  {
    short: 'nErsze:f:ui::',
    long: {
      quiet: 'n',
      silent: 'n',
      'regexp-extended': 'E',
      expression: 'e:',
      file: 'f:',
      'in-place': 'i::',
      separate: 's',
    },
  },
  function* (os, options) {
    const operands = [...options.rest]
    const parts = options.given.flatMap(([name, value]) =>
      name === 'e' ? [value] : name === 'f' ? [os.fs.read(absolute(os.cwd, value))] : [],
    )
    if (!parts.length) {
      const script = operands.shift()
      if (script === undefined) {
        os.stderr('Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n')
        return 1
      }
      parts.push(script)
    }
    let commands: SedCommand[]
    try {
      commands = parseSed(parts.join('\n'), options.has('E') || options.has('r'))
    } catch (error) {
      complain(os, `-e expression #1, char ${parts.join('\n').length}: ${(error as Error).message}`)
      return 1
    }
    const label = commands.find(
      ({ name, text }) =>
        'btT'.includes(name) && text && !commands.some((each) => each.name === ':' && each.text === text),
    )
    if (label) {
      complain(os, `-e expression #1, char ${parts[0].length}: can't find label for jump to \`${label.text}'`)
      return 1
    }
    return yield* edit(os, commands, operands.length ? operands : ['-'], options)
  },
)

function* edit(
  os: Os,
  commands: readonly SedCommand[],
  paths: readonly string[],
  options: Options,
): Sys<number> {
  const separate = options.has('i') || options.has('s')
  let status = 0
  if (!separate) {
    const editor = new Editor(os, commands, options.has('n'), paths)
    status = yield* editor.run()
    return editor.failed ? 2 : status
  }
  for (const path of paths) {
    const editor = new Editor(os, commands, options.has('n'), [path], options.has('i'))
    status = yield* editor.run()
    if (editor.failed) status = options.has('i') ? 4 : 2
    else if (options.has('i')) {
      const full = absolute(os.cwd, path)
      const suffix = options.value('i')
      if (suffix)
        os.fs.write(
          suffix.includes('*') ? absolute(os.cwd, suffix.replace('*', path)) : full + suffix,
          os.fs.read(full),
        )
      os.fs.write(full, editor.output)
    }
  }
  return status
}

const STEPS_PER_MS = 1000

/** One run of a script over its input. */
class Editor {
  readonly #os: Os
  readonly #commands: readonly SedCommand[]
  readonly #quiet: boolean
  readonly #paths: string[]
  readonly #collects: boolean
  output = ''
  failed = false
  #fd = -1
  #reader: LineReader | undefined
  #next: string | null | undefined
  #line = 0
  #space = ''
  #hold = ''
  #appended: string[] = []
  #last: RegExp | undefined
  #substituted = false
  #steps = 0
  #files = new Map<string, string>()

  constructor(
    os: Os,
    commands: readonly SedCommand[],
    quiet: boolean,
    paths: readonly string[],
    collects = false,
  ) {
    this.#os = os
    this.#commands = commands
    this.#quiet = quiet
    this.#paths = [...paths]
    this.#collects = collects
  }

  *run(): Sys<number> {
    for (const each of this.#commands) each.range = undefined
    let status = 0
    let fresh = true
    while (!fresh || (yield* this.#advance())) {
      const outcome = yield* this.#cycle()
      fresh = outcome !== 'again'
      if (typeof outcome === 'number') {
        status = outcome
        break
      }
    }
    for (const [path, text] of this.#files) this.#os.fs.write(absolute(this.#os.cwd, path), text)
    return status
  }

  /** Run the script over the pattern space. A number ends everything with it; `again` goes on without a new line. */
  *#cycle(): Sys<number | 'next' | 'again'> {
    let outcome: number | 'next' | 'again' | 'delete' | undefined
    for (let at = 0; at < this.#commands.length && outcome === undefined; ) {
      if (++this.#steps % STEPS_PER_MS === 0) yield* sleep(1)
      const each = this.#commands[at]
      if (!(yield* this.#selected(each))) {
        at = each.end ?? at + 1
        continue
      }
      const result = yield* this.#execute(each)
      if (typeof result === 'object') at = result.jump
      else {
        outcome = result
        at++
      }
    }
    if (
      !this.#quiet &&
      outcome !== 'delete' &&
      outcome !== 'again' &&
      !(typeof outcome === 'number' && outcome < 0)
    )
      yield* this.#print(`${this.#space}\n`)
    for (const text of this.#appended.splice(0)) yield* this.#print(text)
    if (typeof outcome === 'number') return outcome < 0 ? -outcome - 1 : outcome
    return outcome === 'again' ? 'again' : 'next'
  }

  *#execute(each: SedCommand): Sys<number | 'next' | 'again' | 'delete' | undefined | { jump: number }> {
    switch (each.name) {
      case 's':
        yield* this.#substitute(each.substitution as Substitution)
        break
      case 'p':
        yield* this.#print(`${this.#space}\n`)
        break
      case 'P':
        yield* this.#print(`${this.#space.split('\n', 1)[0]}\n`)
        break
      case 'd':
        return 'delete'
      case 'D': {
        const end = this.#space.indexOf('\n')
        if (end < 0) return 'delete'
        this.#space = this.#space.slice(end + 1)
        return 'again'
      }
      case 'n':
        if (!this.#quiet) yield* this.#print(`${this.#space}\n`)
        for (const text of this.#appended.splice(0)) yield* this.#print(text)
        return (yield* this.#advance()) ? undefined : -1
      case 'N': {
        const before = this.#space
        if (!(yield* this.#advance())) return 0
        this.#space = `${before}\n${this.#space}`
        break
      }
      case 'q':
        return Number(each.text || 0)
      case 'Q':
        return -Number(each.text || 0) - 1
      case 'a':
        this.#appended.push(each.text)
        break
      case 'i':
        yield* this.#print(each.text)
        break
      case 'c':
        if (!each.range || each.negated) yield* this.#print(each.text)
        return 'delete'
      case '=':
        yield* this.#print(`${this.#line}\n`)
        break
      case 'l':
        yield* this.#print(`${JSON.stringify(this.#space).slice(1, -1).replaceAll('\\"', '"')}$\n`)
        break
      case 'r':
        this.#readFile(each.text)
        break
      case 'w':
        this.#files.set(each.text, `${this.#files.get(each.text) ?? ''}${this.#space}\n`)
        break
      case 'b':
        return this.#jump(each.text)
      case 't':
      case 'T': {
        const jumps = this.#substituted === (each.name === 't')
        this.#substituted = false
        return jumps ? this.#jump(each.text) : undefined
      }
      case 'y': {
        const half = each.text.length / 2
        this.#space = [...this.#space]
          .map((char) =>
            each.text[half + each.text.slice(0, half).indexOf(char)] &&
            each.text.slice(0, half).includes(char)
              ? each.text[half + each.text.slice(0, half).indexOf(char)]
              : char,
          )
          .join('')
        break
      }
      default:
        this.#hold_(each.name)
    }
    return undefined
  }

  /** h H g G x z */
  #hold_(name: string): void {
    if (name === 'h') this.#hold = this.#space
    else if (name === 'H') this.#hold += `\n${this.#space}`
    else if (name === 'g') this.#space = this.#hold
    else if (name === 'G') this.#space += `\n${this.#hold}`
    else if (name === 'x') [this.#space, this.#hold] = [this.#hold, this.#space]
    else if (name === 'z') this.#space = ''
  }

  #jump(label: string): { jump: number } {
    const at = this.#commands.findIndex(({ name, text }) => name === ':' && text === label)
    return { jump: label === '' || at < 0 ? this.#commands.length : at }
  }

  #readFile(path: string): void {
    const full = absolute(this.#os.cwd, path)
    if (this.#os.fs.exists(full)) this.#appended.push(this.#os.fs.read(full))
  }

  *#substitute({ expression, replacement, global, print, number, file }: Substitution): Sys<void> {
    const pattern = expression ?? this.#last
    if (!pattern) return
    this.#last = pattern
    const searching = pattern.flags.includes('g') ? pattern : new RegExp(pattern.source, `${pattern.flags}g`)
    let count = 0
    let changed = false
    const text = this.#space.replace(searching, (...found: unknown[]) => {
      count++
      if (count < number || (count > number && !global)) return found[0] as string
      changed = true
      return replace(replacement, found as string[])
    })
    if (!changed) return
    this.#space = text
    this.#substituted = true
    if (print) yield* this.#print(`${text}\n`)
    if (file === '/dev/stdout') yield* this.#print(`${text}\n`)
    else if (file) this.#files.set(file, `${this.#files.get(file) ?? ''}${text}\n`)
  }

  *#selected(each: SedCommand): Sys<boolean> {
    if (!each.from) return true
    if (!each.to) return (yield* this.#matches(each.from)) !== each.negated
    return (yield* this.#inRange(each, each.from, each.to)) !== each.negated
  }

  *#inRange(each: SedCommand, from: Address, to: Address): Sys<boolean> {
    if (each.range) {
      const over = each.range.until !== undefined ? this.#line >= each.range.until : yield* this.#matches(to)
      const past = each.range.until !== undefined && this.#line > each.range.until
      if (over) each.range = undefined
      return !past || (yield* this.#matches(from))
    }
    const zero = from.type === 'line' && from.line === 0 && this.#line === 1
    if (!zero && !(yield* this.#matches(from))) return false
    const until = to.type === 'line' ? to.line : to.type === 'more' ? this.#line + to.count : undefined
    if (until === undefined ? !(zero && (yield* this.#matches(to))) : until > this.#line)
      each.range = { until }
    return true
  }

  *#matches(address: Address): Sys<boolean> {
    switch (address.type) {
      case 'line':
        return this.#line === address.line
      case 'step':
        return address.step
          ? this.#line >= address.first && (this.#line - address.first) % address.step === 0
          : this.#line === address.first
      case 'last':
        return (yield* this.#peek()) === null
      case 'more':
        return false
      case 'match': {
        const expression = address.expression ?? this.#last
        this.#last = expression
        return expression
          ? new RegExp(expression.source, expression.flags.replace('g', '')).test(this.#space)
          : false
      }
    }
  }

  *#advance(): Sys<boolean> {
    const line = yield* this.#peek()
    if (line === null) return false
    this.#next = undefined
    this.#space = line
    this.#line++
    this.#substituted = false
    return true
  }

  /** The line after the current one; opens the next file when one ends. */
  *#peek(): Sys<string | null> {
    while (this.#next === undefined || (this.#next === null && this.#paths.length)) {
      if (!this.#reader) {
        const path = this.#paths.shift()
        if (path === undefined) return (this.#next = null)
        this.#open(path)
        continue
      }
      try {
        this.#next = yield* this.#reader.next()
      } catch (error) {
        if (!(error instanceof Errno)) throw error
        complain(this.#os, `couldn't edit ${error.path ?? ''}: not a regular file`)
        this.failed = true
        this.#next = null
      }
      if (this.#next !== null) break
      if (this.#fd > 0) this.#os.close(this.#fd)
      this.#reader = undefined
    }
    return this.#next
  }

  #open(path: string): void {
    try {
      this.#fd = path === '-' ? 0 : this.#os.open(path, { read: true })
      this.#reader = new LineReader(this.#fd)
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      complain(this.#os, `can't read ${path}: ${error.message}`)
      this.failed = true
    }
  }

  *#print(text: string): Sys<void> {
    if (this.#collects) this.output += text
    else yield* write(1, text)
  }
}
