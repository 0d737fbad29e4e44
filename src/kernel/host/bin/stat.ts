import { Errno } from '../errno.ts'
import { absolute, type Stat } from '../filesystem.ts'
import type { Os } from '../program.ts'
import { strftime } from '../shell/printf.ts'
import { unescapeText } from '../shell/printf.ts'
import { write } from '../sys.ts'
import { command, complain, missingOperand } from './options.ts'
import { groupName, modeText, userName } from './stat-text.ts'

/** stat [-L] [-c FORMAT] [--printf=FORMAT] FILE... */
export const stat = command(
  { short: 'Lc:ft', long: { format: 'c:', printf: 'printf:', dereference: 'L' } },
  function* (os, options) {
    if (!options.rest.length) return missingOperand(os)
    let status = 0
    for (const path of options.rest) {
      try {
        const found = os.fs.stat(absolute(os.cwd, path), options.has('L'))
        const printf = options.value('printf')
        const format = options.value('c')
        yield* write(
          1,
          printf !== undefined
            ? formatStat(os, unescapeText(printf).text, path, found)
            : format !== undefined
              ? `${formatStat(os, format, path, found)}\n`
              : whole(os, path, found),
        )
      } catch (error) {
        if (!(error instanceof Errno)) throw error
        complain(os, `cannot statx '${path}': ${error.message}`)
        status = 1
      }
    }
    return status
  },
)

const KINDS = { file: 'regular file', directory: 'directory', symlink: 'symbolic link' } as const

const kindOf = ({ kind, size }: Stat): string =>
  kind === 'file' && size === 0 ? 'regular empty file' : KINDS[kind]
const full = (ms: number): string => strftime('%Y-%m-%d %H:%M:%S.%N +0000', ms)

function formatStat(os: Os, format: string, path: string, found: Stat): string {
  const values: Record<string, () => string> = {
    n: () => path,
    N: () =>
      found.kind === 'symlink' ? `'${path}' -> '${os.fs.readlink(absolute(os.cwd, path))}'` : `'${path}'`,
    s: () => String(found.size),
    a: () => (found.mode & 0o7777).toString(8),
    A: () => modeText(found),
    F: () => kindOf(found),
    u: () => String(found.uid),
    g: () => String(found.gid),
    U: () => userName(os, found.uid),
    G: () => groupName(os, found.gid),
    y: () => full(found.mtime),
    Y: () => String(Math.floor(found.mtime / 1000)),
    x: () => full(found.mtime),
    X: () => String(Math.floor(found.mtime / 1000)),
    z: () => full(found.mtime),
    Z: () => String(Math.floor(found.mtime / 1000)),
    h: () => '1',
    b: () => String(Math.ceil(found.size / 4096) * 8),
    B: () => '512',
    o: () => '4096',
    '%': () => '%',
  }
  return format.replace(/%([a-zA-Z%])/g, (whole_, name: string) => values[name]?.() ?? whole_)
}

function whole(os: Os, path: string, found: Stat): string {
  const id = (number: number, name: string) => `(${String(number).padStart(5)}/${name.padStart(8)})`
  return `  File: ${found.kind === 'symlink' ? `${path} -> ${os.fs.readlink(absolute(os.cwd, path))}` : path}
  Size: ${String(found.size).padEnd(15)}\tBlocks: ${String(Math.ceil(found.size / 4096) * 8).padEnd(10)} IO Block: 4096   ${kindOf(found)}
Access: (${(found.mode & 0o7777).toString(8).padStart(4, '0')}/${modeText(found)})  Uid: ${id(found.uid, userName(os, found.uid))}   Gid: ${id(found.gid, groupName(os, found.gid))}
Access: ${full(found.mtime)}
Modify: ${full(found.mtime)}
Change: ${full(found.mtime)}
 Birth: -
`
}
