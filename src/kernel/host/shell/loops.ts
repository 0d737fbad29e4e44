import type { ArithmeticExpression, ArithmeticFor, CompoundList, For, Select, While } from 'unbash'
import type { Sys } from '../sys.ts'
import { Jump } from './control.ts'
import { run, unguarded } from './execute.ts'
import { expandArithmetic, expandWords, expansion } from './expand.ts'
import { readLine } from './line-input.ts'
import { assign } from './parameters.ts'
import { print, type Io, type Shell } from './shell.ts'

/** `for name in words` */
export function* runFor(sh: Shell, { name, wordlist, body }: For, io: Io): Sys<number> {
  const words = wordlist ? yield* expandWords(expansion(sh, io), wordlist) : sh.positional
  const queue = [...words]
  return yield* loop(sh, body, io, function* () {
    const word = queue.shift()
    if (word === undefined) return false
    assign(sh, name.value, word)
    return true
  })
}

/** `for ((;;))` */
export function* runArithmeticFor(
  sh: Shell,
  { initialize, test, update, body }: ArithmeticFor,
  io: Io,
): Sys<number> {
  const compute = (expression: ArithmeticExpression | undefined) =>
    expandArithmetic(expansion(sh, io), expression ? arithmeticText(expression) : '1')
  yield* compute(initialize)
  let first = true
  return yield* loop(sh, body, io, function* () {
    if (!first) yield* compute(update)
    first = false
    return (yield* compute(test)) !== 0n
  })
}

/** The text of a parsed expression. */
function arithmeticText(node: ArithmeticExpression): string {
  switch (node.type) {
    case 'ArithmeticBinary':
      return `${arithmeticText(node.left)} ${node.operator} ${arithmeticText(node.right)}`
    case 'ArithmeticUnary':
      return node.prefix
        ? `${node.operator} ${arithmeticText(node.operand)}`
        : `${arithmeticText(node.operand)}${node.operator}`
    case 'ArithmeticTernary':
      return `${arithmeticText(node.test)} ? ${arithmeticText(node.consequent)} : ${arithmeticText(node.alternate)}`
    case 'ArithmeticGroup':
      return `(${arithmeticText(node.expression)})`
    case 'ArithmeticWord':
      return node.value
    default:
      return node.text
  }
}

/** `while`, `until` */
export function* runWhile(sh: Shell, { kind, clause, body }: While, io: Io): Sys<number> {
  return yield* loop(sh, body, io, function* () {
    return ((yield* unguarded(sh, run(sh, clause, io))) === 0) === (kind === 'while')
  })
}

/** `select name in words` */
export function* runSelect(sh: Shell, { name, wordlist, body }: Select, io: Io): Sys<number> {
  const words = wordlist ? yield* expandWords(expansion(sh, io), wordlist) : sh.positional
  const menu = words.map((word, i) => `${i + 1}) ${word}\n`).join('')
  return yield* loop(sh, body, io, function* () {
    yield* print(io, `${menu}${sh.variables.get('PS3') ?? '#? '}`, 2)
    const line = yield* readLine(io, 0)
    if (line === null) {
      yield* print(io, '\n')
      sh.status = 1
      return false
    }
    assign(sh, 'REPLY', line)
    assign(sh, name.value, words[Number(line) - 1] ?? '')
    return true
  })
}

/** Run the body as long as there is a next round. */
function* loop(sh: Shell, body: CompoundList, io: Io, next: () => Sys<boolean>): Sys<number> {
  let status = 0
  sh.loops++
  try {
    while (yield* next()) {
      try {
        status = yield* run(sh, body, io)
      } catch (error) {
        if (!(error instanceof Jump) || (error.kind !== 'break' && error.kind !== 'continue')) throw error
        if (error.value > 1 && sh.loops > 1) throw new Jump(error.kind, error.value - 1)
        status = 0
        if (error.kind === 'break') break
      }
    }
  } finally {
    sh.loops--
  }
  return status
}
