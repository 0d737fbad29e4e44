import type { Program } from '../program.ts'
import { echoText } from '../shell/echo.ts'
import { formatPrintf } from '../shell/printf.ts'
import { builtins } from '../shell/builtins/index.ts'
import { Shell } from '../shell/shell.ts'
import { call, write } from '../sys.ts'

/** Programs that a shell has built in as well, as files of their own. */
export const echo: Program = function* (os) {
  yield* write(1, echoText(os.argv.slice(1)))
  return 0
}

export const printf: Program = function* (os) {
  if (os.argv.length < 2) {
    os.stderr("printf: missing operand\nTry 'printf --help' for more information.\n")
    return 1
  }
  const { text, errors } = formatPrintf(os.argv[1], os.argv.slice(2), os.clock)
  for (const error of errors) os.stderr(`printf: ${error}\n`)
  yield* write(1, text)
  return errors.length ? 1 : 0
}

/** A builtin run as a program. */
const asProgram = (name: string): Program =>
  function* (os) {
    const sh = new Shell(os, { interactive: true, name })
    return yield* builtins[name](sh, [name, ...os.argv.slice(1)], sh.io)
  }

export const test = asProgram('test')
export const bracket = asProgram('[')
export const kill = asProgram('kill')
export const pwd = asProgram('pwd')

export const yes: Program = function* (os) {
  const line = `${os.argv.slice(1).join(' ') || 'y'}\n`
  const block = line.repeat(Math.ceil(1024 / line.length))
  const tty = os.descriptors.get(1)?.tty
  for (;;) {
    yield* write(1, block)
    // A reader that never makes us wait must not stop time.
    yield* call<void>({
      name: 'sched_yield',
      start: (caller, resume) => caller.after(tty ? 10 : 1, () => resume()),
    })
  }
}

const ends = (status: number): Program =>
  function* () {
    return status
  }

export const succeed = ends(0)
export const fail = ends(1)
