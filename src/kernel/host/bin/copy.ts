import { Errno } from '../errno.ts'
import { absolute, baseOf, parentOf } from '../filesystem.ts'
import type { Os } from '../program.ts'
import { LineReader, write, type Sys } from '../sys.ts'
import { command, complain, missingOperand, type Options } from './options.ts'

/** cp [-rapfivnT] [-t DIR] SOURCE... DEST */
export const cp = command(
  {
    short: 'rRapfivnuTdLPt:',
    long: {
      recursive: 'r',
      archive: 'a',
      force: 'f',
      interactive: 'i',
      verbose: 'v',
      'no-clobber': 'n',
      update: 'u',
      'target-directory': 't:',
      preserve: 'p::',
    },
  },
  (os, options) => transfer(os, options, 'copy'),
)

/** mv [-finvT] [-t DIR] SOURCE... DEST */
export const mv = command(
  {
    short: 'finvuTt:',
    long: {
      force: 'f',
      interactive: 'i',
      'no-clobber': 'n',
      verbose: 'v',
      update: 'u',
      'target-directory': 't:',
      'no-target-directory': 'T',
    },
  },
  (os, options) => transfer(os, options, 'move'),
)

function* transfer(os: Os, options: Options, what: 'copy' | 'move'): Sys<number> {
  const into = options.value('t')
  const sources = into === undefined ? options.rest.slice(0, -1) : options.rest
  const target = into ?? options.rest.at(-1)
  if (target === undefined) return missingOperand(os, 'file operand')
  if (!sources.length) return missingOperand(os, `destination file operand after '${target}'`)
  const full = absolute(os.cwd, target)
  const directory = os.fs.exists(full) && os.fs.stat(full).kind === 'directory' && !options.has('T')
  if (sources.length > 1 && !directory) {
    complain(
      os,
      os.fs.exists(full)
        ? `target '${target}' is not a directory`
        : `target '${target}': No such file or directory`,
    )
    return 1
  }
  const answers = new LineReader(0)
  let status = 0
  for (const source of sources) {
    const to = directory ? `${target.replace(/\/$/, '')}/${baseOf(source.replace(/\/+$/, ''))}` : target
    const exists = os.fs.exists(absolute(os.cwd, to))
    if (exists && options.has('n')) continue
    if (exists && options.has('i')) {
      yield* write(2, `${what === 'copy' ? 'cp' : 'mv'}: overwrite '${to}'? `)
      if (!/^y/i.test((yield* answers.next()) ?? '')) continue
    }
    const problem = what === 'copy' ? copyOne(os, source, to, options) : moveOne(os, source, to)
    if (problem) {
      complain(os, problem)
      status = 1
    } else if (options.has('v'))
      yield* write(1, what === 'copy' ? `'${source}' -> '${to}'\n` : `renamed '${source}' -> '${to}'\n`)
  }
  return status
}

/** Copy; returns what is wrong. */
function copyOne(os: Os, source: string, target: string, options: Options): string | undefined {
  const recursive = options.has('r') || options.has('R') || options.has('a')
  const [from, to] = [absolute(os.cwd, source), absolute(os.cwd, target)]
  try {
    const stat = os.fs.stat(from, !options.has('a') && !options.has('d') && !options.has('P'))
    if (stat.kind === 'directory') {
      if (!recursive) return `-r not specified; omitting directory '${source}'`
      if (to === from || to.startsWith(`${from}/`))
        return `cannot copy a directory, '${source}', into itself, '${target}'`
      copyTree(os, from, to)
    } else if (from === to) return `'${source}' and '${target}' are the same file`
    else copyFile(os, from, to, options.has('p') || options.has('a'))
    return undefined
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    const missing = !os.fs.exists(from)
    if (missing) return `cannot stat '${source}': ${error.message}`
    return error.code === 'EISDIR'
      ? `cannot overwrite directory '${target}' with non-directory`
      : `cannot create regular file '${target}': ${error.message}`
  }
}

function copyTree(os: Os, from: string, to: string): void {
  const stack: [string, string][] = [[from, to]]
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [source, target] = next
    if (os.fs.stat(source, false).kind !== 'directory') {
      copyFile(os, source, target, true)
      continue
    }
    os.fs.mkdir(target, { recursive: true, mode: os.fs.stat(source).mode })
    for (const name of os.fs.list(source).reverse()) stack.push([`${source}/${name}`, `${target}/${name}`])
  }
}

function copyFile(os: Os, from: string, to: string, links: boolean): void {
  if (links && os.fs.stat(from, false).kind === 'symlink') {
    if (os.fs.exists(to)) os.fs.remove(to)
    return os.fs.symlink(os.fs.readlink(from), to)
  }
  const { mode, uid, gid } = os.fs.stat(from)
  os.fs.write(to, os.fs.read(from), os.fs.exists(to) ? {} : { mode, uid, gid })
}

function moveOne(os: Os, source: string, target: string): string | undefined {
  const [from, to] = [absolute(os.cwd, source), absolute(os.cwd, target)]
  try {
    const { kind } = os.fs.stat(from, false)
    if (from === to) return `'${source}' and '${target}' are the same file`
    if (to.startsWith(`${from}/`)) return `cannot move '${source}' to a subdirectory of itself, '${target}'`
    const old = os.fs.exists(to) ? os.fs.stat(to, false).kind : undefined
    if (old === 'directory' && kind !== 'directory')
      return `cannot overwrite directory '${target}' with non-directory`
    if (kind === 'directory' && old && old !== 'directory')
      return `cannot overwrite non-directory '${target}' with directory '${source}'`
    if (old === 'directory' && os.fs.list(to).length)
      return `cannot move '${source}' to '${target}': Directory not empty`
    if (old) os.fs.remove(to)
    if (!os.fs.exists(parentOf(to))) throw new Errno('ENOENT')
    try {
      os.fs.rename(from, to)
    } catch (error) {
      if (!(error instanceof Errno) || error.code !== 'EXDEV') throw error
      copyTree(os, from, to)
      os.fs.remove(from, { recursive: true })
    }
    return undefined
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    const missing = !os.fs.exists(from)
    return missing
      ? `cannot stat '${source}': ${error.message}`
      : `cannot move '${source}' to '${target}': ${error.message}`
  }
}
