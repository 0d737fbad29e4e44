import { Errno } from '../../errno.ts'
import { absolute } from '../../filesystem.ts'
import { print, type Io, type Shell } from '../shell.ts'
import type { Builtin } from './index.ts'

/** Go to a directory; complains and returns false when that cannot be. */
function enter(sh: Shell, io: Io, name: string, target: string): boolean {
  const path = absolute(sh.os.cwd, target)
  let problem: string | undefined
  try {
    if (sh.os.fs.stat(path).kind !== 'directory') problem = 'Not a directory'
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    problem = error.message
  }
  if (problem) {
    sh.complain(io, `${name}: ${target}: ${problem}`)
    return false
  }
  sh.variables.set('OLDPWD', sh.os.cwd)
  sh.os.cwd = path
  sh.variables.set('PWD', path)
  return true
}

const cd: Builtin = function* (sh, args, io) {
  const rest = args.slice(1).filter((arg) => !/^-[LPe]+$|^--$/.test(arg))
  if (rest.length > 1) {
    sh.complain(io, 'cd: too many arguments')
    return 1
  }
  const home = sh.variables.get('HOME')
  if (rest[0] === undefined && !home) {
    sh.complain(io, 'cd: HOME not set')
    return 1
  }
  if (rest[0] === '-') {
    const old = sh.variables.get('OLDPWD')
    if (!old) {
      sh.complain(io, 'cd: OLDPWD not set')
      return 1
    }
    if (!enter(sh, io, 'cd', old)) return 1
    yield* print(io, `${sh.os.cwd}\n`)
    return 0
  }
  return rest[0] === '' || enter(sh, io, 'cd', rest[0] ?? (home as string)) ? 0 : 1
}

const pwd: Builtin = function* (sh, args, io) {
  yield* print(io, `${args[1] === '-P' ? sh.os.fs.realpath(sh.os.cwd) : sh.os.cwd}\n`)
  return 0
}

/** The stack of `pushd`, kept as bash shows it in DIRSTACK; the top is where we are. */
const stacks = new WeakMap<Shell, string[]>()

const stackOf = (sh: Shell): string[] => {
  const stack = stacks.get(sh) ?? []
  stacks.set(sh, stack)
  return stack
}

const dirs: Builtin = function* (sh, _args, io) {
  const home = sh.variables.get('HOME') ?? ''
  const short = [sh.os.cwd, ...stackOf(sh)].map((path) =>
    home && path.startsWith(home) ? `~${path.slice(home.length)}` : path,
  )
  yield* print(io, `${short.join(' ')}\n`)
  return 0
}

const pushd: Builtin = function* (sh, args, io) {
  const stack = stackOf(sh)
  const target = args[1] ?? stack[0]
  if (target === undefined) {
    sh.complain(io, 'pushd: no other directory')
    return 1
  }
  const here = sh.os.cwd
  if (!enter(sh, io, 'pushd', target)) return 1
  if (args[1] === undefined) stack.shift()
  stack.unshift(here)
  return yield* dirs(sh, args, io)
}

const popd: Builtin = function* (sh, args, io) {
  const target = stackOf(sh).shift()
  if (target === undefined) {
    sh.complain(io, 'popd: directory stack empty')
    return 1
  }
  if (!enter(sh, io, 'popd', target)) return 1
  return yield* dirs(sh, args, io)
}

export const directories: Record<string, Builtin> = { cd, pwd, dirs, pushd, popd }
