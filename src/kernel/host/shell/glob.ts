import type { FileSystem } from '../filesystem.ts'
import { absolute } from '../filesystem.ts'
import { regExpOf } from './pattern.ts'

/** Paths that a pattern matches, sorted; nothing when it matches none. Hidden files only where the pattern has the dot. */
export function glob(fs: FileSystem, cwd: string, pattern: string): string[] {
  const names = pattern.split('/')
  let found = pattern.startsWith('/') ? ['/'] : ['']
  names.forEach((name, i) => {
    if (name === '' && i < names.length - 1) return
    found = found.flatMap((path) => step(fs, cwd, path, name, i < names.length - 1))
  })
  return found.sort()
}

function step(fs: FileSystem, cwd: string, path: string, name: string, more: boolean): string[] {
  const plain = name.replace(/\\(.)/g, '$1')
  const suffix = more ? '/' : ''
  const isDirectory = (at: string) =>
    fs.exists(absolute(cwd, at)) && fs.stat(absolute(cwd, at)).kind === 'directory'
  if (!/(^|[^\\])(\\\\)*[*?[(]/.test(name)) {
    const at = path + plain
    return (more ? isDirectory(at) : fs.exists(absolute(cwd, at || '.'))) ? [at + suffix] : []
  }
  if (!isDirectory(path || '.')) return []
  const expression = new RegExp(`^(?:${regExpOf(name, { path: true })})$`)
  return fs
    .list(absolute(cwd, path || '.'))
    .filter((entry) => expression.test(entry) && (!entry.startsWith('.') || plain.startsWith('.')))
    .map((entry) => path + entry)
    .filter((at) => !more || isDirectory(at))
    .map((at) => at + suffix)
}
