import { Errno } from '../errno.ts'
import { parseSignal } from '../signals.ts'
import { call, exec, type Sys } from '../sys.ts'
import type { Os, Program } from '../program.ts'
import { command, complain, missingOperand, parseOptions } from './options.ts'
import { durationMs } from './sleep.ts'

/** timeout [-s SIGNAL] [-k DURATION] [--preserve-status] DURATION COMMAND [ARG]... */
export const timeout = command(
  {
    short: '+s:k:v',
    long: { signal: 's:', 'kill-after': 'k:', 'preserve-status': 'preserve', foreground: 'foreground' },
    trouble: 125,
  },
  function* (os, options) {
    const [text, ...argv] = options.rest
    if (!argv.length) {
      os.stderr("Try 'timeout --help' for more information.\n")
      return 125
    }
    const ms = durationMs(text)
    const signal = parseSignal(options.value('s') ?? 'TERM')
    if (ms === undefined || !signal) {
      complain(
        os,
        ms === undefined ? `invalid time interval '${text}'` : `${options.value('s')}: invalid signal`,
      )
      os.stderr("Try 'timeout --help' for more information.\n")
      return 125
    }
    try {
      const pid = os.spawn({ argv })
      for (const each of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) os.onSignal(each, () => os.kill(pid, each))
      let expired = false
      if (ms > 0)
        os.after(ms, () => {
          expired = true
          os.kill(pid, signal)
          const more = durationMs(options.value('k') ?? '')
          if (more !== undefined) os.after(more, () => os.kill(pid, 'SIGKILL'))
        })
      const status = yield* ended(os, pid)
      return expired && !options.has('preserve')
        ? status === 137 && signal !== 'SIGKILL' && options.has('k')
          ? 137
          : signal === 'SIGKILL'
            ? 137
            : 124
        : status
    } catch (error) {
      return failedToRun(os, argv[0], error)
    }
  },
)

/** nohup COMMAND [ARG]... */
export const nohup: Program = function* (os) {
  const argv = os.argv.slice(1)
  if (!argv.length) {
    missingOperand(os)
    return 125
  }
  os.ignoreSignal('SIGHUP', true)
  const terminal = os.descriptors.get(1)?.tty
  try {
    if (terminal) {
      os.stderr("nohup: ignoring input and appending output to 'nohup.out'\n")
      const file = os.openFile('nohup.out', { write: true, create: true, append: true })
      os.setDescriptor(1, file)
      if (os.descriptors.get(2)?.tty) os.setDescriptor(2, file)
      os.setDescriptor(0, os.openFile('/dev/null', { read: true }))
    }
    return yield* exec(os, { argv })
  } catch (error) {
    return failedToRun(os, argv[0], error)
  }
}

function failedToRun(os: Os, name: string, error: unknown): number {
  if (!(error instanceof Errno) || error.code === 'EPIPE') throw error
  complain(os, `failed to run command '${name}': ${error.message}`)
  return error.code === 'ENOENT' ? 127 : 126
}

/** The status a child ends with. */
export const ended = (os: Os, pid: number): Sys<number> =>
  call<number>({
    name: 'wait4',
    start: (_caller, resume) => {
      os.onChildExit(pid, resume)
      return undefined
    },
  })

/** Processes that one looks for by name; those of this pid namespace, and not oneself. */
const visible = (os: Os) => {
  const all = os.kernel.processes('')
  const namespace = all.find(({ pid }) => pid === os.pid)?.pidNamespace ?? ''
  return all.filter(({ pid, pidNamespace }) => pid !== os.pid && pidNamespace === namespace)
}
const shortName = (argv: readonly string[]): string => argv[0].slice(argv[0].lastIndexOf('/') + 1)

/** killall [-s SIGNAL | -SIGNAL] NAME... */
export const killall: Program = function* (os) {
  const args = os.argv.slice(1)
  const named = args.indexOf('-s')
  const flag = args.find((arg) => /^-[A-Z0-9]+$/.test(arg))
  const signal = parseSignal(named >= 0 ? (args[named + 1] ?? '') : (flag?.slice(1) ?? 'TERM'))
  const names = args.filter((arg, i) => !arg.startsWith('-') && !(named >= 0 && i === named + 1))
  if (!names.length || !signal) {
    os.stderr(
      signal
        ? 'Usage: killall [OPTION]... [--] NAME...\n'
        : `${flag?.slice(1)}: unknown signal; killall -l lists signals.\n`,
    )
    return 1
  }
  let status = 0
  for (const name of names) {
    const found = visible(os).filter(({ argv }) => shortName(argv) === name)
    for (const { pid } of found) os.kill(pid, signal)
    if (!found.length) {
      os.stderr(`${name}: no process found\n`)
      status = 1
    }
  }
  return status
}

/** pgrep [-f] [-l] [-a] [-x] PATTERN, pkill [-SIGNAL] [-f] [-x] PATTERN */
const byPattern = (kills: boolean): Program =>
  function* (os) {
    const args = os.argv.slice(1)
    const flag = kills ? args.find((arg) => /^-(?:[A-Z]{2,}\d?|\d+)$/.test(arg)) : undefined
    const options = parseOptions(
      args.filter((arg) => arg !== flag),
      {
        short: 'flaxnovcu:P:',
        long: {
          full: 'f',
          'list-name': 'l',
          'list-full': 'a',
          exact: 'x',
          newest: 'n',
          oldest: 'o',
          count: 'c',
        },
      },
    )
    if (typeof options === 'string' || !options.rest.length) {
      complain(os, typeof options === 'string' ? options : 'no matching criteria specified')
      os.stderr(`Try \`${shortName(os.argv)} --help' for more information.\n`)
      return 2
    }
    const signal = flag ? parseSignal(flag.slice(1)) : ('SIGTERM' as const)
    const expression = new RegExp(options.has('x') ? `^(?:${options.rest[0]})$` : options.rest[0])
    let found = visible(os).filter(({ argv }) =>
      expression.test(options.has('f') ? argv.join(' ') : shortName(argv)),
    )
    if (options.has('n')) found = found.slice(-1)
    if (options.has('o')) found = found.slice(0, 1)
    for (const { pid, argv } of found) {
      if (kills && signal) os.kill(pid, signal)
      else if (!options.has('c'))
        os.stdout(
          `${pid}${options.has('a') ? ` ${argv.join(' ')}` : options.has('l') ? ` ${shortName(argv)}` : ''}\n`,
        )
    }
    if (options.has('c')) os.stdout(`${found.length}\n`)
    return found.length ? 0 : 1
  }

export const pgrep = byPattern(false)
export const pkill = byPattern(true)

/** pidof NAME... */
export const pidof = command({ short: 's' }, function* (os, { rest }) {
  const pids = visible(os)
    .filter(({ argv }) => rest.includes(shortName(argv)))
    .map(({ pid }) => pid)
    .reverse()
  if (pids.length) os.stdout(`${pids.join(' ')}\n`)
  return pids.length ? 0 : 1
})
