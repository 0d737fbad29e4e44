import { parentOf, type FileSystem } from '../../host/filesystem.ts'

/** Days and months in HTTP's and in access logs' words. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

const two = (value: number): string => `${value}`.padStart(2, '0')

/** `01/Jan/2026:00:00:10 +0000`, as access logs have it. */
export function accessLogTime(ms: number): string {
  const date = new Date(ms)
  return `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`
}

/** `Thu, 01 Jan 2026 00:00:10 GMT`. */
export function httpDate(ms: number): string {
  const date = new Date(ms)
  return `${DAYS[date.getUTCDay()]}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} GMT`
}

/** The file that a URL's path names below a directory, or why there is none. Never above the directory. */
export function resolveFile(
  fs: FileSystem,
  root: string,
  path: string,
  index: readonly string[],
): { file: string } | { status: 301 | 403 | 404 } {
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '..') names.pop()
    else if (name && name !== '.') names.push(name)
  }
  const full = `${root.replace(/\/$/, '')}/${names.join('/')}`.replace(/\/$/, '') || '/'
  if (!fs.exists(full)) return { status: 404 }
  if (fs.stat(full).kind !== 'directory') return { file: full }
  if (!path.endsWith('/')) return { status: 301 }
  const found = index.map((name) => `${full}/${name}`).find((file) => fs.exists(file))
  return found ? { file: found } : { status: 403 }
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  txt: 'text/plain',
  json: 'application/json',
  js: 'application/javascript',
  xml: 'text/xml',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
}

export function contentTypeOf(path: string, fallback: string): string {
  const name = path.slice(parentOf(path).length)
  const dot = name.lastIndexOf('.')
  return (dot >= 0 && TYPES[name.slice(dot + 1)]) || fallback
}
