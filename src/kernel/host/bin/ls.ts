import { Errno } from '../errno.ts'
import { absolute, type Stat } from '../filesystem.ts'
import type { Os } from '../program.ts'
import { write } from '../sys.ts'
import { columns } from './columns.ts'
import { humanSize } from './human-size.ts'
import { command, complain, type Options } from './options.ts'
import { fileDate, groupName, modeText, userName } from './stat-text.ts'

interface Entry {
  readonly name: string
  readonly path: string
  readonly stat: Stat
}

/** ls [-laAhRrtS1dFipn] [--color] [FILE]... */
export const ls = command(
  {
    short: 'laAhRrtS1dFipnCxgoGU',
    long: {
      all: 'a',
      'almost-all': 'A',
      'human-readable': 'h',
      recursive: 'R',
      reverse: 'r',
      directory: 'd',
      classify: 'F',
      inode: 'i',
      color: 'color::',
      'numeric-uid-gid': 'n',
      'full-time': 'full-time',
      'time-style': 'time-style:',
      'group-directories-first': 'dirs',
    },
    trouble: 2,
  },
  function* (os, options) {
    let status = 0
    const files: Entry[] = []
    const directories: Entry[] = []
    for (const operand of options.rest.length ? options.rest : ['.']) {
      const entry = entryOf(os, operand, operand, !options.has('l') && !options.has('d'))
      if (typeof entry === 'string') {
        complain(os, `cannot access '${operand}': ${entry}`)
        status = 2
      } else if (entry.stat.kind === 'directory' && !options.has('d')) directories.push(entry)
      else files.push(entry)
    }
    const print = (entries: Entry[]) => write(1, listing(os, sorted(entries, options), options))
    if (files.length) yield* print(files)
    const titled = options.has('R') || directories.length + files.length > 1 || status !== 0
    let first = files.length === 0
    const queue = sorted(directories, options)
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (titled) yield* write(1, `${first ? '' : '\n'}${next.path}:\n`)
      first = false
      const entries = sorted(childrenOf(os, next.path, options), options)
      if (options.has('l'))
        yield* write(1, `total ${entries.reduce((sum, { stat }) => sum + blocks(stat), 0)}\n`)
      yield* print(entries)
      if (options.has('R'))
        queue.unshift(
          ...entries.filter(({ name, stat }) => stat.kind === 'directory' && name !== '.' && name !== '..'),
        )
    }
    return status
  },
)

function entryOf(os: Os, name: string, path: string, follow: boolean): Entry | string {
  try {
    const full = absolute(os.cwd, path)
    return { name, path, stat: os.fs.stat(full, follow && os.fs.exists(full)) }
  } catch (error) {
    if (error instanceof Errno) return error.message
    throw error
  }
}

function childrenOf(os: Os, path: string, options: Options): Entry[] {
  const names = os.fs.list(absolute(os.cwd, path))
  if (options.has('a')) names.unshift('.', '..')
  return names
    .filter((name) => options.has('a') || options.has('A') || !name.startsWith('.'))
    .map((name) => entryOf(os, name, path === '/' ? `/${name}` : `${path.replace(/\/$/, '')}/${name}`, false))
    .filter((entry): entry is Entry => typeof entry !== 'string')
}

function sorted(entries: readonly Entry[], options: Options): Entry[] {
  const list = [...entries]
  if (!options.has('U')) list.sort((a, b) => compareNames(a.name, b.name))
  if (options.has('t')) list.sort((a, b) => b.stat.mtime - a.stat.mtime)
  if (options.has('S')) list.sort((a, b) => b.stat.size - a.stat.size)
  if (options.has('r')) list.reverse()
  if (options.has('dirs'))
    list.sort((a, b) => Number(b.stat.kind === 'directory') - Number(a.stat.kind === 'directory'))
  return list
}

/** By code unit, as in the C locale. */
const compareNames = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const blocks = (stat: Stat): number => (stat.kind === 'symlink' ? 0 : Math.ceil(stat.size / 4096) * 4)

function listing(os: Os, entries: readonly Entry[], options: Options): string {
  if (options.has('l') || options.has('n') || options.has('g') || options.has('o'))
    return longListing(os, entries, options)
  const names = entries.map((entry) => decorated(os, entry, options))
  const tty = os.descriptors.get(1)?.tty
  if (options.has('1') || (!tty && !options.has('C'))) return names.map((name) => `${name}\n`).join('')
  return columns(names, tty?.columns ?? 80)
}

function longListing(os: Os, entries: readonly Entry[], options: Options): string {
  const rows = entries.map((entry) => {
    const { stat } = entry
    const size = options.has('h') ? humanSize(stat.size) : String(stat.size)
    const owner = options.has('n') ? String(stat.uid) : userName(os, stat.uid)
    const group = options.has('n') ? String(stat.gid) : groupName(os, stat.gid)
    const links = stat.kind === 'directory' ? 2 + subdirectories(os, entry) : 1
    return { mode: modeText(stat), links: String(links), owner, group, size, entry }
  })
  const width = (key: 'links' | 'owner' | 'group' | 'size') =>
    Math.max(0, ...rows.map((row) => row[key].length))
  const [links, owner, group, size] = [width('links'), width('owner'), width('group'), width('size')]
  return rows
    .map((row) => {
      const { stat } = row.entry
      const target = stat.kind === 'symlink' ? ` -> ${os.fs.readlink(absolute(os.cwd, row.entry.path))}` : ''
      const date = fileDate(
        stat.mtime,
        os.clock,
        options.has('full-time') || options.value('time-style') === 'full-iso',
      )
      return `${row.mode} ${row.links.padStart(links)} ${row.owner.padEnd(owner)} ${row.group.padEnd(group)} ${row.size.padStart(size)} ${date} ${decorated(os, row.entry, options)}${target}\n`
    })
    .join('')
}

function subdirectories(os: Os, entry: Entry): number {
  const path = absolute(os.cwd, entry.path)
  try {
    return os.fs
      .list(path)
      .filter((name) => os.fs.stat(`${path === '/' ? '' : path}/${name}`, false).kind === 'directory').length
  } catch {
    return 0
  }
}

function decorated(os: Os, { name, stat }: Entry, options: Options): string {
  const colour = options.value('color')
  const colours = colour === 'always' || colour === '' || (colour === 'auto' && os.descriptors.get(1)?.tty)
  const executable = stat.kind === 'file' && (stat.mode & 0o111) !== 0
  const code =
    stat.kind === 'directory' ? '01;34' : stat.kind === 'symlink' ? '01;36' : executable ? '01;32' : undefined
  const mark =
    !options.has('F') && !options.has('p')
      ? ''
      : stat.kind === 'directory'
        ? '/'
        : options.has('p')
          ? ''
          : stat.kind === 'symlink' && !options.has('l')
            ? '@'
            : executable
              ? '*'
              : ''
  const shown = /[\s'"$&|;<>()*?]/.test(name) && os.descriptors.get(1)?.tty ? `'${name}'` : name
  return (colours && code ? `\x1b[${code}m${shown}\x1b[0m` : shown) + mark
}
