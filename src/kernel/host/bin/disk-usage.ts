import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import type { Os } from '../program.ts'
import { write } from '../sys.ts'
import { humanSize } from './human-size.ts'
import { command, complain } from './options.ts'

/** du [-s] [-h] [-a] [-c] [-d N] [FILE]... */
export const du = command(
  {
    short: 'shacd:kmbx',
    long: { summarize: 's', 'human-readable': 'h', all: 'a', total: 'c', 'max-depth': 'd:', bytes: 'b' },
  },
  function* (os, options) {
    const shown = (bytes: number) =>
      options.has('h')
        ? humanSize(bytes)
        : String(options.has('b') ? bytes : Math.ceil(bytes / (options.has('m') ? 2 ** 20 : 1024)))
    const depth = options.has('s') ? 0 : Number(options.value('d') ?? Number.POSITIVE_INFINITY)
    let [status, total] = [0, 0]
    for (const operand of options.rest.length ? options.rest : ['.']) {
      try {
        const rows: [number, string, number, boolean][] = []
        const sum = measure(os, operand, 0, rows, options.has('b'))
        total += sum
        for (const [bytes, path, level, directory] of rows)
          if (level <= depth && (directory || options.has('a') || level === 0))
            yield* write(1, `${shown(bytes)}\t${path}\n`)
      } catch (error) {
        if (!(error instanceof Errno)) throw error
        complain(os, `cannot access '${operand}': ${error.message}`)
        status = 1
      }
    }
    if (options.has('c')) yield* write(1, `${shown(total)}\ttotal\n`)
    return status
  },
)

/** The size of a path, that of all below it counted in, in blocks of 4 KiB; rows come children first. */
function measure(
  os: Os,
  root: string,
  level: number,
  rows: [number, string, number, boolean][],
  apparent: boolean,
): number {
  const sizes = new Map<string, number>()
  const stack: { path: string; level: number; leave: boolean; parent: string }[] = [
    { path: root, level, leave: false, parent: '' },
  ]
  for (let next = stack.pop(); next; next = stack.pop()) {
    const stat = os.fs.stat(absolute(os.cwd, next.path), false)
    if (stat.kind === 'directory' && !next.leave) {
      stack.push({ ...next, leave: true })
      for (const name of os.fs.list(absolute(os.cwd, next.path)).reverse()) {
        stack.push({
          path: `${next.path.replace(/\/$/, '')}/${name}`,
          level: next.level + 1,
          leave: false,
          parent: next.path,
        })
      }
      continue
    }
    const own = apparent ? stat.size : stat.kind === 'symlink' ? 0 : Math.ceil(stat.size / 4096) * 4096
    const sum = own + (sizes.get(next.path) ?? 0)
    sizes.set(next.parent, (sizes.get(next.parent) ?? 0) + sum)
    rows.push([sum, next.path, next.level, stat.kind === 'directory'])
  }
  return sizes.get('') ?? 0
}

/** df [-h] [-T] [FILE]... */
export const df = command(
  { short: 'hTkaiP', long: { 'human-readable': 'h', 'print-type': 'T', all: 'a' } },
  function* (os, options) {
    const mounts = os.fs.mounts.filter(({ type }) => options.has('a') || type !== 'proc')
    const chosen = options.rest.length
      ? options.rest.map((path) => {
          const real = os.fs.realpath(absolute(os.cwd, path))
          return (
            mounts.findLast(({ at }) => at === '/' || real === at || real.startsWith(`${at}/`)) ?? mounts[0]
          )
        })
      : mounts
    const size = (bytes: number) =>
      options.has('h') ? (bytes === 0 ? '0' : humanSize(bytes)) : String(Math.ceil(bytes / 1024))
    const rows = chosen.map(({ at, tree, type, device }) => {
      const { capacity: total, used } = tree
      const percent = `${Math.ceil((used * 100) / total)}%`
      return [
        device,
        ...(options.has('T') ? [type] : []),
        size(total),
        size(used),
        size(total - used),
        percent,
        at,
      ]
    })
    const head = [
      'Filesystem',
      ...(options.has('T') ? ['Type'] : []),
      options.has('h') ? 'Size' : '1K-blocks',
      'Used',
      options.has('h') ? 'Avail' : 'Available',
      'Use%',
      'Mounted on',
    ]
    const all = [head, ...rows]
    const widths = head.map((_, i) => Math.max(...all.map((row) => row[i].length), i === 0 ? 14 : 0))
    const left = (i: number) => i === 0 || (options.has('T') && i === 1) || i === head.length - 1
    yield* write(
      1,
      all
        .map(
          (row) =>
            `${row.map((text, i) => (i === row.length - 1 ? text : left(i) ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join(' ')}\n`,
        )
        .join(''),
    )
    return 0
  },
)

/** mount (list only) */
export const mount = command({ short: 't:lv' }, function* (os, options) {
  if (options.rest.length) {
    complain(os, 'only root can do that: mounts are made by the kubelet and by systemd here')
    return 1
  }
  const type = options.value('t')
  for (const each of os.fs.mounts)
    if (!type || type === each.type)
      yield* write(
        1,
        `${each.device} on ${each.at} type ${each.type} (${each.readOnly ? 'ro' : 'rw'},relatime)\n`,
      )
  return 0
})
