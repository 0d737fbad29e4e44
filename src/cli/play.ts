import { readFileSync, writeFileSync } from 'node:fs'
import type { ClusterSpec } from '../kernel/cluster.ts'
import { describePanic } from '../kernel/sim/panic.ts'
import { directiveOf } from '../lessons/directive.ts'
import type { Session } from '../workers/session.ts'
import { argumentsOf, UsageError } from './usage.ts'
import { boot, Executor, headlessSession, runUntilDone } from './headless.ts'
import { compareOutput, parseTranscript, rewritten, type Step } from '../lessons/transcript.ts'

const COMMAND_LIMIT_MS = 900_000
/** Until a file has been written. */
const SETTLE_MS = 10

/** What came of playing one transcript. */
export interface Played {
  /** One line a difference; empty when everything was as expected. */
  readonly failures: readonly string[]
  readonly commands: number
  /** What was printed, by the line of its command. */
  readonly outputs: ReadonlyMap<number, { lines: readonly string[]; status: number }>
  readonly session: Session
}

/** `tabernetes play FILE...`: exit status 0 when all was printed as written down. */
export async function play(args: readonly string[]): Promise<number> {
  const { values, positionals } = argumentsOf(args, {
    record: { type: 'string' },
    update: { type: 'boolean' },
    workers: { type: 'boolean' },
    inline: { type: 'boolean' },
  })
  if (!positionals.length) throw new UsageError('which transcript?')
  let failed = 0
  for (const path of positionals) {
    const text = readFileSync(path, 'utf8')
    const played = await playTranscript(text, { workers: values.workers })
    if (values.record) writeFileSync(values.record, JSON.stringify(played.session.export()))
    played.session.stop()
    if (values.update) writeFileSync(path, rewritten(text, played.outputs))
    for (const failure of played.failures) process.stdout.write(`${path}:${failure}\n`)
    process.stdout.write(
      `${played.failures.length ? 'not ok' : 'ok'} ${path} (${played.commands} commands)\n`,
    )
    if (played.failures.length && !values.update) failed++
  }
  return failed ? 1 : 0
}

/** Play a transcript on a cluster of its own; the caller stops the session. */
export async function playTranscript(text: string, { workers = false } = {}): Promise<Played> {
  const { steps } = parseTranscript(text)
  const first = steps.find((step) => step.kind === 'directive')
  const spec = first?.kind === 'directive' ? specOf(first.text) : undefined
  const executor = new Executor()
  const session = headlessSession(
    { dashboard: false, ...spec },
    { workers },
    { observed: (observation) => executor.observed(observation) },
  )
  await boot(session, executor)
  const failures: string[] = []
  const outputs = new Map<number, { lines: readonly string[]; status: number }>()
  let commands = 0
  for (const step of steps) {
    if (step.kind === 'command') {
      commands++
      const output = await playCommand(session, executor, step)
      outputs.set(step.line, output)
      const wrong = judge(step, output)
      if (wrong) failures.push(`${step.line + 1}: ${step.command}: ${wrong}`)
    } else if (step.kind === 'directive' && !(spec && step === first)) {
      const wrong = await playDirective(session, executor, step)
      if (wrong) failures.push(`${step.line + 1}: > ${step.text}: ${wrong}`)
    }
  }
  for (const panic of session.panics) failures.push(`0: ${describePanic(panic)}`)
  return { failures, commands, outputs, session }
}

type Command = Extract<Step, { kind: 'command' }>

/** Type a line and wait for its end. */
export async function playCommand(session: Session, executor: Executor, { machine, command }: Command) {
  const id = executor.start(session, machine, command)
  await runUntilDone(session, () => executor.done(id), COMMAND_LIMIT_MS)
  const lines = executor
    .outputOf(id)
    .split('\n')
    .map((line) => line.trimEnd())
  // A transcript cannot show blank lines at the end.
  while (lines.at(-1) === '') lines.pop()
  return {
    lines,
    status: executor.resultOf(id).exitCode,
  }
}

function judge(
  step: Command,
  { lines, status }: { lines: readonly string[]; status: number },
): string | undefined {
  const wrong = compareOutput(step.expected, lines)
  if (wrong) return wrong
  return status === step.status ? undefined : `exit status ${status}, expected ${step.status}`
}

/** `seed 7, etcd 3, nodes 3, cpus 4, memory 8Gi, maxPods 110`. */
function specOf(text: string): Partial<ClusterSpec> | undefined {
  const spec: Record<string, number> = {}
  const names: Record<string, string> = {
    seed: 'seed',
    etcd: 'etcd',
    nodes: 'nodes',
    cpus: 'nodeCpus',
    maxPods: 'maxPods',
  }
  for (const part of text.split(',')) {
    const [, name, value] = /^\s*(\w+) (\d+)(?:Gi)?\s*$/.exec(part) ?? []
    if (name === 'memory') spec['nodeMemory'] = Number(value) * 1024 ** 3
    else if (name && names[name]) spec[names[name]] = Number(value)
    else return undefined
  }
  return spec
}

/** Act on the cluster; resolves to what went wrong, if anything did. */
export async function playDirective(
  session: Session,
  executor: Executor,
  step: Extract<Step, { kind: 'directive' }>,
): Promise<string | undefined> {
  const directive = directiveOf(step)
  if (directive.kind === 'until') return await until(session, executor, directive.command)
  if (directive.kind === 'input') session.input(directive.to, directive.body)
  if (directive.kind === 'wait') await session.runUntil(session.now + directive.ms)
  else if (directive.to !== 'fabric') await session.runUntil(session.now + SETTLE_MS)
  return undefined
}

async function until(session: Session, executor: Executor, command: string): Promise<string | undefined> {
  const end = session.now + 600_000
  while (session.now < end) {
    const id = executor.start(session, 'laptop', command)
    await runUntilDone(session, () => executor.done(id), 60_000)
    if (executor.resultOf(id).exitCode === 0) return undefined
    await session.runUntil(session.now + 500)
  }
  return 'did not come true within 10 minutes'
}
