import { parse, type Statement } from 'unbash'
import type { Sys } from '../sys.ts'
import { Jump, ShellError } from './control.ts'
import { runStatements } from './execute.ts'
import type { Io, Shell } from './shell.ts'
import { MAX_INPUT, problemOf } from './syntax.ts'

const MAX_SOURCING = 100

/** Parse and run a text: a script, a line, the argument of `eval`. What comes before a syntax error is run. */
export function* runText(
  sh: Shell,
  text: string,
  io: Io,
  { line = 0, label = '', tail = false } = {},
): Sys<number> {
  if (text.split('\n', 1)[0].length > MAX_INPUT || (sh.interactive && text.length > MAX_INPUT)) {
    throw new ShellError('line too long')
  }
  if (sh.sourcing >= MAX_SOURCING)
    throw new ShellError('maximum eval nesting level exceeded', { fatal: true })
  const script = parse(text)
  const problem = problemOf(text, script)
  const failed = problem?.message ? problem : undefined
  const limit =
    failed && script.errors ? text.lastIndexOf('\n', script.errors[0].pos) : Number.POSITIVE_INFINITY
  const runnable = script.commands.filter(({ end }) => end <= limit)
  const before = { source: sh.source, position: sh.position }
  sh.source = { text, line }
  sh.sourcing++
  try {
    if (runnable.length) sh.status = yield* runLines(sh, text, runnable, io, tail && !failed)
    else if (!failed) sh.status = 0
    if (failed) sh.status = tellProblem(sh, io, text, failed, label)
    return sh.status
  } finally {
    sh.source = before.source
    sh.position = before.position
    sh.sourcing--
  }
}

/** Run statements; an error that discards the line goes on with the next one. */
function* runLines(
  sh: Shell,
  text: string,
  statements: readonly Statement[],
  io: Io,
  tail: boolean,
): Sys<number> {
  let rest = statements
  for (;;) {
    try {
      return yield* runStatements(sh, rest, io, tail)
    } catch (error) {
      if (!(error instanceof Jump) || error.kind !== 'discard' || sh.sourcing > 1 || sh.level > 0) throw error
      sh.status = error.value
      const end = text.indexOf('\n', sh.position)
      rest = end < 0 ? [] : rest.filter(({ pos }) => pos > end)
      if (!rest.length) return sh.status
    }
  }
}

function tellProblem(
  sh: Shell,
  io: Io,
  text: string,
  { message, line }: { message: string; line: number },
  label: string,
): number {
  const name = sh.name.replace(/^-/, '')
  const where = sh.interactive ? `${name}: ` : `${name}: ${label}line ${sh.source.line + line + 1}: `
  let out = `${where}${message}\n`
  if (message.includes('near') && !sh.interactive) out += `${where}\`${text.split('\n')[line]}'\n`
  io.get(2)?.write?.(out)
  return 2
}
