import type { Stat } from '../filesystem.ts'
import type { Os } from '../program.ts'
import { strftime } from '../shell/printf.ts'

/** `drwxr-xr-x` */
export function modeText({ kind, mode }: Pick<Stat, 'kind' | 'mode'>): string {
  let text = kind === 'directory' ? 'd' : kind === 'symlink' ? 'l' : '-'
  for (let shift = 6; shift >= 0; shift -= 3) {
    const bits = (mode >> shift) & 7
    text += (bits & 4 ? 'r' : '-') + (bits & 2 ? 'w' : '-') + (bits & 1 ? 'x' : '-')
  }
  if (mode & 0o4000) text = `${text.slice(0, 3)}${text[3] === 'x' ? 's' : 'S'}${text.slice(4)}`
  if (mode & 0o1000) text = `${text.slice(0, 9)}${text[9] === 'x' ? 't' : 'T'}`
  return text
}

const HALF_YEAR_MS = 15_778_476_000

/** `Jan  1 00:00`, or with the year when it is long ago. */
export const fileDate = (mtime: number, clock: number, full = false): string =>
  strftime(
    full
      ? '%Y-%m-%d %H:%M:%S.%N +0000'
      : mtime > clock || clock - mtime > HALF_YEAR_MS
        ? '%b %e  %Y'
        : '%b %e %H:%M',
    mtime,
  )

/** Names out of /etc/passwd and /etc/group. */
export const userName = (os: Os, uid: number): string => nameIn(os, '/etc/passwd', uid)
export const groupName = (os: Os, gid: number): string => nameIn(os, '/etc/group', gid)

function nameIn(os: Os, file: string, id: number): string {
  if (os.fs.exists(file)) {
    for (const line of os.fs.read(file).split('\n')) {
      const fields = line.split(':')
      if (fields[2] === String(id)) return fields[0]
    }
  }
  return id === 0 ? 'root' : String(id)
}

/** The number for a user or group name in a file of the form of /etc/passwd. */
export function idIn(os: Os, file: string, name: string): number | undefined {
  if (/^\d+$/.test(name)) return Number(name)
  if (name === 'root') return 0
  if (!os.fs.exists(file)) return undefined
  const fields = os.fs
    .read(file)
    .split('\n')
    .map((line) => line.split(':'))
    .find(([each]) => each === name)
  return fields && Number(fields[2])
}
