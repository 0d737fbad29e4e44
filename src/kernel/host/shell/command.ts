import {
  parse,
  type Assignment,
  type Command,
  type CommandArgument,
  type Redirection,
  type Word,
} from 'unbash'
import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import { exec, type Sys } from '../sys.ts'
import { builtins } from './builtins/index.ts'
import { Jump, ShellError } from './control.ts'
import { finish, run } from './execute.ts'
import { expandText, expandWords, expansion, type Expansion } from './expand.ts'
import { Job } from './jobs.ts'
import { assign, subscript } from './parameters.ts'
import { quote } from './quote.ts'
import { redirect, release } from './redirect.ts'
import type { Io, Shell } from './shell.ts'

const MAX_CALLS = 200
const MAX_ALIASES = 20
/** Builtins whose arguments may be assignments. */
const DECLARING = new Set(['local', 'declare', 'typeset', 'export', 'readonly', 'alias'])

/** A simple command: assignments, redirections, and a function, builtin or file to run. */
export function* runSimple(sh: Shell, command: Command, io: Io, tail: boolean): Sys<number> {
  const node = sh.aliases.size ? withoutAlias(sh, command) : command
  if (node.type !== 'Command') return yield* run(sh, node, io, tail)
  const x = expansion(sh, io)
  try {
    sh.substituted = 0
    const words = [
      ...(node.name ? [node.name] : []),
      ...node.args.filter((arg): arg is Word => arg.type === 'Word'),
    ]
    const declares = DECLARING.has(node.name?.value ?? '')
    const args = declares ? yield* expandDeclaration(x, node) : yield* expandWords(x, words)
    yield* redirect(x, node.redirects)
    const assignments = node.prefix.filter((each): each is Assignment => each.type === 'Assignment')
    if (!args.length) return yield* assignOnly(x, assignments)
    sh.callerIo = io
    sh.lastArgument = args.at(-1) ?? ''
    const status = yield* withAssignments(x, assignments, args, tail)
    if (declares) yield* assignArrays(x, node.args)
    return status
  } catch (error) {
    if (!(error instanceof ShellError)) throw error
    if (error.fatal && !sh.interactive) throw error
    sh.complain(io, error.message)
    if (error.fatal || error.discard) throw new Jump('discard', error.status)
    return error.status
  } finally {
    release(x)
  }
}

function* assignOnly(x: Expansion, assignments: readonly Assignment[]): Sys<number> {
  for (const each of assignments) {
    yield* assignNode(x, each)
    if (x.sh.options.has('xtrace'))
      trace(x, [`${each.name}=${quoteTrace(x.sh.variables.get(each.name) ?? '')}`])
  }
  return x.sh.substituted
}

/** Run with the assignments before the command in force only for it. */
function* withAssignments(
  x: Expansion,
  assignments: readonly Assignment[],
  args: readonly string[],
  tail: boolean,
): Sys<number> {
  const { sh } = x
  if (sh.options.has('xtrace')) trace(x, args.map(quoteTrace))
  if (!assignments.length) return yield* dispatch(x, args, tail)
  const values: [Assignment, string][] = []
  for (const each of assignments)
    values.push([each, each.value.type === 'Word' ? yield* expandText(x, each.value, true) : ''])
  sh.variables.push()
  try {
    for (const [{ name, append }, value] of values) {
      const old = append ? (sh.variables.get(name) ?? '') : ''
      Object.assign(sh.variables.declare(name, true), { value: old + value, exported: true })
    }
    return yield* dispatch(x, args, tail)
  } finally {
    sh.variables.pop()
  }
}

function* dispatch(x: Expansion, args: readonly string[], tail: boolean): Sys<number> {
  const { sh, io } = x
  if (sh.functions.has(args[0])) return yield* callFunction(sh, args, io)
  const builtin = builtins[args[0]]
  if (builtin) return yield* builtin(sh, args, io)
  return yield* runExternal(sh, args, io, tail)
}

/** Call a shell function. */
export function* callFunction(sh: Shell, args: readonly string[], io: Io): Sys<number> {
  const found = sh.functions.get(args[0])
  if (!found) return 127
  if (sh.calls.length >= MAX_CALLS) {
    throw new ShellError(`${args[0]}: maximum function nesting level exceeded (${MAX_CALLS})`, {
      fatal: true,
    })
  }
  const { positional, loops, source, position } = sh
  sh.positional = args.slice(1)
  sh.loops = 0
  sh.source = found.source
  sh.calls.push(args[0])
  sh.variables.push()
  try {
    return yield* run(sh, found.node.body, io)
  } catch (error) {
    if (error instanceof Jump && error.kind === 'return') return error.value
    throw error
  } finally {
    sh.variables.pop()
    sh.calls.pop()
    Object.assign(sh, { positional, loops, source, position })
  }
}

/** Run a file, found on PATH unless its name has a slash. */
export function* runExternal(sh: Shell, args: readonly string[], io: Io, tail = false): Sys<number> {
  const request = { argv: args, env: environment(sh), cwd: sh.os.cwd, descriptors: io }
  try {
    if (tail && !sh.traps.has('EXIT')) yield* exec(sh.os, request)
    const job = new Job(sh.interactive ? args.join(' ') : args[0])
    sh.jobs.spawn(job, request)
    return yield* finish(sh, job, io)
  } catch (error) {
    if (
      !(error instanceof Errno) ||
      !['ENOENT', 'EACCES', 'ENOEXEC', 'ENOTDIR', 'ELOOP', 'E2BIG'].includes(error.code)
    )
      throw error
    return yield* notRun(sh, args, io, error, tail)
  }
}

const environment = (sh: Shell): Record<string, string> => ({ ...sh.variables.exported, PWD: sh.os.cwd })

function* notRun(sh: Shell, args: readonly string[], io: Io, error: Errno, tail: boolean): Sys<number> {
  const [name] = args
  const { fs } = sh.os
  const path = error.code === 'ENOEXEC' ? (error.path ?? name) : name
  const full = absolute(sh.os.cwd, path)
  if (name.includes('/') && fs.exists(full) && fs.stat(full).kind === 'directory') {
    sh.complain(io, `${name}: Is a directory`)
    return 126
  }
  if (error.code === 'ENOEXEC' && !fs.read(full).startsWith('\x7f')) {
    // A script without a first line that names its interpreter.
    return yield* runExternal(sh, ['/bin/sh', path, ...args.slice(1)], io, tail)
  }
  if (error.code === 'ENOENT' && !name.includes('/')) sh.complain(io, `${name}: command not found`)
  else if (error.code === 'ENOEXEC') sh.complain(io, `${name}: cannot execute binary file: ${error.message}`)
  else sh.complain(io, `${name}: ${error.message}`)
  return error.code === 'ENOENT' ? 127 : 126
}

/** The words of `local a=1 b=(x)`: values of assignments are not split, arrays are left for later. */
function* expandDeclaration(x: Expansion, node: Command): Sys<string[]> {
  const args = node.name ? [node.name.value] : []
  for (const arg of node.args) {
    if (arg.type === 'Word') for (const word of yield* expandWords(x, [arg])) args.push(word)
    else if (arg.value.type === 'ArrayValue') args.push(arg.name)
    else
      args.push(
        `${arg.name}${arg.index ? `[${arg.index.text}]` : ''}${arg.append ? '+' : ''}=${yield* expandText(x, arg.value, true)}`,
      )
  }
  return args
}

function* assignArrays(x: Expansion, args: readonly CommandArgument[]): Sys<void> {
  for (const arg of args)
    if (arg.type === 'Assignment' && arg.value.type === 'ArrayValue') yield* assignNode(x, arg)
}

function* assignNode(x: Expansion, { name, value, index, append }: Assignment): Sys<void> {
  const { sh } = x
  if (value.type === 'Word') {
    const text = yield* expandText(x, value, true)
    return assign(sh, name, text, index && (yield* expandText(x, index)), append)
  }
  const variable = sh.variables.find(name) ?? sh.variables.declare(name, false)
  if (variable.readonly) throw new ShellError(`${name}: readonly variable`, { fatal: true })
  if (!append) {
    variable.list = variable.map ? undefined : new Map()
    variable.map = variable.map && new Map()
  } else if (!variable.map)
    variable.list ??= new Map(variable.value === undefined ? [] : [[0, variable.value]])
  let next = Math.max(-1, ...(variable.list?.keys() ?? [])) + 1
  for (const element of value.elements) {
    const keyed = /^\[((?:[^\]"']|"[^"]*"|'[^']*')+)\]=([\s\S]*)$/.exec(element.text)
    if (keyed) {
      const [key, text] = yield* keyAndValue(x, keyed[1], keyed[2])
      const place = subscript(sh, name, key)
      sh.variables.setElement(name, variable.map ? place : Number(place), text)
      if (!variable.map) next = Number(place) + 1
    } else for (const text of yield* expandWords(x, [element])) sh.variables.setElement(name, next++, text)
  }
}

/** The two sides of `[key]=value`, expanded without splitting. */
function* keyAndValue(x: Expansion, key: string, value: string): Sys<[string, string]> {
  const command = parse(`k=${key} v=${value}`).commands[0]?.command
  if (command?.type !== 'Command') return [key, value]
  const texts: string[] = []
  for (const each of command.prefix)
    if (each.type === 'Assignment' && each.value.type === 'Word') texts.push(yield* expandText(x, each.value))
  return [texts[0] ?? key, texts[1] ?? value]
}

/** The command with its name replaced by what an alias says. */
function withoutAlias(sh: Shell, command: Command): Command | ReturnType<typeof lastOf> {
  let node = command
  const seen = new Set<string>()
  while (node.name && !node.name.parts && node.name.text === node.name.value && seen.size < MAX_ALIASES) {
    const text = sh.aliases.get(node.name.value)
    if (text === undefined || seen.has(node.name.value)) break
    seen.add(node.name.value)
    const statements = parse(text).commands
    const inner = statements[0]?.command
    if (statements.length !== 1 || inner?.type !== 'Command') return lastOf(text, node, command)
    node = joined(inner, node)
  }
  return node
}

const joined = (alias: Command, { prefix, suffix }: Command): Command => {
  const all = [...alias.suffix, ...suffix]
  const before = [...prefix, ...alias.prefix]
  const isRedirection = (each: { type: string }): each is Redirection =>
    ['Redirect', 'HereDoc', 'HereString'].includes(each.type)
  return {
    ...alias,
    prefix: before,
    suffix: all,
    args: all.filter((each): each is CommandArgument => !isRedirection(each)),
    redirects: [...before, ...all].filter(isRedirection),
  }
}

/** An alias that is more than one simple command: the arguments go to its last one. */
function lastOf(
  text: string,
  node: Command,
  original: Command,
):
  | Extract<ReturnType<typeof parse>['commands'][number]['command'], { type: 'Pipeline' | 'AndOr' }>
  | Command {
  const tree = parse(text).commands.at(-1)?.command
  if (tree?.type !== 'Pipeline' && tree?.type !== 'AndOr') return original
  const commands = [...tree.commands]
  const last = commands.at(-1)
  if (last?.type !== 'Command') return original
  commands[commands.length - 1] = joined(last, node)
  return { ...tree, commands } as typeof tree
}

function trace({ sh, io }: Expansion, words: readonly string[]): void {
  io.get(2)?.write?.(`${sh.variables.get('PS4') ?? '+ '}${words.join(' ')}\n`)
}

const quoteTrace = (word: string): string => quote(word)
