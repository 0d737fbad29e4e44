import type {
  AndOr,
  Case,
  CompoundList,
  If,
  Pipeline,
  PipelineNode,
  Redirected,
  Statement,
  Word,
} from 'unbash'
import { Pipe, devNull, type OpenFile } from '../open-file.ts'
import { sleep, type Sys } from '../sys.ts'
import { runSimple } from './command.ts'
import { evaluateConditional } from './conditional.ts'
import { Jump, ShellError } from './control.ts'
import { expandArithmetic, expandPattern, expandText, expansion } from './expand.ts'
import { fork } from './fork.ts'
import { Job } from './jobs.ts'
import { runArithmeticFor, runFor, runSelect, runWhile } from './loops.ts'
import { matches } from './pattern.ts'
import { redirect, release } from './redirect.ts'
import { print, type Io, type Shell } from './shell.ts'
import { handleSignals } from './traps.ts'

/** Commands between two turns of the clock: a loop that only computes lets time pass and can be interrupted. */
const STEPS_PER_MS = 100

/** Run statements one after the other. `tail`: nothing follows in this process, so the last may replace it. */
export function* runStatements(
  sh: Shell,
  statements: readonly Statement[],
  io: Io,
  tail = false,
): Sys<number> {
  for (let i = 0; i < statements.length; i++) {
    const { command, background } = statements[i]
    sh.status = background
      ? runBackground(sh, command, io)
      : yield* run(sh, command, io, tail && i === statements.length - 1)
  }
  return sh.status
}

/** Run any command; returns its status. */
export function* run(
  sh: Shell,
  node: PipelineNode | AndOr | CompoundList,
  io: Io,
  tail = false,
): Sys<number> {
  yield* step(sh)
  switch (node.type) {
    case 'AndOr':
      return yield* runAndOr(sh, node, io, tail)
    case 'CompoundList':
      return yield* runStatements(sh, node.commands, io, tail)
    case 'BraceGroup':
      return yield* runStatements(sh, node.body.commands, io, tail)
    case 'Redirected':
      return yield* runRedirected(sh, node, io)
    case 'If':
      return yield* runIf(sh, node, io, tail)
    case 'For':
      return yield* runFor(sh, node, io)
    case 'ArithmeticFor':
      return yield* runArithmeticFor(sh, node, io)
    case 'Select':
      return yield* runSelect(sh, node, io)
    case 'While':
      return yield* runWhile(sh, node, io)
    case 'Case':
      return yield* runCase(sh, node, io, tail)
    case 'Function':
      sh.functions.set(node.name.value, { node, source: sh.source })
      return 0
    case 'Coproc':
      throw new ShellError('coproc: not supported')
    default:
      return yield* runGuarded(sh, node, io, tail)
  }
}

/** Let time pass now and then, and handle the signals that came. */
export function* step(sh: Shell): Sys<void> {
  if (++sh.steps % STEPS_PER_MS === 0) yield* sleep(1)
  if (sh.pending.length) yield* handleSignals(sh)
}

/** Those commands whose failure `set -e` and the ERR trap mind. */
function* runGuarded(
  sh: Shell,
  node: Extract<
    PipelineNode,
    { type: 'Command' | 'Pipeline' | 'Subshell' | 'TestCommand' | 'ArithmeticCommand' }
  >,
  io: Io,
  tail: boolean,
): Sys<number> {
  sh.position = node.pos
  let status: number
  if (node.type === 'Command') status = yield* runSimple(sh, node, io, tail)
  else if (node.type === 'Pipeline') status = yield* runPipeline(sh, node, io)
  else if (node.type === 'TestCommand')
    status = yield* evaluateConditional(expansion(sh, io), node.expression)
  else if (node.type === 'ArithmeticCommand')
    status = (yield* expandArithmetic(expansion(sh, io), node.body)) === 0n ? 1 : 0
  else status = yield* runSubshell(sh, node.body, io)
  sh.status = status
  if (node.type !== 'Pipeline') sh.pipeStatus = [status]
  const negated = node.type === 'Pipeline' && node.prefixes.some(({ type }) => type === 'Negation')
  if (status !== 0 && !sh.unguarded && !negated) yield* failed(sh, status)
  return status
}

function* failed(sh: Shell, status: number): Sys<void> {
  if (sh.traps.get('ERR')) {
    sh.pending.push('ERR' as never)
    yield* handleSignals(sh)
  }
  if (sh.options.has('errexit')) throw new Jump('exit', status)
}

function* runSubshell(sh: Shell, body: CompoundList, io: Io): Sys<number> {
  const job = new Job(textOf(sh, body))
  fork(sh, io, job, (child) => runStatements(child, body.commands, child.io, true))
  return yield* finish(sh, job, io)
}

function runBackground(sh: Shell, node: PipelineNode | AndOr, io: Io): number {
  const own = sh.jobs.control ? io : new Map(io).set(0, devNull())
  let job = new Job(textOf(sh, node))
  if (node.type === 'Pipeline' && node.commands.length > 1) job = startPipeline(sh, node, own)
  else fork(sh, own, job, (child) => run(child, node, child.io, true))
  sh.jobs.keep(job)
  sh.lastBackground = job.pids.at(-1)
  if (sh.interactive) io.get(2)?.write?.(`[${job.id}] ${sh.lastBackground}\n`)
  return 0
}

const textOf = (sh: Shell, node: { pos: number; end: number }): string =>
  sh.source.text.slice(node.pos, node.end)

function* runPipeline(sh: Shell, node: Pipeline, io: Io): Sys<number> {
  const negated = node.prefixes.some(({ type }) => type === 'Negation')
  const started = sh.os.now
  if (negated) sh.unguarded++
  let status: number
  try {
    if (node.commands.length === 1) status = yield* run(sh, node.commands[0], io)
    else if (node.commands.length === 0) status = 0
    else {
      const job = startPipeline(sh, node, io)
      status = yield* finish(sh, job, io)
      sh.pipeStatus = job.pids.map((pid) => job.statuses.get(pid) ?? 0)
      if (sh.options.has('pipefail')) status = sh.pipeStatus.findLast((each) => each !== 0) ?? 0
    }
  } finally {
    if (negated) sh.unguarded--
  }
  if (node.prefixes.some(({ type }) => type === 'Time')) yield* print(io, timing(sh.os.now - started), 2)
  return negated ? Number(status === 0) : status
}

const timing = (ms: number): string =>
  `\nreal\t${Math.floor(ms / 60_000)}m${((ms % 60_000) / 1000).toFixed(3)}s\nuser\t0m0.000s\nsys\t0m0.000s\n`

/** Start the processes of a pipeline, joined by pipes. */
function startPipeline(sh: Shell, node: Pipeline, io: Io): Job {
  const job = new Job(textOf(sh, node))
  let input: OpenFile | undefined
  node.commands.forEach((command, i) => {
    const stage = new Map(io)
    if (input) stage.set(0, input)
    const pipe = i < node.commands.length - 1 ? new Pipe() : undefined
    const output = pipe?.writer()
    if (output) stage.set(1, output)
    if (output && node.operators[i] === '|&') stage.set(2, output)
    fork(sh, stage, job, (child) => {
      child.unguarded = 0
      return run(child, command, child.io, true)
    })
    input?.close?.()
    output?.close?.()
    input = pipe?.reader()
  })
  return job
}

/** Wait for a job in the foreground; Ctrl-C and Ctrl-Z on it are told, and the first ends what was typed. */
export function* finish(sh: Shell, job: Job, io: Io): Sys<number> {
  const status = yield* sh.jobs.foreground(job)
  if (!sh.jobs.control) {
    if (status === 130 && sh.interactive) throw new Jump('interrupt', 130)
    return status
  }
  if (job.isStopped) io.get(2)?.write?.(`\n${sh.jobs.describe(job)}`)
  else if ([...job.statuses.values()].includes(130)) {
    io.get(2)?.write?.('\n')
    throw new Jump('interrupt', 130)
  } else if (status === 137 || status === 143) io.get(2)?.write?.(`${job.state}\n`)
  return status
}

function* runAndOr(sh: Shell, { commands, operators }: AndOr, io: Io, tail: boolean): Sys<number> {
  let status = 0
  for (let i = 0; i < commands.length; i++) {
    if (i > 0 && (operators[i - 1] === '&&') !== (status === 0)) continue
    const last = i === commands.length - 1
    status = last ? yield* run(sh, commands[i], io, tail) : yield* unguarded(sh, run(sh, commands[i], io))
    sh.status = status
  }
  return status
}

/** Run a condition: its failure is an answer. */
export function* unguarded(sh: Shell, body: Sys<number>): Sys<number> {
  sh.unguarded++
  try {
    return yield* body
  } finally {
    sh.unguarded--
  }
}

function* runRedirected(sh: Shell, { command, redirects }: Redirected, io: Io): Sys<number> {
  const x = expansion(sh, io)
  sh.position = command.pos
  try {
    yield* redirect(x, redirects)
    return yield* run(sh, command, x.io)
  } catch (error) {
    if (!(error instanceof ShellError) || error.fatal) throw error
    sh.complain(io, error.message)
    return (sh.status = error.status)
  } finally {
    release(x)
  }
}

function* runIf(sh: Shell, node: If, io: Io, tail: boolean): Sys<number> {
  for (const { clause, then } of [node, ...node.elif]) {
    if ((yield* unguarded(sh, run(sh, clause, io))) === 0) return yield* run(sh, then, io, tail)
  }
  return node.else ? yield* run(sh, node.else, io, tail) : 0
}

function* runCase(sh: Shell, { word, items }: Case, io: Io, tail: boolean): Sys<number> {
  const x = expansion(sh, io)
  const subject = yield* expandText(x, word)
  let status = 0
  let fallsThrough = false
  for (const { pattern, body, terminator } of items) {
    if (!fallsThrough && !(yield* matchesAny(sh, io, pattern, subject))) continue
    status = yield* run(sh, body, io, tail && terminator !== ';&' && terminator !== ';;&')
    fallsThrough = terminator === ';&'
    if (terminator !== ';&' && terminator !== ';;&') break
  }
  return status
}

function* matchesAny(sh: Shell, io: Io, patterns: readonly Word[], subject: string): Sys<boolean> {
  for (const pattern of patterns)
    if (matches(yield* expandPattern(expansion(sh, io), pattern), subject)) return true
  return false
}
