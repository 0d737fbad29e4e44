import { evaluate } from '../arithmetic.ts'
import { arithmeticOf, assign, subscript } from '../parameters.ts'
import { print, type Io, type Shell } from '../shell.ts'
import { elementsOf, keysOf, type Variable } from '../variables.ts'
import type { Sys } from '../../sys.ts'
import { getopts } from './getopts.ts'
import type { Builtin } from './index.ts'
import { mapfile, read } from './read.ts'

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
