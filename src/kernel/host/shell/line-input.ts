import { readFrom, type Sys } from '../sys.ts'
import type { Io } from './shell.ts'

/** Read up to a delimiter and leave the rest for whoever reads next; `null` when there is nothing. `ended` is told of a missing one. */
export function* readLine(io: Io, fd: number, delimiter = '\n', ended?: () => void): Sys<string | null> {
  const file = io.get(fd)
  if (!file) return null
  const parts: string[] = []
  for (;;) {
    const data = yield* readFrom(() => file)
    if (data === null) {
      ended?.()
      return parts.length ? parts.join('') : null
    }
    const at = data.indexOf(delimiter)
    if (at < 0) {
      parts.push(data)
      continue
    }
    parts.push(data.slice(0, at))
    if (at + 1 < data.length) file.unread?.(data.slice(at + 1))
    return parts.join('')
  }
}
