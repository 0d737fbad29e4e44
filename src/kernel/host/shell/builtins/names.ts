import { Errno } from '../../errno.ts'
import { findExecutable } from '../../executables.ts'
import { quote } from '../quote.ts'
import { print, type Io, type Shell } from '../shell.ts'
import { builtins, type Builtin } from './index.ts'

const KEYWORDS = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'case',
  'esac',
  'for',
  'select',
  'while',
  'until',
  'do',
  'done',
  'in',
  'function',
  'time',
  '{',
  '}',
  '!',
  '[[',
  ']]',
  'coproc',
])

const alias: Builtin = function* (sh, args, io) {
  const rest = args.slice(1).filter((arg) => arg !== '-p')
  const show = (name: string) => `alias ${name}='${(sh.aliases.get(name) ?? '').replaceAll("'", "'\\''")}'\n`
  if (!rest.length) for (const name of [...sh.aliases.keys()].sort()) yield* print(io, show(name))
  let status = 0
  for (const arg of rest) {
    const equals = arg.indexOf('=')
    if (equals > 0) sh.aliases.set(arg.slice(0, equals), arg.slice(equals + 1))
    else if (sh.aliases.has(arg)) yield* print(io, show(arg))
    else {
      sh.complain(io, `alias: ${arg}: not found`)
      status = 1
    }
  }
  return status
}

const unalias: Builtin = function* (sh, args, io) {
  if (args[1] === '-a') sh.aliases.clear()
  let status = 0
  for (const name of args.slice(1).filter((arg) => arg !== '-a')) {
    if (sh.aliases.delete(name)) continue
    sh.complain(io, `unalias: ${name}: not found`)
    status = 1
  }
  return status
}

function pathOf(sh: Shell, name: string): string | undefined {
  try {
    return findExecutable(sh.os.fs, name, sh.os.cwd, sh.variables.exported)
  } catch (error) {
    if (error instanceof Errno) return undefined
    throw error
  }
}

/** `type`, also `command -v` and `command -V`. */
const type: Builtin = function* (sh, args, io) {
  const options = args
    .slice(1)
    .filter((arg) => /^-\w+$/.test(arg))
    .join('')
  const brief = options.includes('v')
  let status = 0
  for (const name of args.slice(1).filter((arg) => !/^-\w+$/.test(arg))) {
    const found = describe(sh, name)
    if (!found) {
      if (!brief && !/[tpP]/.test(options)) sh.complain(io, `${args[0]}: ${name}: not found`)
      status = 1
    } else if (/[pP]/.test(options)) yield* print(io, pathOf(sh, name) ? `${pathOf(sh, name)}\n` : '')
    else yield* print(io, `${options.includes('t') ? found.kind : brief ? found.brief : found.words}\n`)
  }
  return status
}

function describe(sh: Shell, name: string): { kind: string; words: string; brief: string } | undefined {
  const text = sh.aliases.get(name)
  if (text !== undefined)
    return {
      kind: 'alias',
      words: `${name} is aliased to \`${text}'`,
      brief: `alias ${name}=${quote(text).replace(/^[^'$].*$/, "'$&'")}`,
    }
  if (KEYWORDS.has(name)) return { kind: 'keyword', words: `${name} is a shell keyword`, brief: name }
  const defined = sh.functions.get(name)
  if (defined) {
    const body = defined.source.text.slice(defined.node.body.pos, defined.node.body.end)
    return { kind: 'function', words: `${name} is a function\n${name} () \n${body}`, brief: name }
  }
  if (builtins[name]) return { kind: 'builtin', words: `${name} is a shell builtin`, brief: name }
  const path = pathOf(sh, name)
  return path === undefined ? undefined : { kind: 'file', words: `${name} is ${path}`, brief: path }
}

const hash: Builtin = function* (sh, args, io) {
  let status = 0
  for (const name of args.slice(1).filter((arg) => !arg.startsWith('-'))) {
    if (pathOf(sh, name)) continue
    sh.complain(io, `hash: ${name}: not found`)
    status = 1
  }
  return status
}

const history: Builtin = function* (sh, args, io) {
  if (args[1] === '-c') {
    sh.history = []
    return 0
  }
  if (args[1]?.startsWith('-')) return 0
  const count = args[1] === undefined ? sh.history.length : Number(args[1])
  if (!(count >= 0)) {
    sh.complain(io, `history: ${args[1]}: numeric argument required`)
    return 1
  }
  const first = Math.max(0, sh.history.length - count)
  yield* print(
    io,
    sh.history
      .slice(first)
      .map((line, i) => `${String(first + i + 1).padStart(5)}  ${line}\n`)
      .join(''),
  )
  return 0
}

const help: Builtin = function* (_sh, _args, io: Io) {
  yield* print(
    io,
    `GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nThese shell commands are defined internally.\n\n${Object.keys(builtins).sort().join(' ')}\n`,
  )
  return 0
}

export const names: Record<string, Builtin> = { alias, unalias, type, hash, history, help }
