import {
  type ASTNode,
  type Environment,
  EvaluationError,
  ParseError,
  TypeError as CelTypeError,
} from '@marcbachmann/cel-js'

/** An expression that was understood and whose types agree. */
export interface Program {
  /** The name of its type: `bool`, `string`. */
  readonly type: string
  /** Names of the variables that it reads. */
  readonly variables: ReadonlySet<string>
  /** How deep its loops over lists and maps stand within each other: its cost grows with that power of their length. */
  readonly loops: number
  /** Throws CelFailure. */
  run(variables: Readonly<Record<string, unknown>>): unknown
}

/** What goes wrong when an expression runs, in cel-go's words. */
export class CelFailure extends Error {}

/** Compile an expression, or say what is wrong with it as cel-go does. */
export function compile(
  environment: Environment,
  text: string,
): { readonly program: Program } | { readonly problem: string } {
  try {
    const parsed = environment.parse(text)
    const { valid, type = 'dyn', error } = parsed.check()
    if (!valid) return { problem: described(error, text) }
    const local = localTimeIn(parsed.ast)
    if (local)
      return {
        problem: `simulator limit: ${local} needs the host's time zone (real Kubernetes would accept this)`,
      }
    const run = (variables: Readonly<Record<string, unknown>>): unknown => {
      try {
        return parsed(variables)
      } catch (thrown) {
        throw new CelFailure(failure(thrown))
      }
    }
    return { program: { type, variables: variablesOf(parsed.ast), loops: loopsOf(parsed.ast), run } }
  } catch (error) {
    if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError)
      return { problem: described(error, text) }
    throw error
  }
}

type Problem = ParseError | CelTypeError | EvaluationError | undefined

/** `ERROR: <input>:1:5: undefined field 'foo'` with the line and a caret below (cel-go: common/error.go). */
function described(error: Problem, text: string): string {
  const summary = error?.summary ?? 'unknown problem'
  const position = Math.min(placeOf(error, text), text.length)
  const before = text.slice(0, position)
  const line = before.split('\n').length
  const column = position - (before.lastIndexOf('\n') + 1)
  const source = text.split('\n')[line - 1] ?? ''
  const head = `ERROR: <input>:${line}:${column + 1}: ${inWordsOfGo(summary, error)}`
  return `${head}\n | ${source}\n | ${'.'.repeat(column)}^`
}

/** cel-go points at the operator, the dot or the bracket. */
function placeOf(error: Problem, text: string): number {
  const start = error?.range?.start ?? 0
  if (/^No such key/.test(error?.summary ?? '')) return Math.max(0, start - 1)
  const node = error?.node as ASTNode | undefined
  const operator = /^no such overload: .* (==|!=|<=|>=|<|>|\+|-|\*|\/|%|in) /.exec(error?.summary ?? '')?.[1]
  if (!operator || !node || !Array.isArray(node.args)) return start
  const left = node.args[0] as ASTNode | undefined
  const found = text.indexOf(operator, left?.range?.end ?? start)
  return found < 0 ? start : found
}

function inWordsOfGo(summary: string, error: Problem): string {
  if (error instanceof ParseError) return `Syntax error: ${lowerFirst(summary)}`
  const field = /^No such key: (.*)$/.exec(summary)
  if (field) return `undefined field '${field[1]}'`
  const name = /^Unknown variable: (.*)$/.exec(summary)
  if (name) return `undeclared reference to '${name[1]}' (in container '')`
  const call = /^found no matching overload for '(?:[^'(]*\.)?(\w+)\(.*'$/.exec(summary)
  if (call) return `undeclared reference to '${call[1]}' (in container '')`
  const operands = /^no such overload: (.+) (==|!=|<=|>=|<|>|\+|-|\*|\/|%|in|&&|\|\|) (.+)$/.exec(summary)
  if (operands) {
    const [, left, operator, right] = operands
    const shown = operator === 'in' ? '@in' : `_${operator}_`
    return `found no matching overload for '${shown}' applied to '(${left}, ${right})'`
  }
  return lowerFirst(summary)
}

function failure(error: unknown): string {
  const { summary = '', message = '' } = error as { summary?: string; message?: string }
  const text = summary || message
  const index = /index out of bounds, index (-?\d+)/.exec(text)
  return index ? `index out of bounds: ${index[1]}` : lowerFirst(text)
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

function variablesOf(ast: ASTNode): Set<string> {
  const found = new Set<string>()
  const open: unknown[] = [ast]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) open.push(...next)
    else if (typeof next === 'object' && next !== null && 'op' in next) {
      const { op, args } = next as { op: string; args: unknown }
      if (op === 'id') found.add(String(args))
      else if (op !== 'value') open.push(args)
    }
  }
  return found
}

/** With a zone these, and this one always, ask the computer that all runs on for its own: a history would differ from one to the next. */
const zoned = /^get(Date|DayOfMonth|DayOfWeek|DayOfYear|FullYear|Hours|Minutes|Month|Seconds)$/

/** The first call that reads local time. */
function localTimeIn(ast: ASTNode): string | undefined {
  const open: unknown[] = [ast]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) open.push(...next)
    else if (typeof next === 'object' && next !== null && 'op' in next) {
      const { op, args } = next as { op: string; args: unknown }
      if (op === 'value') continue
      open.push(args)
      if (op !== 'rcall' || !Array.isArray(args)) continue
      const name = String(args[0])
      const given = Array.isArray(args[2]) && args[2].length > 0
      if (zoned.test(name) && (given || name === 'getDayOfYear')) return `${name}()`
    }
  }
  return undefined
}

const macros = new Set(['all', 'exists', 'exists_one', 'existsOne', 'map', 'filter'])

function loopsOf(ast: ASTNode): number {
  let deepest = 0
  const open: [unknown, number][] = [[ast, 0]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, depth] = next
    deepest = Math.max(deepest, depth)
    if (Array.isArray(node)) for (const one of node) open.push([one, depth])
    else if (typeof node === 'object' && node !== null && 'op' in node) {
      const { op, args } = node as { op: string; args: unknown }
      const isLoop = op === 'rcall' && Array.isArray(args) && macros.has(String(args[0]))
      if (op !== 'value') open.push([args, isLoop ? depth + 1 : depth])
    }
  }
  return deepest
}
