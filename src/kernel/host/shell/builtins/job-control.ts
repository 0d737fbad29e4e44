import { Errno } from '../../errno.ts'
import { parseSignal, signals } from '../../signals.ts'
import { finish } from '../execute.ts'
import type { Job } from '../jobs.ts'
import { print, type Io, type Shell } from '../shell.ts'
import { handleSignals } from '../traps.ts'
import type { Builtin } from './index.ts'

function jobOf(sh: Shell, io: Io, name: string, spec: string | undefined): Job | undefined {
  const job = sh.jobs.find(spec ?? '%+')
  if (!job) sh.complain(io, `${name}: ${spec ?? 'current'}: no such job`)
  return job
}

const jobs: Builtin = function* (sh, args, io) {
  const long = args.includes('-l')
  const only = args.includes('-p')
  for (const job of [...sh.jobs.list]) {
    if (args.includes('-r') && (job.done || job.isStopped)) continue
    yield* print(io, only ? `${job.pids[0]}\n` : sh.jobs.describe(job, long))
    if (job.done) sh.jobs.forget(job)
  }
  return 0
}

const fg: Builtin = function* (sh, args, io) {
  const job = jobOf(sh, io, 'fg', args[1])
  if (!job) return 1
  yield* print(io, `${job.text}\n`)
  if (job.isStopped) sh.jobs.resume(job)
  return yield* finish(sh, job, io)
}

const bg: Builtin = function* (sh, args, io) {
  const job = jobOf(sh, io, 'bg', args[1])
  if (!job) return 1
  sh.jobs.resume(job)
  yield* print(io, `[${job.id}]+ ${job.text} &\n`)
  return 0
}

const wait: Builtin = function* (sh, args, io) {
  const specs = args.slice(1).filter((arg) => !arg.startsWith('-'))
  let status = 0
  try {
    if (!specs.length) for (const job of [...sh.jobs.list]) yield* sh.jobs.wait(job)
    for (const spec of specs) {
      const job = spec.startsWith('%') ? sh.jobs.find(spec) : sh.jobs.ofPid(Number(spec))
      if (job) status = yield* sh.jobs.wait(job)
      else {
        sh.complain(
          io,
          spec.startsWith('%')
            ? `wait: ${spec}: no such job`
            : `wait: pid ${spec} is not a child of this shell`,
        )
        status = 127
      }
    }
    return status
  } catch (error) {
    if (!(error instanceof Errno) || error.code !== 'EINTR') throw error
    const signal = sh.pending[0]
    yield* handleSignals(sh)
    return 128 + (signals[signal] ?? signals.SIGINT)
  }
}

const disown: Builtin = function* (sh, args, io) {
  const job = jobOf(
    sh,
    io,
    'disown',
    args.slice(1).find((arg) => !arg.startsWith('-')),
  )
  if (job) sh.jobs.forget(job)
  return job ? 0 : 1
}

const kill: Builtin = function* (sh, args, io) {
  let rest = args.slice(1)
  let signal = parseSignal('TERM')
  if (rest[0] === '-l' || rest[0] === '-L') {
    yield* print(
      io,
      rest[1]
        ? `${parseSignal(String(Number(rest[1]) % 128))?.replace('SIG', '') ?? rest[1]}\n`
        : listOfSignals(),
    )
    return 0
  }
  const first = rest[0] ?? ''
  if (first === '-s' || first === '-n') [signal, rest] = [parseSignal(rest[1] ?? ''), rest.slice(2)]
  else if (/^-[A-Za-z0-9]+$/.test(first))
    [signal, rest] = [first === '-0' ? undefined : parseSignal(first.slice(1)), rest.slice(1)]
  if (!signal && first !== '-0') {
    sh.complain(io, `kill: ${first.replace('-', '')}: invalid signal specification`)
    return 1
  }
  rest = rest[0] === '--' ? rest.slice(1) : rest
  if (!rest.length) {
    io.get(2)?.write?.(
      'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n',
    )
    return 2
  }
  let status = 0
  for (const target of rest) if (!send(sh, io, target, signal)) status = 1
  return status
}

function send(sh: Shell, io: Io, target: string, signal: ReturnType<typeof parseSignal>): boolean {
  const job = target.startsWith('%') ? sh.jobs.find(target) : undefined
  if (target.startsWith('%') && !job) {
    sh.complain(io, `kill: ${target}: no such job`)
    return false
  }
  if (!job && !/^-?\d+$/.test(target)) {
    sh.complain(io, `kill: ${target}: arguments must be process or job IDs`)
    return false
  }
  const pids = job ? (job.group === undefined ? job.pids : [-job.group]) : [Number(target)]
  try {
    for (const pid of pids) {
      if (signal) sh.os.kill(pid, signal)
      else if (!sh.os.kernel.processes('').some((process) => process.pid === pid)) throw new Errno('ESRCH')
    }
    if (job?.isStopped && signal !== 'SIGSTOP' && signal !== 'SIGTSTP') sh.jobs.resume(job)
    return true
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    sh.complain(io, `kill: (${target}) - ${error.message}`)
    return false
  }
}

const listOfSignals = (): string => {
  const entries = Object.entries(signals).map(([name, number]) => `${String(number).padStart(2)}) ${name}`)
  return `${entries.join('\t').replace(/((?:[^\t]*\t){4}[^\t]*)\t/g, '$1\n')}\n`
}

export const jobControl: Record<string, Builtin> = { jobs, fg, bg, wait, disown, kill }
