import { absolute } from '../filesystem.ts'
import { Errno } from '../errno.ts'
import type { Os } from '../program.ts'
import { Interpreter } from './awk/interpreter.ts'
import { parseAwk } from './awk/parse.ts'
import { unescapeAwk } from './awk/scan.ts'
import type { AwkProgram } from './awk/tree.ts'
import { command, complain } from './options.ts'
import type { Sys } from '../sys.ts'

/** awk [-F FS] [-v NAME=VALUE] [-f FILE | PROGRAM] [FILE | NAME=VALUE]... */
export const awk = command(
  { short: '+F:v:f:', long: { 'field-separator': 'F:', assign: 'v:', file: 'f:' }, trouble: 2 },
  function* (os, options) {
    const operands = [...options.rest]
    const text = options.has('f')
      ? options
          .all('f')
          .map((file) => os.fs.read(absolute(os.cwd, file)))
          .join('\n')
      : operands.shift()
    if (text === undefined) {
      os.stderr('usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n')
      return 2
    }
    let program: AwkProgram
    try {
      program = parseAwk(text)
    } catch (error) {
      complain(os, (error as Error).message)
      return 2
    }
    const interpreter = new Interpreter(os, program, operands)
    const separator = options.value('F')
    if (separator !== undefined) interpreter.assign('FS', separator === 't' ? '\t' : unescapeAwk(separator))
    for (const each of options.all('v')) {
      const equals = each.indexOf('=')
      interpreter.assign(each.slice(0, equals), unescapeAwk(each.slice(equals + 1)))
    }
    return yield* guarded(os, interpreter)
  },
)

function* guarded(os: Os, interpreter: Interpreter): Sys<number> {
  try {
    return yield* interpreter.run()
  } catch (error) {
    if (error instanceof Errno && error.code !== 'EPIPE') {
      complain(os, `cannot open ${error.path ?? ''} (${error.message})`)
      return 2
    }
    if (!(error instanceof RangeError) && !(error instanceof SyntaxError)) throw error
    complain(os, error.message)
    return 2
  }
}
