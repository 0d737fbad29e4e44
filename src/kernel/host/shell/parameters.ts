import { ShellError } from './control.ts'
import type { Shell } from './shell.ts'
import { elementsOf, elementOf, keysOf } from './variables.ts'
import type { ArithmeticContext } from './arithmetic.ts'
import { evaluate } from './arithmetic.ts'

/** What a parameter holds: one text, or a list for `$@`, `$*`, `${a[@]}`. Undefined texts are unset. */
export interface Value {
  readonly texts: string[]
  readonly set: boolean
  readonly list: '@' | '*' | undefined
}

const scalar = (text: string | undefined): Value => ({
  texts: text === undefined ? [] : [text],
  set: text !== undefined,
  list: undefined,
})

/** The value of a parameter, special ones included. `index` is text: a subscript, `@` or `*`. */
export function parameterValue(sh: Shell, name: string, index?: string): Value {
  if (name === '@' || name === '*') return { texts: sh.positional, set: sh.positional.length > 0, list: name }
  if (name === 'PIPESTATUS' || name === 'FUNCNAME') {
    const texts = name === 'FUNCNAME' ? [...sh.calls].reverse() : sh.pipeStatus.map(String)
    return index === '@' || index === '*'
      ? { texts, set: true, list: index }
      : scalar(texts[Number(index ?? 0)])
  }
  const variable = sh.variables.find(name)
  if (index === '@' || index === '*') {
    const texts = elementsOf(variable)
    return { texts, set: texts.length > 0, list: index }
  }
  if (index !== undefined) return scalar(elementOf(variable, subscript(sh, name, index)))
  return scalar(special(sh, name) ?? sh.variables.get(name))
}

/** A subscript as the key of an array: text for associative ones, a number else. */
export const subscript = (sh: Shell, name: string, index: string): string =>
  sh.variables.find(name)?.map ? index : String(evaluate(index, arithmeticOf(sh)))

/** The keys of an array, for `${!a[@]}`. */
export const keysOfName = (sh: Shell, name: string): string[] => keysOf(sh.variables.find(name))

/** Set a variable or an element, minding `declare -i`. */
export function assign(sh: Shell, name: string, value: string, index?: string, append = false): void {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new ShellError(`\`${name}': not a valid identifier`)
  const variable = sh.variables.find(name)
  const key = index === undefined ? undefined : subscript(sh, name, index)
  const old = append ? ((key === undefined ? sh.variables.get(name) : elementOf(variable, key)) ?? '') : ''
  let text = old + value
  if (variable?.integer) text = String(evaluate(append ? `${old || 0}+(${value})` : value, arithmeticOf(sh)))
  if (key === undefined) sh.variables.set(name, text)
  else sh.variables.setElement(name, variable?.map ? key : position(variable?.list, Number(key)), text)
  if (sh.options.has('allexport')) sh.variables.declare(name, false).exported = true
}

const position = (list: Map<number, string> | undefined, index: number): number =>
  index < 0 ? Math.max(-1, ...(list?.keys() ?? [])) + 1 + index : index

/** Arithmetic over the variables of a shell. */
export const arithmeticOf = (sh: Shell): ArithmeticContext => ({
  get: (name, index) => {
    const value = parameterValue(sh, name, index)
    if (!value.set && sh.options.has('nounset'))
      throw new ShellError(`${name}: unbound variable`, { fatal: true })
    return value.texts[0]
  },
  set: (name, value, index) => assign(sh, name, value, index),
})

function special(sh: Shell, name: string): string | undefined {
  if (/^\d+$/.test(name)) return name === '0' ? sh.name : sh.positional[Number(name) - 1]
  switch (name) {
    case '?':
      return String(sh.status)
    case '$':
      return String(sh.pid)
    case '!':
      return sh.lastBackground === undefined ? undefined : String(sh.lastBackground)
    case '#':
      return String(sh.positional.length)
    case '-':
      return flagsOf(sh)
    case '_':
      return sh.lastArgument
    case 'RANDOM':
      return String(Math.floor(sh.os.random() * 32768))
    case 'SECONDS':
      return sh.variables.get(name) ?? String(Math.floor((sh.os.now - sh.startedAt) / 1000))
    case 'EPOCHSECONDS':
      return String(Math.floor(sh.os.clock / 1000))
    case 'LINENO':
      return String(sh.line)
    case 'BASHPID':
      return String(sh.os.pid)
    case 'BASH_SUBSHELL':
      return String(sh.level)
    case 'HOSTNAME':
      return sh.os.hostname
    case 'UID':
    case 'EUID':
      return String(sh.os.uid)
    default:
      return undefined
  }
}

const FLAGS: Readonly<Record<string, string>> = {
  allexport: 'a',
  braceexpand: 'B',
  errexit: 'e',
  hashall: 'h',
  monitor: 'm',
  noglob: 'f',
  nounset: 'u',
  xtrace: 'x',
  verbose: 'v',
  noclobber: 'C',
}

const flagsOf = (sh: Shell): string =>
  [...sh.options]
    .map((option) => FLAGS[option] ?? '')
    .sort()
    .join('') +
  (sh.interactive ? 'i' : '') +
  (sh.name === 'bash' ? '' : '')
