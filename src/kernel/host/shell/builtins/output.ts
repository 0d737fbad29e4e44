import { Errno } from '../../errno.ts'
import { testArguments } from '../conditional.ts'
import { ShellError } from '../control.ts'
import { echoText } from '../echo.ts'
import { assign } from '../parameters.ts'
import { formatPrintf } from '../printf.ts'
import { print, type Io, type Shell } from '../shell.ts'
import type { Builtin } from './index.ts'

/** Print, and say so when it could not be. A reader that is gone ends a subshell silently, as SIGPIPE does. */
function* say(sh: Shell, io: Io, name: string, text: string) {
  try {
    yield* print(io, text)
    return 0
  } catch (error) {
    if (!(error instanceof Errno) || (error.code === 'EPIPE' && sh.level > 0)) throw error
    sh.complain(io, `${name}: write error: ${error.message}`)
    return 1
  }
}

const echo: Builtin = function* (sh, args, io) {
  return yield* say(sh, io, 'echo', echoText(args.slice(1)))
}

const printf: Builtin = function* (sh, args, io) {
  let rest = args.slice(1)
  let variable: string | undefined
  if (rest[0] === '-v') [variable, rest] = [rest[1], rest.slice(2)]
  if (rest[0] === '--') rest = rest.slice(1)
  if (!rest.length) {
    io.get(2)?.write?.('printf: usage: printf [-v var] format [arguments]\n')
    return 2
  }
  const { text, errors } = formatPrintf(rest[0], rest.slice(1), sh.os.clock)
  for (const error of errors) sh.complain(io, `printf: ${error}`)
  if (variable !== undefined) {
    const element = /^(\w+)\[(.*)\]$/.exec(variable)
    assign(sh, element?.[1] ?? variable, text, element?.[2])
    return errors.length ? 1 : 0
  }
  return (yield* say(sh, io, 'printf', text)) || (errors.length ? 1 : 0)
}

const test: Builtin = function* (sh, args, io) {
  let rest = args.slice(1)
  if (args[0] === '[') {
    if (rest.at(-1) !== ']') {
      sh.complain(io, "[: missing `]'")
      return 2
    }
    rest = rest.slice(0, -1)
  }
  try {
    return testArguments(sh, io, rest) ? 0 : 1
  } catch (error) {
    if (!(error instanceof ShellError)) throw error
    sh.complain(io, `${args[0]}: ${error.message}`)
    return 2
  }
}

export const output: Record<string, Builtin> = { echo, printf, test, '[': test }
