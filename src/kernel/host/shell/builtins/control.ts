import { Errno } from '../../errno.ts'
import { absolute } from '../../filesystem.ts'
import { findExecutable } from '../../executables.ts'
import type { OpenFile } from '../../open-file.ts'
import { parseSignal, signals, type Signal } from '../../signals.ts'
import { exec as execute, readFrom, type Sys } from '../../sys.ts'
import { runExternal } from '../command.ts'
import { Jump, ShellError } from '../control.ts'
import { quote } from '../quote.ts'
import { runText } from '../script.ts'
import { print, type Io, type Shell } from '../shell.ts'
import { signalled } from '../traps.ts'
import { builtins, type Builtin } from './index.ts'

const succeed: Builtin = function* () {
  return 0
}

const fail: Builtin = function* () {
  return 1
}

const leave = (kind: 'break' | 'continue'): Builtin =>
  function* (sh, args, io) {
    if (!sh.loops) {
      sh.complain(io, `${kind}: only meaningful in a \`for', \`while', or \`until' loop`)
      return 0
    }
    const count = Number(args[1] ?? 1)
    if (!(count >= 1)) throw new ShellError(`${kind}: ${args[1]}: loop count out of range`)
    throw new Jump(kind, count)
  }

/** The status that `exit` and `return` are given; the last command's when none is. */
function statusOf(sh: Shell, args: readonly string[], io: Io): number {
  if (args[1] === undefined) return sh.status
  if (/^[-+]?\d+$/.test(args[1])) return Number(args[1]) & 255
  sh.complain(io, `${args[0]}: ${args[1]}: numeric argument required`)
  return 2
}

const exit: Builtin = function* (sh, args, io) {
  if (sh.interactive) yield* print(io, 'exit\n', 2)
  throw new Jump('exit', statusOf(sh, args, io))
}

const leaveFunction: Builtin = function* (sh, args, io) {
  if (!sh.calls.length && sh.sourcing < 2) {
    sh.complain(io, "return: can only `return' from a function or sourced script")
    return 2
  }
  throw new Jump('return', statusOf(sh, args, io))
}

const evaluateText: Builtin = function* (sh, args, io) {
  const rest = args[1] === '--' ? args.slice(2) : args.slice(1)
  return rest.length ? yield* runText(sh, rest.join(' '), io, { line: sh.line - 1, label: 'eval: ' }) : 0
}

const source: Builtin = function* (sh, args, io) {
  const [name, file, ...rest] = args
  if (file === undefined) {
    sh.complain(io, `${name}: filename argument required\n${name}: usage: ${name} filename [arguments]`)
    return 2
  }
  const text = yield* readScript(sh, file, io)
  if (text === undefined) return 1
  const { positional, name: shellName } = sh
  if (rest.length) sh.positional = rest
  try {
    return yield* runText(sh, text, io)
  } catch (error) {
    if (error instanceof Jump && error.kind === 'return') return error.value
    throw error
  } finally {
    if (rest.length) sh.positional = positional
    sh.name = shellName
  }
}

/** The text of a file, or of the pipe behind /dev/fd/N. */
function* readScript(sh: Shell, file: string, io: Io): Sys<string | undefined> {
  try {
    const fd = /^\/dev\/(?:fd\/(\d+)|stdin)$/.exec(file)
    if (fd) return yield* readDescriptor(io, Number(fd[1] ?? 0))
    const path =
      file.includes('/') || sh.os.fs.exists(absolute(sh.os.cwd, file))
        ? file
        : findExecutable(sh.os.fs, file, sh.os.cwd, sh.variables.exported)
    return sh.os.fs.read(absolute(sh.os.cwd, path))
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    sh.complain(io, `${file}: ${error.message}`)
    return undefined
  }
}

function* readDescriptor(io: Io, fd: number): Sys<string> {
  const file = io.get(fd)
  if (!file) throw new Errno('EBADF')
  const parts: string[] = []
  for (let data = yield* readFrom(() => file); data !== null; data = yield* readFrom(() => file))
    parts.push(data)
  return parts.join('')
}

const exec: Builtin = function* (sh, args, io) {
  let rest = args.slice(1)
  let name: string | undefined
  while (rest[0]?.startsWith('-')) {
    if (rest[0] === '-a') [name, rest] = [rest[1], rest.slice(1)]
    rest = rest.slice(1)
  }
  if (!rest.length) {
    keepDescriptors(sh, io)
    return 0
  }
  try {
    yield* execute(sh.os, { argv: [...rest], env: sh.variables.exported, descriptors: io })
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    sh.complain(
      io,
      `exec: ${name ?? rest[0]}: ${error.code === 'ENOENT' && !rest[0].includes('/') ? 'not found' : error.message}`,
    )
    const status = error.code === 'ENOENT' ? 127 : 126
    if (!sh.interactive) throw new Jump('exit', status)
    return status
  }
  return 0
}

/** `exec > file`: what was redirected stays so. */
function keepDescriptors(sh: Shell, io: Io): void {
  const caller = sh.callerIo as Map<number, OpenFile>
  const own = caller === sh.io
  for (const [fd, file] of io) {
    if (caller.get(fd) === file) continue
    file.share?.()
    caller.set(fd, file)
    if (own) sh.os.setDescriptor(fd, file)
  }
  for (const fd of [...caller.keys()]) {
    if (io.has(fd)) continue
    caller.delete(fd)
    if (own) sh.os.close(fd)
  }
}

const trap: Builtin = function* (sh, args, io) {
  const rest = args.slice(1).filter((arg) => arg !== '--')
  if (rest[0] === '-l') {
    yield* print(
      io,
      `${Object.entries(signals)
        .map(([name, number]) => `${number}) ${name}`)
        .join('\n')}\n`,
    )
    return 0
  }
  if (!rest.length || rest[0] === '-p') {
    for (const [name, action] of sh.traps)
      yield* print(
        io,
        `trap -- ${quote(action).replace(/^[^'$].*$/, "'$&'")} ${PSEUDO.has(name) ? name : `SIG${name}`}\n`,
      )
    return 0
  }
  const reset = rest.length === 1 || rest[0] === '-'
  const action = reset ? undefined : rest[0]
  let status = 0
  for (const spec of rest.length === 1 ? rest : rest.slice(1))
    if (!setTrap(sh, spec, action)) {
      sh.complain(io, `trap: ${spec}: invalid signal specification`)
      status = 1
    }
  return status
}

const PSEUDO = new Set(['EXIT', 'ERR', 'DEBUG', 'RETURN'])

function setTrap(sh: Shell, spec: string, action: string | undefined): boolean {
  const upper = spec === '0' ? 'EXIT' : spec.toUpperCase()
  const signal = PSEUDO.has(upper) ? undefined : parseSignal(spec)
  if (!signal && !PSEUDO.has(upper)) return false
  const name = signal ? signal.replace('SIG', '') : upper
  if (action === undefined) sh.traps.delete(name)
  else sh.traps.set(name, action)
  if (signal) listen(sh, signal, action)
  return true
}

function listen(sh: Shell, signal: Signal, action: string | undefined): void {
  sh.os.ignoreSignal(signal, action === '')
  if (action) sh.os.onSignal(signal, () => signalled(sh, signal))
  else if (!sh.interactive) sh.os.onSignal(signal, undefined)
}

const command: Builtin = function* (sh, args, io) {
  const [option, ...rest] = args.slice(1)
  if (option === '-v' || option === '-V') return yield* builtins['type'](sh, ['command', option, ...rest], io)
  const words = option === '-p' || option === '--' ? rest : args.slice(1)
  if (!words.length) return 0
  const builtin = builtins[words[0]]
  return builtin ? yield* builtin(sh, words, io) : yield* runExternal(sh, words, io)
}

const builtin: Builtin = function* (sh, args, io) {
  const found = builtins[args[1]]
  if (found) return yield* found(sh, args.slice(1), io)
  if (args[1] !== undefined) sh.complain(io, `builtin: ${args[1]}: not a shell builtin`)
  return args[1] === undefined ? 0 : 1
}

export const control: Record<string, Builtin> = {
  ':': succeed,
  true: succeed,
  false: fail,
  break: leave('break'),
  continue: leave('continue'),
  exit,
  return: leaveFunction,
  logout: exit,
  eval: evaluateText,
  source,
  '.': source,
  exec,
  trap,
  command,
  builtin,
}
