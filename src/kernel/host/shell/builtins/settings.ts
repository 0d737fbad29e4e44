import { print, type Io, type Shell } from '../shell.ts'
import { quote } from '../quote.ts'
import { elementsOf, keysOf } from '../variables.ts'
import type { Builtin } from './index.ts'

const LETTERS: Readonly<Record<string, string>> = {
  a: 'allexport',
  b: 'notify',
  e: 'errexit',
  f: 'noglob',
  h: 'hashall',
  m: 'monitor',
  n: 'noexec',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
  B: 'braceexpand',
  C: 'noclobber',
  E: 'errtrace',
  H: 'histexpand',
  P: 'physical',
  T: 'functrace',
}
const OPTIONS = [
  ...Object.values(LETTERS),
  'emacs',
  'history',
  'ignoreeof',
  'interactive-comments',
  'keyword',
  'nolog',
  'onecmd',
  'pipefail',
  'posix',
  'privileged',
  'vi',
].sort()

/** Set or clear options as `set -eu -o pipefail` and the shell's own arguments do. Returns how many arguments were taken, or what is wrong. */
export function setOptions(sh: Shell, args: readonly string[]): { taken: number; problem?: string } {
  let taken = 0
  for (; taken < args.length; taken++) {
    const arg = args[taken]
    if (!/^[-+]./.test(arg) || arg === '--') break
    const on = arg.startsWith('-')
    for (const letter of arg.slice(1)) {
      const name = letter === 'o' ? args[++taken] : LETTERS[letter]
      if (name === undefined && letter === 'o') return { taken }
      if (name === undefined) return { taken, problem: `${arg.charAt(0)}${letter}: invalid option` }
      if (!OPTIONS.includes(name)) return { taken, problem: `${name}: invalid option name` }
      if (on) sh.options.add(name)
      else sh.options.delete(name)
    }
  }
  return { taken }
}

const set: Builtin = function* (sh, args, io) {
  const rest = args.slice(1)
  if (!rest.length) {
    yield* print(io, listVariables(sh))
    return 0
  }
  if (rest.length === 1 && (rest[0] === '-o' || rest[0] === '+o')) {
    yield* print(
      io,
      OPTIONS.map((name) =>
        rest[0] === '-o'
          ? `${name.padEnd(15)}\t${sh.options.has(name) ? 'on' : 'off'}\n`
          : `set ${sh.options.has(name) ? '-' : '+'}o ${name}\n`,
      ).join(''),
    )
    return 0
  }
  const { taken, problem } = setOptions(sh, rest)
  if (problem) {
    sh.complain(io, `set: ${problem}`)
    if (!problem.includes('name'))
      io.get(2)?.write?.('set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n')
    return 2
  }
  if (rest[taken] === '--' || rest[taken] === '-') sh.positional = rest.slice(taken + 1)
  else if (taken < rest.length) sh.positional = rest.slice(taken)
  return 0
}

function listVariables(sh: Shell): string {
  let out = ''
  for (const name of sh.variables.names) {
    const variable = sh.variables.find(name)
    if (variable?.list || variable?.map) {
      const keys = keysOf(variable)
      out += `${name}=(${elementsOf(variable)
        .map((value, i) => `[${keys[i]}]="${value}"`)
        .join(' ')})\n`
    } else if (variable?.value !== undefined) out += `${name}=${quoteUnlessPlain(variable.value)}\n`
  }
  return out
}

const quoteUnlessPlain = (value: string): string => (value === '' ? '' : quote(value))

const shopt: Builtin = function* (sh, args, io) {
  const names = args.slice(1).filter((arg) => !arg.startsWith('-'))
  const set = args.some((arg) => /^-\w*s/.test(arg))
  const unset = args.some((arg) => /^-\w*u/.test(arg))
  const quiet = args.some((arg) => /^-\w*q/.test(arg))
  let status = 0
  for (const name of names) {
    if (set) sh.shopt.add(name)
    else if (unset) sh.shopt.delete(name)
    else {
      if (!quiet) yield* print(io, `${name.padEnd(15)}\t${sh.shopt.has(name) ? 'on' : 'off'}\n`)
      if (!sh.shopt.has(name)) status = 1
    }
  }
  return status
}

const umask: Builtin = function* (sh, args, io: Io) {
  if (args[1] === undefined || args[1].startsWith('-')) {
    yield* print(io, `${sh.mask.toString(8).padStart(4, '0')}\n`)
    return 0
  }
  if (!/^[0-7]{1,4}$/.test(args[1])) {
    sh.complain(io, `umask: ${args[1]}: octal number out of range`)
    return 1
  }
  sh.mask = Number.parseInt(args[1], 8)
  return 0
}

const LIMITS: readonly [string, string, string][] = [
  ['c', 'core file size              (blocks, -c)', '0'],
  ['n', 'open files                          (-n)', '1048576'],
  ['u', 'max user processes                  (-u)', 'unlimited'],
  ['v', 'virtual memory          (kbytes, -v)', 'unlimited'],
]

const ulimit: Builtin = function* (_sh, args, io) {
  if (args[1] === '-a') yield* print(io, LIMITS.map(([, words, value]) => `${words} ${value}\n`).join(''))
  else if (args[2] === undefined)
    yield* print(io, `${LIMITS.find(([letter]) => args[1] === `-${letter}`)?.[2] ?? 'unlimited'}\n`)
  return 0
}

export const settings: Record<string, Builtin> = { set, shopt, umask, ulimit }
