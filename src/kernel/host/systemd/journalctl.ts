import { Errno } from '../errno.ts'
import type { Os, Program } from '../program.ts'
import { receive, write, type Sys } from '../sys.ts'
import { MANAGER_SOCKET, type ManagerReply } from './manager-protocol.ts'
import { readJournal, type JournalEntry } from './journal.ts'

interface Options {
  readonly unit: string | undefined
  readonly lines: number | undefined
  readonly follow: boolean
  readonly reverse: boolean
  readonly output: string
  readonly grep: string | undefined
}

/** journalctl(1): -u UNIT, -n LINES, -f, -r, -o short|cat|json, -g PATTERN; -e, -x and --no-pager change nothing here. */
export const journalctl: Program = function* (os) {
  const options = parse(os.argv.slice(1))
  if (typeof options === 'string') {
    yield* write(2, options)
    return 1
  }
  const matches = (entry: JournalEntry) =>
    (!options.unit || entry.unit === options.unit) && (!options.grep || entry.message.includes(options.grep))
  let entries = readJournal(os.fs).filter(matches)
  const lines = options.lines ?? (options.follow ? 10 : undefined)
  if (lines !== undefined) entries = lines ? entries.slice(-lines) : []
  if (options.reverse) entries.reverse()
  if (!entries.length && !options.follow) yield* write(1, '-- No entries --\n')
  for (const entry of entries) yield* write(1, `${format(entry, os, options)}\n`)
  return options.follow ? yield* follow(os, options, matches) : 0
}

/** One line as `-o short` prints it: `Jan 01 00:00:05 node-1 kubelet[12]: text`. */
export function formatEntry(entry: JournalEntry, hostname: string): string {
  const date = new Date(entry.time).toISOString()
  const month = 'JanFebMarAprMayJunJulAugSepOctNovDec'.slice(
    Number(date.slice(5, 7)) * 3 - 3,
    Number(date.slice(5, 7)) * 3,
  )
  return `${month} ${date.slice(8, 10)} ${date.slice(11, 19)} ${hostname} ${entry.identifier}[${entry.pid}]: ${entry.message}`
}

function format(entry: JournalEntry, os: Os, { output }: Options): string {
  if (output === 'cat') return entry.message
  if (output === 'json') {
    return JSON.stringify({
      __REALTIME_TIMESTAMP: `${entry.time}000`,
      _SYSTEMD_UNIT: entry.unit,
      _PID: `${entry.pid}`,
      SYSLOG_IDENTIFIER: entry.identifier,
      MESSAGE: entry.message,
    })
  }
  return formatEntry(entry, os.hostname)
}

function* follow(os: Os, options: Options, matches: (entry: JournalEntry) => boolean): Sys<number> {
  try {
    const connection = os.connectUnix(MANAGER_SOCKET)
    connection.send({ method: 'follow' })
    for (;;) {
      const reply = (yield* receive(connection)) as ManagerReply | null
      if (!reply) return 0
      if (reply.ok && reply.entry && matches(reply.entry))
        yield* write(1, `${format(reply.entry, os, options)}\n`)
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    return 1
  }
}

function parse(words: readonly string[]): Options | string {
  let unit: string | undefined
  let lines: number | undefined
  let output = 'short'
  let grep: string | undefined
  let follow = false
  let reverse = false
  for (let i = 0; i < words.length; i++) {
    const [name, attached] = splitFlag(words[i])
    const value = () => attached ?? words[++i]
    if (name === '-u' || name === '--unit') {
      const given = value()
      unit = given?.includes('.') ? given : `${given}.service`
    } else if (name === '-n' || name === '--lines') lines = Number(value())
    else if (name === '-o' || name === '--output') output = value()
    else if (name === '-g' || name === '--grep') grep = value()
    else if (name === '-f' || name === '--follow') follow = true
    else if (name === '-r' || name === '--reverse') reverse = true
    else if (/^-[xefrb]+$/.test(name)) {
      follow ||= name.includes('f')
      reverse ||= name.includes('r')
    } else if (/^-[xe]*u$/.test(name)) {
      const given = value()
      unit = given?.includes('.') ? given : `${given}.service`
    } else if (!['--no-pager', '-a', '--all', '-q', '--quiet'].includes(name)) {
      return name.startsWith('--')
        ? `journalctl: unrecognized option '${name}'\n`
        : `journalctl: invalid option -- '${name.replace(/^-/, '')}'\n`
    }
  }
  return { unit, lines, follow, reverse, output, grep }
}

/** `--unit=x` -> ['--unit', 'x']; `-n20` -> ['-n', '20']; `-u` -> ['-u', undefined]. */
function splitFlag(word: string): [string, string | undefined] {
  const long = /^(--[^=]+)=(.*)$/.exec(word)
  if (long) return [long[1], long[2]]
  const short = /^(-[uno])(.+)$/.exec(word)
  return short ? [short[1], short[2]] : [word, undefined]
}
