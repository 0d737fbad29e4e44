import { posixClasses } from '../posix-classes.ts'
import type { TestExpression } from 'unbash'
import { Errno } from '../errno.ts'
import { absolute, type Stat } from '../filesystem.ts'
import type { Sys } from '../sys.ts'
import { evaluate } from './arithmetic.ts'
import { ShellError } from './control.ts'
import { expandParts, expandPattern, expandText, type Expansion } from './expand.ts'
import { Fields } from './fields.ts'
import { arithmeticOf } from './parameters.ts'
import { escapeRegExp, matches } from './pattern.ts'
import type { Io, Shell } from './shell.ts'

/** `[[ ... ]]`; 0 when it holds. */
export function* evaluateConditional(x: Expansion, expression: TestExpression): Sys<number> {
  return (yield* holds(x, expression)) ? 0 : 1
}

function* holds(x: Expansion, node: TestExpression): Sys<boolean> {
  switch (node.type) {
    case 'TestGroup':
      return yield* holds(x, node.expression)
    case 'TestNot':
      return (yield* holds(x, node.operand)) === (node.negations.length % 2 === 0)
    case 'TestLogical': {
      const or = node.operator === '||'
      for (const operand of node.operands) if ((yield* holds(x, operand)) === or) return or
      return !or
    }
    case 'TestUnary':
      return unary(x.sh, x.io, node.operator, yield* expandText(x, node.operand))
    case 'TestBinary': {
      const left = yield* expandText(x, node.left)
      if (node.operator === '=~') return matchesExpression(x.sh, left, yield* expressionOf(x, node.right))
      if (node.operator === '==' || node.operator === '=')
        return matches(yield* expandPattern(x, node.right), left)
      if (node.operator === '!=') return !matches(yield* expandPattern(x, node.right), left)
      return binary(x.sh, node.operator, left, yield* expandText(x, node.right), true)
    }
  }
}

/** The right side of `=~`: what is quoted stands for itself. */
function* expressionOf(x: Expansion, word: Parameters<typeof expandText>[1]): Sys<string> {
  let source = ''
  for (const part of word?.parts ?? []) {
    const fields = new Fields()
    yield* expandParts(
      x,
      { type: 'Word', text: part.text, value: part.text, pos: 0, end: 0, parts: [part] },
      fields,
    )
    const text = fields
      .finish()
      .map((field) => field.text)
      .join(' ')
    source +=
      part.type === 'DoubleQuoted' || part.type === 'SingleQuoted'
        ? escapeRegExp(text)
        : part.type === 'Literal'
          ? part.text
          : text
  }
  return word?.parts ? source : (word?.text ?? '')
}

function matchesExpression(sh: Shell, text: string, source: string): boolean {
  let expression: RegExp
  try {
    expression = new RegExp(
      source.replace(/\[:(\w+):\]/g, (whole, name: string) => posixClasses[name] ?? whole),
      sh.shopt.has('nocasematch') ? 'i' : '',
    )
  } catch {
    throw new ShellError(`[[: invalid regular expression \`${source}'`, { status: 2 })
  }
  const match = expression.exec(text)
  sh.variables.setList('BASH_REMATCH', match ? [...match].map((each) => each ?? '') : [])
  return match !== null
}

const UNARY = new Set('abcdefghknoprstuvwxzGLNOSR')

function unary(sh: Shell, io: Io, operator: string, operand: string): boolean {
  switch (operator) {
    case '-z':
      return operand === ''
    case '-n':
      return operand !== ''
    case '-v':
      return sh.variables.find(operand.replace(/\[.*/, '')) !== undefined
    case '-o':
      return sh.options.has(operand)
    case '-t':
      return io.get(Number(operand))?.tty !== undefined
    case '-R':
      return false
    default:
      return fileIs(operator, statOf(sh, operand, operator !== '-L' && operator !== '-h'), operand)
  }
}

function fileIs(operator: string, stat: Stat | undefined, path: string): boolean {
  if (!stat) return false
  switch (operator) {
    case '-f':
      return stat.kind === 'file' && !path.startsWith('/dev/')
    case '-d':
      return stat.kind === 'directory'
    case '-L':
    case '-h':
      return stat.kind === 'symlink'
    case '-s':
      return stat.size > 0
    case '-x':
      return (stat.mode & 0o111) !== 0
    case '-c':
      return path.startsWith('/dev/')
    case '-b':
    case '-p':
    case '-S':
    case '-k':
    case '-g':
    case '-u':
      return false
    default:
      return true
  }
}

function statOf(sh: Shell, path: string, follow: boolean): Stat | undefined {
  try {
    if (DEVICES.has(path)) return { kind: 'file', mode: 0o666, uid: 0, gid: 0, size: 0, mtime: 0 }
    return path === '' ? undefined : sh.os.fs.stat(absolute(sh.os.cwd, path), follow)
  } catch (error) {
    if (error instanceof Errno) return undefined
    throw error
  }
}

const DEVICES = new Set(['/dev/null', '/dev/tty', '/dev/stdin', '/dev/stdout', '/dev/stderr', '/dev/zero'])

const NUMERIC: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
}
const BINARY = new Set(['=', '==', '!=', '<', '>', '-nt', '-ot', '-ef', ...Object.keys(NUMERIC)])

function binary(sh: Shell, operator: string, left: string, right: string, evaluates: boolean): boolean {
  const compare = NUMERIC[operator]
  if (compare) {
    const number = (text: string) => {
      if (evaluates) return evaluate(text, arithmeticOf(sh))
      if (!/^\s*[-+]?\d+\s*$/.test(text))
        throw new ShellError(`${text}: integer expression expected`, { status: 2 })
      return BigInt(text.trim().replace(/^\+/, ''))
    }
    return compare(number(left), number(right))
  }
  if (operator === '=' || operator === '==') return left === right
  if (operator === '!=') return left !== right
  if (operator === '<') return left < right
  if (operator === '>') return left > right
  const [a, b] = [statOf(sh, left, true), statOf(sh, right, true)]
  if (operator === '-nt') return a !== undefined && (!b || a.mtime > b.mtime)
  if (operator === '-ot') return b !== undefined && (!a || a.mtime < b.mtime)
  return a !== undefined && absolute(sh.os.cwd, left) === absolute(sh.os.cwd, right)
}

/** `test`, `[`: the meaning goes by the number of arguments (posixClasses), then `!`, `-a`, `-o` and parentheses. */
export function testArguments(sh: Shell, io: Io, args: readonly string[]): boolean {
  const parser = new TestParser(sh, io, args)
  const result = parser.or()
  if (!parser.done)
    throw new ShellError(
      args.length > 3 ? 'too many arguments' : `${args[1] ?? ''}: binary operator expected`,
      { status: 2 },
    )
  return result
}

class TestParser {
  readonly #sh: Shell
  readonly #io: Io
  readonly #args: readonly string[]
  #at = 0

  constructor(sh: Shell, io: Io, args: readonly string[]) {
    this.#sh = sh
    this.#io = io
    this.#args = args
  }

  get done(): boolean {
    return this.#at >= this.#args.length
  }

  or(): boolean {
    let result = this.#and()
    while (this.#args[this.#at] === '-o' && this.#at + 1 < this.#args.length) {
      this.#at++
      const right = this.#and()
      result = result || right
    }
    return result
  }

  #and(): boolean {
    let result = this.#primary()
    while (this.#args[this.#at] === '-a' && this.#at + 1 < this.#args.length) {
      this.#at++
      const right = this.#primary()
      result = result && right
    }
    return result
  }

  #primary(): boolean {
    const [first, second, third] = this.#args.slice(this.#at)
    if (first === undefined) return false
    if (third !== undefined && BINARY.has(second)) {
      this.#at += 3
      return binary(this.#sh, second, first, third, false)
    }
    if (first === '!' && second !== undefined) {
      this.#at++
      return !this.#primary()
    }
    if (first === '(' && second !== undefined) {
      this.#at++
      const result = this.or()
      if (this.#args[this.#at++] !== ')') throw new ShellError("`)' expected", { status: 2 })
      return result
    }
    if (second !== undefined && /^-.$/.test(first) && UNARY.has(first[1])) {
      this.#at += 2
      return unary(this.#sh, this.#io, first, second)
    }
    if (second !== undefined && this.#args.length === 2)
      throw new ShellError(`${first}: unary operator expected`, { status: 2 })
    this.#at++
    return first !== ''
  }
}
