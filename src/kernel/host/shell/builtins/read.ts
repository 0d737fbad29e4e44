import { Errno } from '../../errno.ts'
import { call, type Sys } from '../../sys.ts'
import { ShellError } from '../control.ts'
import { readLine } from '../line-input.ts'
import { assign } from '../parameters.ts'
import { print, type Io, type Shell } from '../shell.ts'
import type { Builtin } from './index.ts'

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

/** read [-rs] [-p PROMPT] [-a ARRAY] [-d DELIMITER] [-n COUNT] [-t SECONDS] [-u FD] [NAME]... */
export const read: Builtin = function* (sh, args, io) {
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

/** mapfile [-t] [ARRAY] */
export const mapfile: Builtin = function* (sh, args, io) {
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
