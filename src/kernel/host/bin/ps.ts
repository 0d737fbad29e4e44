import type { Os, ProcessInfo, Program } from '../program.ts'
import { strftime } from '../shell/printf.ts'
import { write } from '../sys.ts'
import { complain } from './options.ts'

interface Column {
  readonly title: string
  readonly right: boolean
  readonly width: number
  text(process: ProcessInfo, os: Os): string
}

const commandLine = (process: ProcessInfo): string => process.argv.join(' ')
const tty = (process: ProcessInfo): string => process.tty?.replace('/dev/', '') ?? '?'
const kilobytes = (bytes: number): string => String(Math.ceil(bytes / 1024))
const startedAt = (process: ProcessInfo, os: Os): string => {
  const at = os.clock - (os.now - process.startedAt)
  return strftime(os.clock - at < 86_400_000 ? '%H:%M' : '%b%d', at)
}

/** As procps calls them. */
const COLUMNS: Readonly<Record<string, Column>> = {
  user: { title: 'USER', right: false, width: 8, text: ({ user }) => user },
  uid: { title: 'UID', right: false, width: 8, text: ({ user }) => user },
  pid: { title: 'PID', right: true, width: 7, text: ({ pid }) => String(pid) },
  ppid: { title: 'PPID', right: true, width: 7, text: ({ ppid }) => String(ppid) },
  pgid: { title: 'PGID', right: true, width: 7, text: ({ group }) => String(group) },
  c: { title: 'C', right: true, width: 2, text: () => '0' },
  pcpu: { title: '%CPU', right: true, width: 4, text: () => '0.0' },
  pmem: {
    title: '%MEM',
    right: true,
    width: 4,
    text: ({ rss }, os) => ((rss * 100) / os.kernel.memory).toFixed(1),
  },
  vsz: { title: 'VSZ', right: true, width: 6, text: ({ rss }) => kilobytes(rss * 4) },
  rss: { title: 'RSS', right: true, width: 5, text: ({ rss }) => kilobytes(rss) },
  tty: { title: 'TTY', right: false, width: 8, text: tty },
  stat: {
    title: 'STAT',
    right: false,
    width: 4,
    text: ({ state, pid, group }) => state + (pid === group ? 's' : ''),
  },
  s: { title: 'S', right: false, width: 1, text: ({ state }) => state },
  stime: { title: 'STIME', right: false, width: 5, text: startedAt },
  start: { title: 'START', right: false, width: 5, text: startedAt },
  time: { title: 'TIME', right: true, width: 8, text: () => '00:00:00' },
  bsdtime: { title: 'TIME', right: true, width: 6, text: () => '0:00' },
  etime: {
    title: 'ELAPSED',
    right: true,
    width: 11,
    text: ({ startedAt: began }, os) => elapsed(os.now - began),
  },
  comm: {
    title: 'COMMAND',
    right: false,
    width: 0,
    text: ({ argv }) => argv[0].slice(argv[0].lastIndexOf('/') + 1),
  },
  cmd: { title: 'CMD', right: false, width: 0, text: commandLine },
  args: { title: 'COMMAND', right: false, width: 0, text: commandLine },
  cgroup: { title: 'CGROUP', right: false, width: 30, text: ({ cgroup }) => `0::${cgroup}` },
}

function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24]
  return `${days ? `${days}-` : ''}${days || hours ? `${two(hours)}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

const ALIASES: Readonly<Record<string, string>> = {
  command: 'args',
  '%cpu': 'pcpu',
  '%mem': 'pmem',
  tname: 'tty',
  tt: 'tty',
  lstart: 'start',
  state: 's',
  euser: 'user',
  ucmd: 'comm',
}

/** ps [aux] [-e] [-f] [-p PID,...] [-C NAME] [-o COLUMNS] [--no-headers] */
export const ps: Program = function* (os) {
  const request = parse(os.argv.slice(1))
  if (typeof request === 'string') {
    complain(os, `error: ${request}`)
    return 1
  }
  const mine = os.kernel.processes('').find(({ pid }) => pid === os.pid)
  const chosen = os.kernel.processes(mine?.pidNamespace ?? '').filter((process) => {
    if (request.pids) return request.pids.includes(process.pid)
    if (request.name) return COLUMNS['comm'].text(process, os) === request.name
    if (request.user) return process.user === request.user
    return (
      request.all ||
      (process.tty !== undefined && process.tty === mine?.tty) ||
      (mine?.tty === undefined && process.group === mine?.group)
    )
  })
  const columns = request.columns.map(([name, title]) => ({
    ...COLUMNS[name],
    ...(title === undefined ? {} : { title }),
  }))
  const rows = chosen.map((process) => columns.map((column) => column.text(process, os)))
  const titles = columns.map(({ title }) => title)
  const widths = columns.map((column, i) =>
    Math.max(column.width, titles[i].length, ...rows.map((row) => (column.width ? row[i].length : 0))),
  )
  const format = (row: readonly string[]) =>
    row
      .map((text, i) =>
        columns[i].right ? text.padStart(widths[i]) : i === row.length - 1 ? text : text.padEnd(widths[i]),
      )
      .join(' ')
      .trimEnd()
  const headed = !request.bare && titles.some((title) => title !== '')
  yield* write(1, [...(headed ? [titles] : []), ...rows].map((row) => `${format(row)}\n`).join(''))
  return chosen.length ? 0 : 1
}

interface Request {
  all: boolean
  bare: boolean
  pids: number[] | undefined
  name: string | undefined
  user: string | undefined
  columns: [string, string | undefined][]
}

function parse(args: readonly string[]): Request | string {
  const request: Request = {
    all: false,
    bare: false,
    pids: undefined,
    name: undefined,
    user: undefined,
    columns: [],
  }
  const named = (list: string) =>
    list
      .split(',')
      .map((each) => each.split('='))
      .map(([name, title]): [string, string | undefined] => [
        ALIASES[name.toLowerCase()] ?? name.toLowerCase(),
        title,
      ])
  let style = 'pid tty time cmd'
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (arg === '--no-headers' || arg === '--no-heading') request.bare = true
    else if (arg === '--sort' || arg.startsWith('--sort=') || arg === '--forest') continue
    else if (
      arg === '-o' ||
      arg === '-eo' ||
      arg === 'o' ||
      arg === '-p' ||
      arg === '-C' ||
      arg === '-u' ||
      arg === '-fp' ||
      arg === '-q'
    ) {
      const value = args[++i]
      if (value === undefined) return 'list of process IDs must follow -p'
      if (arg.endsWith('o')) request.columns.push(...named(value))
      else if (arg.endsWith('p') || arg === '-q') request.pids = value.split(',').map(Number)
      else if (arg === '-C') request.name = value
      else request.user = value
      if (arg === '-eo') request.all = true
      if (arg === '-fp') style = 'uid pid ppid c stime tty time cmd'
    } else if (/^-o./.test(arg)) request.columns.push(...named(arg.slice(2)))
    else if (/^\d+$/.test(arg)) request.pids = [...(request.pids ?? []), Number(arg)]
    else if (/^-[eAfwlZHjF]+$/.test(arg)) {
      if (/[eA]/.test(arg)) request.all = true
      if (/[fF]/.test(arg)) style = 'uid pid ppid c stime tty time cmd'
    } else if (/^-?[auxwef]+$/.test(arg)) {
      if (/[ax]/.test(arg)) request.all = true
      style = arg.includes('u')
        ? 'user pid pcpu pmem vsz rss tty stat start bsdtime args'
        : 'pid tty stat bsdtime args'
    } else return arg.startsWith('-') ? 'unsupported option (BSD syntax)' : 'garbage option'
  }
  if (!request.columns.length) request.columns = style.split(' ').map((name) => [name, undefined])
  const unknown = request.columns.find(([name]) => !COLUMNS[name])
  return unknown ? `unknown user-defined format specifier "${unknown[0]}"` : request
}
