import { goQuote } from '../api/go-quote.ts'
import { UserError } from '../api/user-error.ts'
import { Errno, goWords } from '../host/errno.ts'
import { absolute } from '../host/filesystem.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { readAll } from '../host/sys.ts'

/** One file that somebody named, or that lies in a folder somebody named. */
export interface SourceFile {
  /** As messages call it: the path, or `STDIN`. */
  readonly source: string
  readonly path: string
  /** What is in it, when it is no file. */
  readonly text?: string
}

const extensions = ['.json', '.yaml', '.yml']

/** Every file behind `-f`; folders give their manifests (cli-runtime: Builder.FilenameParam, Path). */
export function expandFiles(
  os: Os,
  filenames: readonly string[],
  recursive: boolean,
): { readonly files: SourceFile[]; readonly folder: boolean } {
  const files: SourceFile[] = []
  let folder = false
  for (const name of filenames) {
    if (/^https?:\/\//.test(name))
      throw new UserError(`unable to read URL ${goQuote(name)}: this machine has no way to the Internet`)
    if (name === '-') files.push({ source: 'STDIN', path: '-' })
    else
      for (const path of matches(os, name)) {
        const isFolder = os.fs.stat(absolute(os.cwd, path)).kind === 'directory'
        folder ||= isFolder
        const found = isFolder ? inFolder(os, path, recursive) : [path]
        if (isFolder && !found.length)
          throw new UserError(
            `error reading [${name}]: recognized file extensions are [${extensions.join(' ')}]`,
          )
        files.push(...found.map((one) => ({ source: one, path: one })))
      }
  }
  if (files.filter(({ path }) => path === '-').length > 1)
    throw new UserError('standard input cannot be used for multiple arguments')
  return { files, folder }
}

/** The text of a file, or of standard input. */
export function* readSource(os: Os, { path, text }: SourceFile): Sys<string> {
  return text !== undefined ? text : path === '-' ? yield* readAll(0) : readFile(os, path)
}

/** The text of a file; errors in Go's words. */
export function readFile(os: Os, path: string): string {
  try {
    return os.fs.read(absolute(os.cwd, path))
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    throw new UserError(
      error.code === 'EISDIR' ? `read ${path}: is a directory` : `open ${path}: ${goWords(error)}`,
    )
  }
}

function matches(os: Os, pattern: string): string[] {
  if (os.fs.exists(absolute(os.cwd, pattern))) return [pattern]
  const found = /[*?[]/.test(pattern) ? glob(os, pattern) : []
  if (!found.length) throw new UserError(`the path ${goQuote(pattern)} does not exist`)
  return found
}

function glob(os: Os, pattern: string): string[] {
  const slash = pattern.lastIndexOf('/')
  const folder = slash < 0 ? '.' : pattern.slice(0, slash) || '/'
  const last = pattern.slice(slash + 1)
  const expression = new RegExp(
    `^${last
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
  try {
    const names = os.fs.list(absolute(os.cwd, folder)).filter((name) => expression.test(name))
    return names.sort().map((name) => (slash < 0 ? name : `${pattern.slice(0, slash + 1)}${name}`))
  } catch {
    return []
  }
}

function inFolder(os: Os, folder: string, recursive: boolean): string[] {
  const found: string[] = []
  const pending = [folder]
  while (pending.length) {
    const path = pending.shift() as string
    const stat = os.fs.stat(absolute(os.cwd, path))
    if (stat.kind === 'directory') {
      if (path !== folder && !recursive) continue
      const children = os.fs.list(absolute(os.cwd, path)).sort()
      pending.unshift(...children.map((name) => `${path.replace(/\/$/, '')}/${name}`))
    } else if (extensions.some((extension) => path.endsWith(extension))) found.push(path)
  }
  return found
}
