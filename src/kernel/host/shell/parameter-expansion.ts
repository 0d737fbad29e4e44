import type { ParameterExpansionPart, ParameterOperation } from 'unbash'
import type { Sys } from '../sys.ts'
import { ShellError } from './control.ts'
import {
  emit,
  expandArithmetic,
  expandParts,
  expandPattern,
  expandText,
  unbound,
  type Expansion,
} from './expand.ts'
import type { Fields } from './fields.ts'
import { assign, keysOfName, parameterValue, type Value } from './parameters.ts'
import { regExpOf } from './pattern.ts'
import { quote } from './quote.ts'

/** `${...}` */
export function* expandParameter(
  x: Expansion,
  part: ParameterExpansionPart,
  quoted: boolean,
  fields: Fields,
): Sys<void> {
  const { sh } = x
  const { prefix, operation } = part
  let name = part.parameter
  if (!name) throw new ShellError(`${part.text}: bad substitution`)
  let index = part.index && (yield* expandText(x, part.index))
  if (prefix === '!') {
    const names = namesFor(x, part, name, index)
    if (names) return emit(sh, names, quoted, fields)
    const target = /^(\w+|[@*#?$!-])(?:\[(.*)\])?$/.exec(parameterValue(sh, name, index).texts[0] ?? '')
    if (!target) throw new ShellError(`${name}: invalid indirect expansion`)
    name = target[1]
    index = target[2]
  }
  const value = parameterValue(sh, name, index)
  if (prefix === '#') {
    if (!value.set && !value.list) unbound(sh, name)
    const length = value.list ? value.texts.length : [...(value.texts[0] ?? '')].length
    return fields.literal(String(length))
  }
  if (operation?.type === 'Default')
    return yield* expandDefault(x, { name, index, value, operation }, quoted, fields)
  if (!value.set && !value.list) unbound(sh, index === undefined ? name : `${name}[${index}]`)
  if (operation?.type === 'Unknown') throw new ShellError(`${part.text}: bad substitution`)
  const changed = operation ? yield* apply(x, value, operation) : value
  emit(sh, changed.list || changed.set || !quoted ? changed : { ...changed, texts: [''] }, quoted, fields)
}

/** `${!a[@]}` and `${!prefix*}` */
function namesFor(
  x: Expansion,
  part: ParameterExpansionPart,
  name: string,
  index: string | undefined,
): Value | undefined {
  if (part.operation?.type === 'Names') {
    const texts = x.sh.variables.names.filter((each) => each.startsWith(name))
    return { texts, set: true, list: part.operation.operator }
  }
  if (index === '@' || index === '*') return { texts: keysOfName(x.sh, name), set: true, list: index }
  return undefined
}

interface Default {
  readonly name: string
  readonly index: string | undefined
  readonly value: Value
  readonly operation: Extract<ParameterOperation, { type: 'Default' }>
}

function* expandDefault(
  x: Expansion,
  { name, index, value, operation }: Default,
  quoted: boolean,
  fields: Fields,
): Sys<void> {
  const { operator, operand } = operation
  const missing = operator.startsWith(':') ? value.texts.join('') === '' : !value.set
  const kind = operator.at(-1)
  if (kind === '+' ? missing : !missing)
    return emit(
      x.sh,
      kind === '+' ? { texts: quoted ? [''] : [], set: true, list: undefined } : value,
      quoted,
      fields,
    )
  if (kind === '?') {
    const why = operand.text
      ? yield* expandText(x, operand)
      : operator === '?'
        ? 'parameter not set'
        : 'parameter null or not set'
    throw new ShellError(`${name}: ${why}`, { fatal: true, status: x.sh.interactive ? 1 : 127 })
  }
  if (kind === '=') {
    const text = yield* expandText(x, operand)
    assign(x.sh, name, text, index)
    return emit(x.sh, { texts: [text], set: true, list: undefined }, quoted, fields)
  }
  if (quoted) fields.literal(yield* expandText(x, operand))
  else yield* expandParts(x, operand, fields, true)
}

function* apply(x: Expansion, value: Value, operation: ParameterOperation): Sys<Value> {
  if (operation.type === 'Slice') {
    const offset = Number(yield* expandArithmetic(x, operation.offset.text))
    const length = operation.length ? Number(yield* expandArithmetic(x, operation.length.text)) : undefined
    if (value.list) {
      const from = value.texts === x.sh.positional ? [x.sh.name, ...value.texts] : value.texts
      return { ...value, texts: slice(from, offset < 0 ? Math.max(0, from.length + offset) : offset, length) }
    }
    return { ...value, texts: value.texts.map((text) => slice([...text], offset, length).join('')) }
  }
  const change = yield* changeOf(x, operation)
  return { ...value, texts: value.texts.map(change) }
}

function slice(items: readonly string[], offset: number, length: number | undefined): string[] {
  const start = offset < 0 ? items.length + offset : offset
  if (start < 0) return []
  const end = length === undefined ? items.length : length < 0 ? items.length + length : start + length
  if (end < start && length !== undefined && length < 0)
    throw new ShellError(`${length}: substring expression < 0`)
  return items.slice(start, end)
}

/** What an operation does to one text. */
function* changeOf(x: Expansion, operation: ParameterOperation): Sys<(text: string) => string> {
  switch (operation.type) {
    case 'Remove':
      return remove(yield* expandPattern(x, operation.operand), operation.operator)
    case 'Replace': {
      const pattern = yield* expandPattern(x, operation.pattern)
      const replacement = yield* expandText(x, operation.replacement)
      return replace(pattern, replacement, operation.operator)
    }
    case 'CaseModification': {
      const pattern = operation.operand?.text ? yield* expandPattern(x, operation.operand) : '?'
      const expression = new RegExp(
        operation.operator.length === 2 ? regExpOf(pattern) : `^${regExpOf(pattern)}`,
        'g',
      )
      const upper = operation.operator.startsWith('^')
      return (text) =>
        text.replace(expression, (match) => (upper ? match.toUpperCase() : match.toLowerCase()))
    }
    case 'Transform':
      return TRANSFORMS[operation.operand.value] ?? ((text) => text)
    default:
      return (text) => text
  }
}

const TRANSFORMS: Readonly<Record<string, (text: string) => string>> = {
  Q: quote,
  U: (text) => text.toUpperCase(),
  u: (text) => text.charAt(0).toUpperCase() + text.slice(1),
  L: (text) => text.toLowerCase(),
}

function remove(pattern: string, operator: '#' | '##' | '%' | '%%'): (text: string) => string {
  if (operator === '#' || operator === '##') {
    const expression = new RegExp(`^(?:${regExpOf(pattern, { lazy: operator === '#' })})`)
    return (text) => text.replace(expression, '')
  }
  const expression = new RegExp(`(?:${regExpOf(pattern)})$`)
  if (operator === '%%') return (text) => text.replace(expression, '')
  const whole = new RegExp(`^(?:${regExpOf(pattern)})$`)
  return (text) => {
    for (let i = text.length; i >= 0; i--) if (whole.test(text.slice(i))) return text.slice(0, i)
    return text
  }
}

function replace(
  pattern: string,
  replacement: string,
  operator: '/' | '//' | '/#' | '/%',
): (text: string) => string {
  if (pattern === '') return (text) => text
  const source = regExpOf(pattern)
  const expression =
    operator === '/#'
      ? new RegExp(`^(?:${source})`)
      : operator === '/%'
        ? new RegExp(`(?:${source})$`)
        : new RegExp(source, operator === '//' ? 'g' : '')
  return (text) => text.replace(expression, () => replacement)
}
