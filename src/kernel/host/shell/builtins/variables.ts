import { evaluate } from '../arithmetic.ts'
import { ShellError } from '../control.ts'
import { readLine } from '../line-input.ts'
import { arithmeticOf, assign, subscript } from '../parameters.ts'
import { print, type Io, type Shell } from '../shell.ts'
import { elementsOf, keysOf, type Variable } from '../variables.ts'
import { Errno } from '../../errno.ts'
import { call, type Sys } from '../../sys.ts'
import type { Builtin } from './index.ts'

const NAME = /^([A-Za-z_]\w*)(?:\[(.*?)\])?(?:(\+?)=([\s\S]*))?$/

/** `declare`, `local`, `export`, `readonly`: attributes and values. */
const declaring = (kind: 'declare' | 'local' | 'export' | 'readonly'): Builtin =>
  function* (sh, args, io) {
    if (kind === 'local' && !sh.calls.length) {
      sh.complain(io, 'local: can only be used in a function')
      return 1
    }
    const flags = args
      .slice(1)
      .filter((arg) => /^[-+]\w+$/.test(arg))
      .join('')
    const words = args.slice(1).filter((arg) => !/^[-+]\w+$|^--$/.test(arg))
    if (!words.length || (flags.includes('p') && kind !== 'export'))
      return yield* listDeclared(sh, io, kind, flags, words)
    let status = 0
    for (const word of words) {
      const match = NAME.exec(word)
      if (match && flags.includes('f')) status = sh.functions.has(match[1]) ? status : 1
      else if (match) declareOne(sh, match, kind, flags)
      else {
        sh.complain(io, `${args[0]}: \`${word}': not a valid identifier`)
        status = 1
      }
    }
    return status
  }

function declareOne(
  sh: Shell,
  [, name, index, append, value]: RegExpExecArray,
  kind: string,
  flags: string,
): void {
  const local = kind === 'local' || (kind === 'declare' && sh.calls.length > 0 && !flags.includes('g'))
  const variable = sh.variables.declare(name, local)
  if (flags.includes('A') && !variable.map) Object.assign(variable, { map: new Map(), list: undefined })
  else if (flags.includes('a') && !variable.list)
    variable.list = new Map(variable.value === undefined ? [] : [[0, variable.value]])
  if (/-\w*i/.test(flags)) variable.integer = true
  if (value !== undefined) assign(sh, name, value, index, append === '+')
  if (/\+\w*x/.test(flags) || (kind === 'export' && flags.includes('n'))) variable.exported = false
  else if (kind === 'export' || flags.includes('x')) variable.exported = true
  if (kind === 'readonly' || flags.includes('r')) variable.readonly = true
}

function* listDeclared(
  sh: Shell,
  io: Io,
  kind: string,
  flags: string,
  words: readonly string[],
): Sys<number> {
  if (flags.includes('f') || flags.includes('F')) {
    for (const name of [...sh.functions.keys()].sort()) {
      const { node, source } = sh.functions.get(name) as NonNullable<ReturnType<typeof sh.functions.get>>
      yield* print(
        io,
        flags.includes('F')
          ? `declare -f ${name}\n`
          : `${name} () \n${source.text.slice(node.body.pos, node.body.end)}\n`,
      )
    }
    return 0
  }
  let status = 0
  for (const name of words.length ? words : sh.variables.names) {
    const variable = sh.variables.find(name)
    if (!variable) {
      sh.complain(io, `declare: ${name}: not found`)
      status = 1
    } else if (words.length || wanted(variable, kind, flags)) yield* print(io, declaration(name, variable))
  }
  return status
}

const wanted = (variable: Variable, kind: string, flags: string): boolean =>
  kind === 'export' || flags.includes('x')
    ? variable.exported === true
    : kind === 'readonly' || flags.includes('r')
      ? variable.readonly === true
      : true

/** A line of `declare -p`. */
function declaration(name: string, variable: Variable): string {
  const quoted = (text: string) => `"${text.replace(/["\\$`]/g, '\\$&')}"`
  const flags =
    (variable.list ? 'a' : '') +
    (variable.map ? 'A' : '') +
    (variable.integer ? 'i' : '') +
    (variable.readonly ? 'r' : '') +
    (variable.exported ? 'x' : '')
  const keys = keysOf(variable)
  const value =
    variable.list || variable.map
      ? `=(${elementsOf(variable)
          .map((text, i) => `[${keys[i]}]=${quoted(text)}`)
          .join(' ')}${variable.map && keys.length ? ' ' : ''})`
      : variable.value === undefined
        ? ''
        : `=${quoted(variable.value)}`
  return `declare -${flags || '-'} ${name}${value}\n`
}

const unset: Builtin = function* (sh, args) {
  const functionsOnly = args[1] === '-f'
  for (const word of args.slice(1).filter((arg) => !/^-[fvn]$/.test(arg))) {
    const element = /^(\w+)\[(.*)\]$/.exec(word)
    if (element) sh.variables.unset(element[1], subscript(sh, element[1], element[2]))
    else if (!functionsOnly && sh.variables.find(word)) sh.variables.unset(word)
    else if (args[1] !== '-v') sh.functions.delete(word)
  }
  return 0
}

const shift: Builtin = function* (sh, args, io) {
  const count = Number(args[1] ?? 1)
  if (!(count >= 0)) {
    sh.complain(io, `shift: ${args[1]}: numeric argument required`)
    return 1
  }
  if (count > sh.positional.length) return 1
  sh.positional = sh.positional.slice(count)
  return 0
}

const letBuiltin: Builtin = function* (sh, args) {
  let value = 0n
  for (const expression of args.slice(1)) value = evaluate(expression, arithmeticOf(sh))
  return value === 0n ? 1 : 0
}

interface ReadOptions {
  raw: boolean
  prompt?: string
  array?: string
  delimiter: string
  count?: number
  timeout?: number
  silent: boolean
  fd: number
  names: string[]
}

function readOptions(args: readonly string[]): ReadOptions {
  const options: ReadOptions = { raw: false, delimiter: '\n', silent: false, fd: 0, names: [] }
  for (let i = 1; i < args.length; i++) {
    if (!/^-./.test(args[i])) {
      options.names.push(...args.slice(i))
      break
    }
    for (let at = 1; at < args[i].length; at++) {
      const letter = args[i][at]
      if (letter === 'r') options.raw = true
      else if (letter === 's') options.silent = true
      else if ('pandtuNi'.includes(letter)) {
        const value = at + 1 < args[i].length ? args[i].slice(at + 1) : (args[++i] ?? '')
        if (letter === 'p') options.prompt = value
        else if (letter === 'a') options.array = value
        else if (letter === 'd') options.delimiter = value.charAt(0) || '\0'
        else if (letter === 'n' || letter === 'N') options.count = Number(value)
        else if (letter === 't') options.timeout = Number(value)
        else if (letter === 'u') options.fd = Number(value)
        break
      } else if (letter !== 'e') throw new ShellError(`read: -${letter}: invalid option`, { status: 2 })
    }
  }
  return options
}

const read: Builtin = function* (sh, args, io) {
  const options = readOptions(args)
  const tty = io.get(options.fd)?.tty
  if (options.prompt && tty) yield* print(io, options.prompt, 2)
  let ended = false
  let line: string | null
  try {
    line = yield* timed(
      options.timeout,
      options.count ? readCount(io, options.fd, options.count) : readWhole(io, options, () => (ended = true)),
    )
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    if (error.code === 'ETIMEDOUT') return 142
    if (error.code !== 'EINTR') sh.complain(io, `read: read error: ${options.fd}: ${error.message}`)
    return error.code === 'EINTR' ? 130 : 1
  }
  store(sh, options, line ?? '')
  return line === null || ended ? 1 : 0
}

/** A line; without `-r` a backslash at its end joins the next one. */
function* readWhole(io: Io, { fd, delimiter, raw }: ReadOptions, ended: () => void): Sys<string | null> {
  let line = yield* readLine(io, fd, delimiter, ended)
  while (!raw && line !== null && /(^|[^\\])(\\\\)*\\$/.test(line))
    line = line.slice(0, -1) + ((yield* readLine(io, fd, delimiter, ended)) ?? '')
  return line
}

function* readCount(io: Io, fd: number, count: number): Sys<string | null> {
  let text = ''
  const tty = io.get(fd)?.tty
  if (tty) tty.raw = true
  try {
    while (text.length < count) {
      const line: string | null = yield* readLine(io, fd, '')
      if (line === null) return text || null
      text += line
    }
    return text
  } finally {
    if (tty) tty.raw = false
  }
}

/** Give up after some seconds. */
function* timed<T>(seconds: number | undefined, body: Sys<T>): Sys<T> {
  if (seconds === undefined) return yield* body
  let over = false
  let result = body.next()
  while (!result.done) {
    const syscall = result.value
    const value: unknown = yield* call<unknown>({
      name: syscall.name,
      start(caller, resume, fail) {
        const cancel = syscall.start(caller, resume, fail)
        const stop = caller.after(seconds * 1000, () => {
          over = true
          cancel?.()
          fail(new Errno('ETIMEDOUT'))
        })
        return () => {
          stop()
          cancel?.()
        }
      },
    })
    if (over) break
    result = body.next(value)
  }
  return result.value as T
}

function store(sh: Shell, { names, array, raw }: ReadOptions, line: string): void {
  const ifs = sh.variables.get('IFS') ?? ' \t\n'
  const plain = (text: string) => (raw ? text : text.replace(/\\([\s\S])/g, '$1'))
  if (array !== undefined) {
    sh.variables.declare(array, false).list = new Map()
    return sh.variables.setList(array, splitLine(line, ifs, Number.POSITIVE_INFINITY).map(plain))
  }
  if (!names.length) return assign(sh, 'REPLY', plain(line))
  const words = splitLine(line, ifs, names.length)
  for (const [i, name] of names.entries()) assign(sh, name, plain(words[i] ?? ''))
}

/** Split at IFS into at most `limit` words; the last gets the rest. */
function splitLine(line: string, ifs: string, limit: number): string[] {
  const white = new Set([...ifs].filter((char) => ' \t\n'.includes(char)))
  const words: string[] = []
  let at = 0
  let end = line.length
  while (end > 0 && white.has(line[end - 1])) end--
  while (at < end && white.has(line[at])) at++
  while (at < end) {
    if (words.length === limit - 1) {
      const rest = line.slice(at, end)
      const only = rest.slice(0, -1)
      words.push(
        ifs.includes(rest.at(-1) ?? '') &&
          ![...only].some((char) => ifs.includes(char)) &&
          !white.has(rest.at(-1) ?? '')
          ? only
          : rest,
      )
      break
    }
    let stop = at
    while (stop < end && !ifs.includes(line[stop])) stop += line[stop] === '\\' ? 2 : 1
    words.push(line.slice(at, stop))
    at = stop
    while (at < end && white.has(line[at])) at++
    if (at < end && ifs.includes(line[at]) && !white.has(line[at])) at++
    while (at < end && white.has(line[at])) at++
  }
  return words
}

const mapfile: Builtin = function* (sh, args, io) {
  const trim = args.some((arg) => /^-\w*t/.test(arg))
  const name = args.slice(1).find((arg) => !arg.startsWith('-')) ?? 'MAPFILE'
  const lines: string[] = []
  let ended = false
  for (
    let line = yield* readLine(io, 0);
    line !== null;
    line = yield* readLine(io, 0, '\n', () => (ended = true))
  ) {
    lines.push(line + (trim || ended ? '' : '\n'))
  }
  sh.variables.declare(name, false).list = new Map()
  sh.variables.setList(name, lines)
  return 0
}

const getopts: Builtin = function* (sh, args, io) {
  const [, spec = '', name = '', ...given] = args
  const words = given.length ? given : sh.positional
  let index = Number(sh.variables.get('OPTIND') ?? 1)
  let within = Number(sh.variables.get('__OPTCHAR') ?? 1)
  const finishWith = (option: string, argument: string | undefined) => {
    assign(sh, name, option)
    if (argument === undefined) sh.variables.unset('OPTARG')
    else assign(sh, 'OPTARG', argument)
    assign(sh, 'OPTIND', String(index))
    assign(sh, '__OPTCHAR', String(within))
    return option === '?' && index > words.length + 1 ? 1 : 0
  }
  const word = words[index - 1]
  if (word === undefined || !/^-./.test(word) || word === '--') {
    if (word === '--') index++
    within = 1
    finishWith('?', undefined)
    return 1
  }
  const letter = word[within++]
  const at = letter === ':' ? -1 : spec.indexOf(letter)
  const next = () => {
    index++
    within = 1
  }
  if (at < 0) {
    if (within >= word.length) next()
    if (!spec.startsWith(':')) io.get(2)?.write?.(`${sh.name}: illegal option -- ${letter}\n`)
    return finishWith('?', spec.startsWith(':') ? letter : undefined) && 0
  }
  if (spec[at + 1] !== ':') {
    if (within >= word.length) next()
    return finishWith(letter, undefined)
  }
  const inline = word.slice(within)
  const argument = inline || words[index]
  if (!inline) index++
  next()
  if (argument !== undefined) return finishWith(letter, argument)
  if (!spec.startsWith(':')) io.get(2)?.write?.(`${sh.name}: option requires an argument -- ${letter}\n`)
  return finishWith(spec.startsWith(':') ? ':' : '?', spec.startsWith(':') ? letter : undefined) && 0
}

export const variables: Record<string, Builtin> = {
  declare: declaring('declare'),
  typeset: declaring('declare'),
  local: declaring('local'),
  export: declaring('export'),
  readonly: declaring('readonly'),
  unset,
  shift,
  let: letBuiltin,
  read,
  mapfile,
  readarray: mapfile,
  getopts,
}
