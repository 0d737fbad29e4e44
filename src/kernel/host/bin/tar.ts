import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import type { Os, Program } from '../program.ts'
import { readAll, write, type Sys } from '../sys.ts'
import { packTar, unpackTar, type TarEntry } from '../tar-archive.ts'
import { complain } from './options.ts'

/** tar c|x|t [v] [m] [f FILE] [-C DIR] [FILE...]: what `kubectl cp` and people need of it; no compression. */
export const tar: Program = function* (os) {
  const { letters, file, directory, operands } = parse(os.argv.slice(1))
  const mode = ['c', 'x', 't'].find((letter) => letters.includes(letter))
  if (!mode) {
    complain(os, "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options")
    return 2
  }
  const base = directory === undefined ? os.cwd : absolute(os.cwd, directory)
  try {
    if (mode === 'c') return yield* create(os, base, file, operands, letters)
    return yield* extract(os, base, file, operands, letters, mode === 't')
  } catch (error) {
    if (!(error instanceof Errno) || error.code === 'EPIPE') throw error
    complain(os, `${error.path ? `${error.path}: ` : ''}${error.message}`)
    return 2
  }
}

interface Arguments {
  readonly letters: string
  readonly file: string
  readonly directory: string | undefined
  readonly operands: readonly string[]
}

/** Letters may come with or without a dash; `f` and `C` take the next word. */
function parse(argv: readonly string[]): Arguments {
  let letters = ''
  let file = '-'
  let directory: string | undefined
  const operands: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string
    if (word.startsWith('--')) {
      if (word.startsWith('--file=')) file = word.slice(7)
      else if (word.startsWith('--directory=')) directory = word.slice(12)
      else if (/^--(create|extract|list|verbose)$/.test(word))
        letters += word === '--extract' ? 'x' : word === '--list' ? 't' : word[2]
    } else if ((word.startsWith('-') && word !== '-') || i === 0) {
      for (const letter of word.replace(/^-/, '')) {
        letters += letter
        if (letter === 'f') file = argv[++i] ?? '-'
        if (letter === 'C') directory = argv[++i]
      }
    } else operands.push(word)
  }
  return { letters, file, directory, operands }
}

function* create(
  os: Os,
  base: string,
  file: string,
  operands: readonly string[],
  letters: string,
): Sys<number> {
  let status = 0
  const entries: TarEntry[] = []
  const add = (path: string, name: string) => {
    const { kind, mode } = os.fs.stat(path)
    if (kind !== 'directory') entries.push({ name, directory: false, data: os.fs.read(path), mode })
    else {
      entries.push({ name, directory: true, data: '', mode })
      for (const child of os.fs.list(path).sort())
        add(`${path}/${child}`, `${name.replace(/\/$/, '')}/${child}`)
    }
  }
  for (const operand of operands) {
    if (operand.startsWith('/')) complain(os, "removing leading '/' from member names")
    const path = absolute(base, operand)
    if (os.fs.exists(path)) add(path, operand.replace(/^\/+/, '') || '.')
    else {
      complain(os, `${operand}: No such file or directory`)
      status = 1
    }
  }
  if (letters.includes('v')) for (const { name } of entries) os.stderr(`${name}\n`)
  const archive = packTar(entries)
  if (file === '-') yield* write(1, archive)
  else os.fs.write(absolute(os.cwd, file), archive)
  return status
}

function* extract(
  os: Os,
  base: string,
  file: string,
  operands: readonly string[],
  letters: string,
  list: boolean,
): Sys<number> {
  const archive = file === '-' ? yield* readAll(0) : os.fs.read(absolute(os.cwd, file))
  for (const { name, directory, data, mode } of unpackTar(archive)) {
    const shown = name.replace(/^\/+/, '')
    if (shown.split('/').includes('..')) continue
    if (operands.length && !operands.some((operand) => shown === operand || shown.startsWith(`${operand}/`)))
      continue
    if (list || letters.includes('v')) yield* write(1, `${shown}\n`)
    if (list) continue
    const path = `${base.replace(/\/$/, '')}/${shown.replace(/\/$/, '')}`
    if (directory) os.fs.mkdir(path, { recursive: true })
    else {
      os.fs.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true })
      os.fs.write(path, data, { mode })
    }
  }
  return 0
}
