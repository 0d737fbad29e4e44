import type { HereDoc, Redirection } from 'unbash'
import { Errno } from '../errno.ts'
import { textFile, type OpenFile } from '../open-file.ts'
import type { OpenFlags } from '../program.ts'
import type { Sys } from '../sys.ts'
import { ShellError } from './control.ts'
import { expandQuoted, expandText, expandWords, type Expansion } from './expand.ts'
import { assign } from './parameters.ts'

const FLAGS: Readonly<Record<string, OpenFlags>> = {
  '<': { read: true },
  '<>': { read: true, write: true, create: true },
  '>': { write: true, create: true, truncate: true },
  '>|': { write: true, create: true, truncate: true },
  '>>': { write: true, create: true, append: true },
}

/** Open what redirections name, one after the other; `x.io` becomes what the command sees and `x.opened` what to close. */
export function* redirect(x: Expansion, redirections: readonly Redirection[]): Sys<void> {
  if (!redirections.length) return
  const io = new Map(x.io)
  for (const each of redirections) {
    const fd = descriptorOf(x, each)
    if (each.type === 'HereString') io.set(fd, textFile(`${yield* expandText(x, each.target)}\n`))
    else if (each.type === 'HereDoc') io.set(fd, textFile(yield* hereDocument(x, each)))
    else yield* redirectFile(x, io, fd, each)
    x.io = io
  }
}

function descriptorOf(x: Expansion, { descriptor, operator }: Redirection): number {
  if (descriptor?.type === 'FileDescriptor') return descriptor.value
  if (descriptor) {
    let fd = 10
    while (x.io.has(fd)) fd++
    assign(x.sh, descriptor.name, String(fd))
    return fd
  }
  return operator.startsWith('<') ? 0 : 1
}

function* redirectFile(
  x: Expansion,
  io: Map<number, OpenFile>,
  fd: number,
  { operator, target }: Extract<Redirection, { type: 'Redirect' }>,
): Sys<void> {
  const words = target ? yield* expandWords(x, [target]) : []
  const word = words[0] ?? ''
  if (words.length !== 1) throw new ShellError(`${target?.text ?? ''}: ambiguous redirect`)
  const duplicates = operator === '>&' || operator === '<&'
  if (duplicates && /^(\d+-?|-)$/.test(word)) return duplicate(io, fd, word)
  if (operator === '<&') throw new ShellError(`${word}: ambiguous redirect`)
  const both = operator === '&>' || operator === '&>>' || operator === '>&'
  const flags = FLAGS[operator === '&>>' ? '>>' : both ? '>' : operator]
  if (operator === '>' && x.sh.options.has('noclobber') && isRegular(x, word))
    throw new ShellError(`${word}: cannot overwrite existing file`)
  const file = openPath(x, io, word, flags)
  x.opened.push(file)
  io.set(fd, file)
  if (both) io.set(2, file)
}

function duplicate(io: Map<number, OpenFile>, fd: number, word: string): void {
  if (word === '-') {
    io.delete(fd)
    return
  }
  const source = Number(word.replace('-', ''))
  const file = io.get(source)
  if (!file) throw new ShellError(`${word}: Bad file descriptor`)
  io.set(fd, file)
  if (word.endsWith('-')) io.delete(source)
}

/** Open a path; the names of descriptors mean those of the command, not of the shell. */
function openPath(x: Expansion, io: Map<number, OpenFile>, path: string, flags: OpenFlags): OpenFile {
  const standard = /^\/dev\/(?:fd\/(\d+)|std(in|out|err))$/.exec(path)
  const fd = standard ? Number(standard[1] ?? ['in', 'out', 'err'].indexOf(standard[2])) : undefined
  const same = fd === undefined ? undefined : io.get(fd)
  if (same) {
    same.share?.()
    return same
  }
  try {
    return x.sh.os.openFile(path, flags)
  } catch (error) {
    if (error instanceof Errno) throw new ShellError(`${path}: ${error.message}`)
    throw error
  }
}

function isRegular(x: Expansion, path: string): boolean {
  const full = path.startsWith('/') ? path : `${x.sh.os.cwd}/${path}`
  return x.sh.os.fs.exists(full) && !full.startsWith('/dev/')
}

function* hereDocument(x: Expansion, { operator, delimiter, body }: HereDoc): Sys<string> {
  const text = delimiter?.quoted ? body.text : yield* expandQuoted(x, body.parts, body.text)
  return operator === '<<-' ? text.replace(/^\t+/gm, '') : text
}

/** Let go of what redirections opened. */
export function release(x: Expansion): void {
  for (const file of x.opened) file.close?.()
}
