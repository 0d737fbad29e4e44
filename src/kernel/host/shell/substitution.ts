import type { CommandExpansionPart, ProcessSubstitutionPart } from 'unbash'
import { absolute } from '../filesystem.ts'
import { Pipe } from '../open-file.ts'
import { readFrom, type Sys } from '../sys.ts'
import { ShellError } from './control.ts'
import { runStatements } from './execute.ts'
import { expandText, type Expansion } from './expand.ts'
import { fork } from './fork.ts'
import { Job } from './jobs.ts'
import { Errno } from '../errno.ts'
import { handleSignals } from './traps.ts'

/** What one command may print into a variable, in characters. */
const MAX_OUTPUT = 16 * 1024 * 1024

/** What the commands of `$(...)` print, without the newlines at its end. */
export function* substitute(x: Expansion, part: CommandExpansionPart): Sys<string> {
  const { sh } = x
  const { script } = part
  if (!script || script.errors?.length)
    throw new ShellError(`command substitution: syntax error: ${script?.errors?.[0].message ?? part.text}`)
  const file = fileOf(script.commands)
  if (file) return withoutNewlines(yield* readWhole(x, file))
  const pipe = new Pipe()
  const writer = pipe.writer()
  const reader = pipe.reader()
  const job = new Job(part.text)
  const source = script.source === undefined ? sh.source : { text: script.source, line: sh.source.line }
  fork(
    sh,
    new Map(x.io).set(1, writer),
    job,
    (child) => {
      child.source = source
      return runStatements(child, script.commands, child.io, true)
    },
    { sameGroup: true },
  )
  writer.close?.()
  const output: string[] = []
  let size = 0
  try {
    for (let data = yield* readFrom(() => reader); data !== null; data = yield* readFrom(() => reader)) {
      size += data.length
      if (size > MAX_OUTPUT)
        throw new ShellError(`xrealloc: cannot allocate ${size} bytes`, { status: 2, fatal: true })
      output.push(data)
    }
  } finally {
    reader.close?.()
  }
  sh.status = sh.substituted = yield* sh.jobs.foreground(job)
  if (sh.pending.length) yield* handleSignals(sh)
  return withoutNewlines(output.join('').replaceAll('\0', ''))
}

function withoutNewlines(text: string): string {
  let end = text.length
  while (text[end - 1] === '\n') end--
  return text.slice(0, end)
}

/** `$(<file)`: the word of the file, if that is what it is. */
function fileOf(commands: NonNullable<CommandExpansionPart['script']>['commands']) {
  const command = commands.length === 1 ? commands[0].command : undefined
  if (
    command?.type !== 'Command' ||
    command.name ||
    command.redirects.length !== 1 ||
    command.prefix.length !== 1
  )
    return undefined
  const redirect = command.redirects[0]
  return redirect.type === 'Redirect' && redirect.operator === '<' ? redirect.target : undefined
}

function* readWhole(x: Expansion, word: NonNullable<ReturnType<typeof fileOf>>): Sys<string> {
  const path = yield* expandText(x, word)
  try {
    x.sh.substituted = 0
    return x.sh.os.fs.read(absolute(x.sh.os.cwd, path))
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    x.sh.complain(x.io, `${path}: ${error.message}`)
    x.sh.substituted = 1
    return ''
  }
}

const FIRST_SUBSTITUTION_FD = 63

/** `<(...)`, `>(...)`: start it, and give the path under which the command finds the pipe to it. */
export function substituteProcess(x: Expansion, part: ProcessSubstitutionPart): string {
  const { script, operator } = part
  if (!script || script.errors?.length) throw new ShellError('process substitution: syntax error')
  const pipe = new Pipe()
  const writer = pipe.writer()
  const reader = pipe.reader()
  const [inner, outer, fd] = operator === '<' ? [writer, reader, 1] : [reader, writer, 0]
  fork(
    x.sh,
    new Map(x.io).set(fd, inner),
    new Job(part.text),
    (child) => runStatements(child, script.commands, child.io, true),
    { sameGroup: true },
  )
  inner.close?.()
  let number = FIRST_SUBSTITUTION_FD
  while (x.io.has(number)) number--
  x.io = new Map(x.io).set(number, outer)
  x.opened.push(outer)
  return `/dev/fd/${number}`
}
