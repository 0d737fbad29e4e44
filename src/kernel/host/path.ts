const SLASH = 47

/** Whether a path is absolute and has neither empty names nor any that begin with a dot and may mean something else. */
export const isNormal = (path: string): boolean =>
  path.charCodeAt(0) === SLASH &&
  path.length > 1 &&
  path.charCodeAt(path.length - 1) !== SLASH &&
  !path.includes('//') &&
  !path.includes('/.')

/** Whether a path is a directory or something below it. */
export const isWithin = (directory: string, path: string): boolean =>
  path.startsWith(directory) &&
  (path.length === directory.length || path.charCodeAt(directory.length) === SLASH)

/** The directory a path is in. */
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'

/** The last name of a path. */
export const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** An absolute, normal path from one that may be relative to `cwd`. */
export function absolute(cwd: string, path: string): string {
  const names: string[] = []
  for (const name of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (name === '..') names.pop()
    else if (name && name !== '.') names.push(name)
  }
  return `/${names.join('/')}`
}
