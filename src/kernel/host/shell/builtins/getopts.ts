import { assign } from '../parameters.ts'
import type { Builtin } from './index.ts'

/** getopts OPTSTRING NAME [ARG]... */
export const getopts: Builtin = function* (sh, args, io) {
  const [, spec = '', name = '', ...given] = args
  const words = given.length ? given : sh.positional
  let index = Number(sh.variables.get('OPTIND') ?? 1)
  let within = Number(sh.variables.get('__OPTCHAR') ?? 1)
  const finishWith = (option: string, argument: string | undefined) => {
    assign(sh, name, option)
    if (argument === undefined) sh.variables.unset('OPTARG')
    else assign(sh, 'OPTARG', argument)
    assign(sh, 'OPTIND', String(index))
    assign(sh, '__OPTCHAR', String(within))
    return option === '?' && index > words.length + 1 ? 1 : 0
  }
  const word = words[index - 1]
  if (word === undefined || !/^-./.test(word) || word === '--') {
    if (word === '--') index++
    within = 1
    finishWith('?', undefined)
    return 1
  }
  const letter = word[within++]
  const at = letter === ':' ? -1 : spec.indexOf(letter)
  const next = () => {
    index++
    within = 1
  }
  if (at < 0) {
    if (within >= word.length) next()
    if (!spec.startsWith(':')) io.get(2)?.write?.(`${sh.name}: illegal option -- ${letter}\n`)
    return finishWith('?', spec.startsWith(':') ? letter : undefined) && 0
  }
  if (spec[at + 1] !== ':') {
    if (within >= word.length) next()
    return finishWith(letter, undefined)
  }
  const inline = word.slice(within)
  const argument = inline || words[index]
  if (!inline) index++
  next()
  if (argument !== undefined) return finishWith(letter, argument)
  if (!spec.startsWith(':')) io.get(2)?.write?.(`${sh.name}: option requires an argument -- ${letter}\n`)
  return finishWith(spec.startsWith(':') ? ':' : '?', spec.startsWith(':') ? letter : undefined) && 0
}
