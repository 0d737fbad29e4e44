import { write } from '../sys.ts'
import { formatPrintf } from '../shell/printf.ts'
import { complain, missingOperand } from './options.ts'
import type { Program } from '../program.ts'

/** seq [-w] [-s SEP] [-f FORMAT] [FIRST [STEP]] LAST */
export const seq: Program = function* (os) {
  const rest: string[] = []
  let [separator, equal, format]: [string, boolean, string | undefined] = ['\n', false, undefined]
  const args = os.argv.slice(1)
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '-w') equal = true
    else if (args[i] === '-s') separator = args[++i] ?? ''
    else if (args[i] === '-f') format = args[++i]
    else if (args[i].startsWith('-s')) separator = args[i].slice(2)
    else rest.push(args[i])
  }
  if (!rest.length) return missingOperand(os)
  const bad = rest.find((arg) => !/^[-+]?(\d+\.?\d*|\.\d+)$/.test(arg))
  if (bad !== undefined) {
    complain(os, `invalid floating point argument: '${bad}'`)
    os.stderr("Try 'seq --help' for more information.\n")
    return 1
  }
  const [first, step, last] =
    rest.length === 1 ? ['1', '1', rest[0]] : rest.length === 2 ? [rest[0], '1', rest[1]] : rest
  if (Number(step) === 0) {
    complain(os, `invalid Zero increment value: '${step}'`)
    return 1
  }
  const places = Math.max(...[first, step].map((arg) => arg.split('.')[1]?.length ?? 0))
  const count = Math.floor((Number(last) - Number(first)) / Number(step) + 1e-9)
  const width = equal
    ? Math.max(Number(first).toFixed(places).length, Number(last).toFixed(places).length)
    : 0
  let block = ''
  for (let i = 0; i <= count; i++) {
    const value = Number(first) + i * Number(step)
    const text = value.toFixed(places)
    const shown = format
      ? formatPrintf(format, [String(value)]).text
      : text.startsWith('-')
        ? `-${text.slice(1).padStart(width - 1, '0')}`
        : text.padStart(width, '0')
    block += shown + (i < count ? separator : '\n')
    if (block.length > 4096) {
      yield* write(1, block)
      block = ''
    }
  }
  yield* write(1, block)
  return 0
}
