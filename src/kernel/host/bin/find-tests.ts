import { baseOf, type Stat } from '../filesystem.ts'
import type { Os } from '../program.ts'
import { regExpOf } from '../shell/pattern.ts'
import { strftime } from '../shell/printf.ts'
import { groupName, modeText, userName } from './stat-text.ts'

/** Something that find came upon. */
export interface Found {
  /** As it is printed. */
  readonly path: string
  readonly full: string
  readonly depth: number
  readonly root: string
  readonly stat: Stat
}

/** Tests that take a value. */
export const VALUED = new Set([
  '-name',
  '-iname',
  '-path',
  '-wholename',
  '-ipath',
  '-regex',
  '-iregex',
  '-type',
  '-size',
  '-perm',
  '-user',
  '-group',
  '-newer',
  '-mtime',
  '-mmin',
  '-ctime',
  '-atime',
])

/** -name and the like */
export function globTest(
  pattern: string,
  ignoreCase: boolean,
  subject: (found: Found) => string,
): (found: Found) => boolean {
  const expression = new RegExp(`^(?:${regExpOf(pattern)})$`, ignoreCase ? 'i' : '')
  return (found) => expression.test(subject(found))
}

const UNITS: Readonly<Record<string, number>> = { c: 1, w: 2, b: 512, k: 1024, M: 1024 ** 2, G: 1024 ** 3 }

/** -size */
export function sizeTest(value: string): (found: Found) => boolean {
  const match = /^([-+]?\d+)([cwbkMG]?)$/.exec(value)
  if (!match) throw new SyntaxError(`Invalid argument \`${value}' to -size`)
  return ({ stat }) => compareSigned(match[1], Math.ceil(stat.size / UNITS[match[2] || 'b']))
}

/** `+5` more, `-5` less, `5` exactly. */
export function compareSigned(value: string, actual: number): boolean {
  const number = Math.abs(Number(value))
  return value.startsWith('+') ? actual > number : value.startsWith('-') ? actual < number : actual === number
}

/** -perm */
export function permissionTest(value: string): (found: Found) => boolean {
  const bits = Number.parseInt(value.replace(/^[-/]/, ''), 8)
  if (value.startsWith('-')) return ({ stat }) => (stat.mode & bits) === bits
  if (value.startsWith('/')) return ({ stat }) => (stat.mode & bits) !== 0
  return ({ stat }) => (stat.mode & 0o7777) === bits
}

/** -printf */
export function formatFound(os: Os, format: string, { path, root, depth, stat }: Found): string {
  const values: Record<string, () => string> = {
    p: () => path,
    f: () => baseOf(path),
    s: () => String(stat.size),
    m: () => stat.mode.toString(8),
    M: () => modeText(stat),
    d: () => String(depth),
    y: () => (stat.kind === 'directory' ? 'd' : stat.kind === 'symlink' ? 'l' : 'f'),
    u: () => userName(os, stat.uid),
    g: () => groupName(os, stat.gid),
    P: () => path.slice(root.length).replace(/^\//, ''),
    h: () => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.'),
    '%': () => '%',
    t: () => strftime('%a %b %e %H:%M:%S.%N0 %Y', stat.mtime),
  }
  return format.replace(
    /%(T.|[a-zA-Z%])|\\([nt0\\])/g,
    (whole, directive: string | undefined, escaped: string | undefined) => {
      if (escaped) return { n: '\n', t: '\t', 0: '\0', '\\': '\\' }[escaped] ?? whole
      if (directive?.startsWith('T'))
        return directive === 'T@' ? (stat.mtime / 1000).toFixed(10) : strftime(`%${directive[1]}`, stat.mtime)
      return values[directive ?? '']?.() ?? whole
    },
  )
}
