import { Errno } from '../errno.ts'
import { absolute, baseOf } from '../filesystem.ts'
import type { Os, Program } from '../program.ts'
import { wait, write, type Sys } from '../sys.ts'
import {
  compareSigned,
  formatFound,
  globTest,
  permissionTest,
  sizeTest,
  VALUED,
  type Found,
} from './find-tests.ts'
import { complain } from './options.ts'
import { posixRegExp } from './posix-regexp.ts'
import { groupName, userName } from './stat-text.ts'

type Test = (found: Found) => Sys<boolean>

interface Query {
  readonly test: Test
  maxDepth: number
  minDepth: number
  depthFirst: boolean
}

/** find [PATH]... [EXPRESSION] */
export const find: Program = function* (os) {
  const args = os.argv.slice(1)
  let at = 0
  while (at < args.length && !/^(-.|[()!])/.test(args[at])) at++
  const roots = args.slice(0, at)
  let query: Parser
  try {
    query = new Parser(os, args.slice(at))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    complain(os, error.message)
    return 1
  }
  const state: Query = query
  let status = 0
  for (const root of roots.length ? roots : ['.']) status = (yield* walk(os, root, state)) || status
  status = (yield* query.finish()) || status
  return status
}

function* walk(os: Os, root: string, query: Query): Sys<number> {
  let status = 0
  const stack: ({ found: Found; leave?: boolean } | undefined)[] = []
  const push = (path: string, depth: number) => {
    try {
      const full = absolute(os.cwd, path)
      stack.push({ found: { path, full, depth, root, stat: os.fs.stat(full, false) } })
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      complain(os, `'${path}': ${error.message}`)
      status = 1
    }
  }
  push(root, 0)
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { found, leave } = next
    const shown = found.depth >= query.minDepth
    if (shown && (leave || !query.depthFirst)) yield* query.test(found)
    if (leave || found.stat.kind !== 'directory' || found.depth >= query.maxDepth || prunes.delete(found)) {
      if (query.depthFirst && !leave && shown) yield* query.test(found)
      continue
    }
    if (query.depthFirst) stack.push({ found, leave: true })
    for (const name of os.fs.list(found.full).reverse())
      push(found.path === '/' ? `/${name}` : `${found.path.replace(/\/+$/, '')}/${name}`, found.depth + 1)
  }
  return status
}

/** Directories that `-prune` keeps from being entered. */
const prunes = new WeakSet<Found>()

class Parser implements Query {
  readonly test: Test
  maxDepth = Number.POSITIVE_INFINITY
  minDepth = 0
  depthFirst = false
  readonly #os: Os
  readonly #args: readonly string[]
  #at = 0
  #acts = false
  #batches: { argv: string[]; paths: string[] }[] = []

  constructor(os: Os, args: readonly string[]) {
    this.#os = os
    this.#args = args
    const test = args.length ? this.#or() : always
    if (this.#at < args.length)
      throw new SyntaxError(
        args[this.#at] === ')'
          ? "you have too many ')'"
          : `paths must precede expression: \`${args[this.#at]}'`,
      )
    this.test = this.#acts
      ? test
      : function* (found) {
          if (yield* test(found)) yield* write(1, `${found.path}\n`)
          return true
        }
  }

  /** Run what `-exec ... +` collected. */
  *finish(): Sys<number> {
    let status = 0
    for (const { argv, paths } of this.#batches)
      if (paths.length && (yield* this.#run([...argv, ...paths])) !== 0) status = 1
    return status
  }

  #or(): Test {
    let left = this.#and()
    while (this.#args[this.#at] === '-o' || this.#args[this.#at] === '-or') {
      this.#at++
      const [first, second] = [left, this.#and()]
      left = function* (found) {
        return (yield* first(found)) || (yield* second(found))
      }
    }
    return left
  }

  #and(): Test {
    let left = this.#primary()
    while (this.#at < this.#args.length && !['-o', '-or', ')'].includes(this.#args[this.#at])) {
      if (this.#args[this.#at] === '-a' || this.#args[this.#at] === '-and') this.#at++
      const [first, second] = [left, this.#primary()]
      left = function* (found) {
        return (yield* first(found)) && (yield* second(found))
      }
    }
    return left
  }

  #primary(): Test {
    const name = this.#args[this.#at++]
    if (name === undefined) throw new SyntaxError('expected an expression')
    if (name === '!' || name === '-not') {
      const inner = this.#primary()
      return function* (found) {
        return !(yield* inner(found))
      }
    }
    if (name === '(') {
      const inner = this.#or()
      if (this.#args[this.#at++] !== ')')
        throw new SyntaxError(
          "invalid expression; I was expecting to find a ')' somewhere but did not see one.",
        )
      return inner
    }
    return this.#option(name) ?? this.#action(name) ?? this.#test(name)
  }

  #value(name: string): string {
    const value = this.#args[this.#at++]
    if (value === undefined) throw new SyntaxError(`missing argument to \`${name}'`)
    return value
  }

  #option(name: string): Test | undefined {
    if (name === '-maxdepth') this.maxDepth = Number(this.#value(name))
    else if (name === '-mindepth') this.minDepth = Number(this.#value(name))
    else if (name === '-depth') this.depthFirst = true
    else if (!['-xdev', '-mount', '-follow', '-noleaf'].includes(name)) return undefined
    return always
  }

  #action(name: string): Test | undefined {
    const os = this.#os
    switch (name) {
      case '-print':
      case '-print0':
        this.#acts = true
        return function* (found) {
          yield* write(1, found.path + (name === '-print' ? '\n' : '\0'))
          return true
        }
      case '-printf': {
        this.#acts = true
        const format = this.#value(name)
        return function* (found) {
          yield* write(1, formatFound(os, format, found))
          return true
        }
      }
      case '-delete':
        this.#acts = true
        this.depthFirst = true
        return function* (found) {
          os.fs.remove(found.full)
          return true
        }
      case '-prune':
        return function* (found) {
          prunes.add(found)
          return true
        }
      case '-exec':
      case '-execdir':
      case '-ok':
        return this.#exec(name)
      default:
        return undefined
    }
  }

  #exec(name: string): Test {
    this.#acts = true
    const argv: string[] = []
    for (;;) {
      const arg = this.#args[this.#at++]
      if (arg === undefined) throw new SyntaxError(`missing argument to \`${name}'`)
      if (arg === ';') break
      if (arg === '+' && argv.at(-1) === '{}') {
        const batch = { argv: argv.slice(0, -1), paths: [] as string[] }
        this.#batches.push(batch)
        return function* (found) {
          batch.paths.push(found.path)
          return true
        }
      }
      argv.push(arg)
    }
    const run = (words: string[]) => this.#run(words)
    return function* (found) {
      return (yield* run(argv.map((arg) => arg.replaceAll('{}', found.path)))) === 0
    }
  }

  *#run(argv: readonly string[]): Sys<number> {
    try {
      return (yield* wait(this.#os.spawn({ argv }))).status
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      complain(this.#os, `'${argv[0]}': ${error.message}`)
      return 127
    }
  }

  #test(name: string): Test {
    const pure = (holds: (found: Found) => boolean): Test =>
      function* (found) {
        return holds(found)
      }
    const os = this.#os
    if (name === '-true') return always
    if (name === '-false') return pure(() => false)
    if (name === '-empty')
      return pure(({ stat, full }) =>
        stat.kind === 'directory' ? os.fs.list(full).length === 0 : stat.kind === 'file' && stat.size === 0,
      )
    if (!VALUED.has(name)) throw new SyntaxError(`unknown predicate \`${name}'`)
    const value = this.#value(name)
    switch (name) {
      case '-name':
      case '-iname':
        return pure(
          globTest(value, name === '-iname', ({ path }) => baseOf(path.replace(/\/+$/, '') || '/') || '/'),
        )
      case '-path':
      case '-wholename':
      case '-ipath':
        return pure(globTest(value, name === '-ipath', ({ path }) => path))
      case '-regex':
      case '-iregex': {
        const expression = new RegExp(`^(?:${posixRegExp(value).source})$`, name === '-iregex' ? 'i' : '')
        return pure(({ path }) => expression.test(path))
      }
      case '-type':
        return pure(({ stat }) =>
          value.split(',').includes(stat.kind === 'directory' ? 'd' : stat.kind === 'symlink' ? 'l' : 'f'),
        )
      case '-size':
        return pure(sizeTest(value))
      case '-perm':
        return pure(permissionTest(value))
      case '-user':
        return pure(({ stat }) => userName(os, stat.uid) === value || String(stat.uid) === value)
      case '-group':
        return pure(({ stat }) => groupName(os, stat.gid) === value || String(stat.gid) === value)
      case '-newer': {
        const { mtime } = os.fs.stat(absolute(os.cwd, value))
        return pure(({ stat }) => stat.mtime > mtime)
      }
      default: {
        const unit = name === '-mmin' ? 60_000 : 86_400_000
        return pure(({ stat }) => compareSigned(value, Math.floor((os.clock - stat.mtime) / unit)))
      }
    }
  }
}

const always: Test = function* () {
  return true
}
