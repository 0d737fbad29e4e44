import { CelFailure } from '../cel/program.ts'
import { duplicate, forbidden, invalid, required, type FieldError } from '../field-error.ts'
import { equalJson, isList, isObject, own } from '../json.ts'
import type { Json } from '../objects.ts'
import { correlated } from './correlated.ts'
import { optionalValue, type CompiledRule, type RuleNode } from './rules.ts'
import type { Schema, ValidationRule } from './schema.ts'

// apiextensions-apiserver: pkg/apiserver/schema/cel/validation.go

const MAX_MESSAGE = 5 * 1024

/** What an update may compare with: the value before, and whether it or what it is in stayed what it was. */
interface Before {
  readonly value: Json | undefined
  readonly unchanged: boolean
}

/** What the rules say of a value; `old` is what it replaces. */
export const validateRules = (node: RuleNode, value: Json, old?: Json, path = ''): FieldError[] =>
  visit(node, value, { value: old, unchanged: false }, path)

function visit(node: RuleNode, value: Json, before: Before, path: string): FieldError[] {
  if (value === null) return []
  const unchanged = before.unchanged || (before.value !== undefined && equalJson(value, before.value))
  const errors = ownErrors(node, value, { value: before.value, unchanged }, path)
  if (isList(value)) return [...errors, ...itemErrors(node, value, before.value, unchanged, path)]
  return isObject(value) ? [...errors, ...fieldErrors(node, value, before.value, unchanged, path)] : errors
}

function itemErrors(
  { schema, items }: RuleNode,
  list: readonly Json[],
  old: Json | undefined,
  unchanged: boolean,
  path: string,
): FieldError[] {
  if (!items) return []
  const matching = correlated(schema, old)
  return list.flatMap((item, i) => visit(items, item, { value: matching(item), unchanged }, `${path}[${i}]`))
}

function fieldErrors(
  { schema, fields, values }: RuleNode,
  object: Readonly<Record<string, Json | undefined>>,
  old: Json | undefined,
  unchanged: boolean,
  path: string,
): FieldError[] {
  const comparable = schema['x-kubernetes-map-type'] !== 'atomic' && isObject(old)
  return Object.keys(object)
    .sort()
    .flatMap((key) => {
      const below = fields.get(key)
      const node = below ?? (own(schema.properties, key) ? undefined : values)
      const value = object[key]
      if (!node || value === undefined) return []
      const before = { value: comparable ? own(old, key) : undefined, unchanged }
      return visit(node, value, before, below ? (path === '' ? key : `${path}.${key}`) : `${path}[${key}]`)
    })
}

function ownErrors(node: RuleNode, value: Json, before: Before, path: string): FieldError[] {
  if (node.rules.length === 0) return []
  const self = node.type?.value(value)
  const old = before.value === undefined || before.value === null ? undefined : node.type?.value(before.value)
  return node.rules.flatMap((compiled) => {
    if (isTooCostly(compiled, value)) return [invalid(path, node.schema.type ?? '', overBudget)]
    const found = ruleErrors(compiled, node.schema, self, old, path)
    // What nobody touched is not held against an update.
    return before.unchanged && !compiled.usesOldSelf ? [] : found
  })
}

/** Rounds of loops that one rule may take; upstream counts the cost of every step instead. */
const MAX_ROUNDS = 1_000_000

const overBudget =
  'validation failed due to running out of cost budget, no further validation rules will be run'

function isTooCostly({ program, messageProgram }: CompiledRule, value: Json): boolean {
  const loops = Math.max(program?.loops ?? 0, messageProgram?.loops ?? 0)
  return loops > 1 && longestIn(value) ** loops > MAX_ROUNDS
}

/** The length of the longest list or map in a value. */
function longestIn(value: Json): number {
  let longest = 1
  const open: Json[] = [value]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const items = isList(next) ? next : isObject(next) ? (Object.values(next) as Json[]) : []
    longest = Math.max(longest, items.length)
    for (const item of items) open.push(item)
  }
  return longest
}

function ruleErrors(
  compiled: CompiledRule,
  { type = '' }: Schema,
  self: unknown,
  old: unknown,
  path: string,
): FieldError[] {
  const { rule, program, problem, usesOldSelf } = compiled
  if (problem) return [invalid(path, type, `rule compile error: ${problem}`)]
  if (!program || (usesOldSelf && old === undefined && !rule.optionalOldSelf)) return []
  const variables = { self, oldSelf: rule.optionalOldSelf ? optionalValue(old) : old }
  try {
    if (program.run(variables) === true) return []
  } catch (error) {
    if (!(error instanceof CelFailure)) throw error
    return [invalid(path, type, evaluationError(error.message, rule))]
  }
  return [failed(rule, messageOf(compiled, variables), type, pathOf(rule, path))]
}

const evaluationError = (why: string, rule: ValidationRule): string =>
  why.startsWith('no such overload')
    ? `'${why}': call arguments did not match a supported operator, function or macro signature for rule: ${nameOf(rule)}`
    : `${why} evaluating rule: ${nameOf(rule)}`

const nameOf = ({ message, rule = '' }: ValidationRule): string => (message || rule).trim()

function messageOf(
  { rule, messageProgram }: CompiledRule,
  variables: Readonly<Record<string, unknown>>,
): string {
  const plain = rule.message ? rule.message.trim() : `failed rule: ${nameOf(rule)}`
  if (!messageProgram) return plain
  try {
    const made = messageProgram.run(variables)
    const text = typeof made === 'string' ? made.trim() : ''
    return text === '' || text.includes('\n') || text.length > MAX_MESSAGE ? plain : text
  } catch (error) {
    if (error instanceof CelFailure) return plain
    throw error
  }
}

/** `.a['b']` below the place of the rule. */
function pathOf({ fieldPath = '' }: ValidationRule, path: string): string {
  const below = fieldPath.replace(/\['([^']*)'\]/g, '.$1').replace(/^\./, '')
  return below === '' ? path : path === '' ? below : `${path}.${below}`
}

function failed({ reason }: ValidationRule, detail: string, type: string, path: string): FieldError {
  if (reason === 'FieldValueForbidden') return forbidden(path, detail)
  if (reason === 'FieldValueRequired') return required(path, detail)
  return reason === 'FieldValueDuplicate' ? duplicate(path, type) : invalid(path, type, detail)
}
