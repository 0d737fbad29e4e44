import { Optional } from '@marcbachmann/cel-js'
import { celEnvironment } from '../cel/environment.ts'
import { compile, type Program } from '../cel/program.ts'
import type { CelType } from '../cel/types.ts'
import { ruleType } from './rule-types.ts'
import { propertyOf, valuesOf, type Schema, type ValidationRule } from './schema.ts'

// apiextensions-apiserver: pkg/apiserver/schema/cel/compilation.go

/** A rule that was compiled, or what is wrong with it. */
export interface CompiledRule {
  readonly rule: ValidationRule
  readonly program?: Program
  readonly problem?: string
  readonly messageProgram?: Program
  readonly messageProblem?: string
  /** Compares with what there was. */
  readonly usesOldSelf: boolean
}

/** The rules at one place of a schema and below. */
export interface RuleNode {
  readonly schema: Schema
  readonly rules: readonly CompiledRule[]
  readonly type: CelType | undefined
  readonly items?: RuleNode
  readonly values?: RuleNode
  readonly fields: ReadonlyMap<string, RuleNode>
}

/** Compile all rules of a schema; undefined where there are none. */
export function compileRules(schema: Schema, isResource: boolean): RuleNode | undefined {
  const fields = new Map<string, RuleNode>()
  for (const key of Object.keys(schema.properties ?? {})) {
    const node = compileInner(propertyOf(schema, key))
    if (node) fields.set(key, node)
  }
  const items = compileInner(schema.items)
  const values = compileInner(valuesOf(schema))
  const own = ownRules(schema, isResource)
  if (!own && !fields.size && !items && !values) return undefined
  return {
    schema,
    rules: own?.rules ?? [],
    type: own?.type,
    fields,
    ...(items && { items }),
    ...(values && { values }),
  }
}

const compileInner = (schema: Schema | undefined): RuleNode | undefined =>
  schema && compileRules(schema, schema['x-kubernetes-embedded-resource'] === true)

function ownRules(schema: Schema, isResource: boolean) {
  const given = schema['x-kubernetes-validations']
  if (!given?.length) return undefined
  const environment = celEnvironment()
  const type = ruleType(environment, schema, isResource)
  if (!type) return { type, rules: given.map((rule) => withoutType(rule, schema)) }
  const plain = environment.registerVariable('self', type.name).clone()
  const transition = plain.clone().registerVariable('oldSelf', type.name)
  const optional = plain.clone().registerVariable('oldSelf', `optional<${type.name}>`)
  const rules = given.map((rule) => compileRule(rule, rule.optionalOldSelf ? optional : transition))
  return { type, rules }
}

function withoutType(rule: ValidationRule, { type = '', ...schema }: Schema): CompiledRule {
  const open = schema['x-kubernetes-preserve-unknown-fields'] ?? false
  const problem = `rule declared on schema that does not support validation rules type: '${type}' x-kubernetes-preserve-unknown-fields: '${open}'`
  return { rule, problem, usesOldSelf: false }
}

type Environment = ReturnType<typeof celEnvironment>

function compileRule(rule: ValidationRule, environment: Environment): CompiledRule {
  const { rule: text = '', messageExpression = '' } = rule
  if (text.trim() === '') return { rule, usesOldSelf: false }
  const compiled = compile(environment, text)
  if ('problem' in compiled)
    return { rule, problem: `compilation failed: ${compiled.problem}`, usesOldSelf: false }
  const { program } = compiled
  const usesOldSelf = program.variables.has('oldSelf')
  if (program.type !== 'bool' && program.type !== 'dyn')
    return { rule, problem: 'cel expression must evaluate to a bool', usesOldSelf }
  if (messageExpression === '') return { rule, program, usesOldSelf }
  return { rule, program, usesOldSelf, ...compileMessage(messageExpression, environment) }
}

function compileMessage(text: string, environment: Environment): Partial<CompiledRule> {
  if (text.trim() === '') return { messageProblem: 'messageExpression must be non-empty if specified' }
  const compiled = compile(environment, text)
  if ('problem' in compiled)
    return { messageProblem: `messageExpression compilation failed: ${compiled.problem}` }
  const { program } = compiled
  if (program.type !== 'string' && program.type !== 'dyn')
    return { messageProblem: 'messageExpression must evaluate to a string' }
  return { messageProgram: program }
}

/** The previous value as a rule with optionalOldSelf sees it. */
export const optionalValue = (value: unknown): unknown =>
  value === undefined ? Optional.none() : Optional.of(value)
