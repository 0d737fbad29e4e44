import { read, write } from '../sys.ts'
import { command, complain, missingOperand } from './options.ts'

/** tr [-cds] SET1 [SET2] */
export const tr = command(
  { short: '+cCdst', long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' } },
  function* (os, options) {
    const [first, second] = options.rest
    if (first === undefined) return missingOperand(os)
    if (second === undefined && !options.has('d') && !options.has('s'))
      return missingOperand(os, `operand after '${first}'\nTwo strings must be given when translating.`)
    const complement = options.has('c') || options.has('C')
    const from = expand(first)
    const to = second === undefined ? [] : expand(second)
    if (!from.length && complement === false && second !== undefined) {
      complain(os, 'when not truncating set1, string2 must be non-empty')
      return 1
    }
    const inFrom = new Set(from)
    const member = (char: string) => inFrom.has(char) !== complement
    const translate = new Map(from.map((char, i) => [char, to[Math.min(i, to.length - 1)] ?? char]))
    const squeezed = new Set(options.has('s') ? (second === undefined ? from : to) : [])
    const squeezes = (char: string) =>
      options.has('s') && (second === undefined ? member(char) : squeezed.has(char))
    let last = ''
    for (let data = yield* read(0); data !== null; data = yield* read(0)) {
      let out = ''
      for (const char of data) {
        if (options.has('d') && member(char)) continue
        let next = char
        if (!options.has('d') && second !== undefined && member(char))
          next = complement ? (to.at(-1) ?? char) : (translate.get(char) ?? char)
        if (next === last && squeezes(next)) continue
        out += next
        last = next
      }
      yield* write(1, out)
    }
    return 0
  },
)

const CLASSES: Readonly<Record<string, string>> = {
  upper: 'A-Z',
  lower: 'a-z',
  digit: '0-9',
  alpha: 'A-Za-z',
  alnum: '0-9A-Za-z',
  space: '\\t-\\r ',
  blank: '\\t ',
  punct: '!-/:-@[-`{-~',
  xdigit: '0-9A-Fa-f',
  cntrl: '\\0-\\37\\177',
  print: ' -~',
  graph: '!-~',
}
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
}

/** The characters of a set: ranges, escapes, classes, `[x*n]`. */
function expand(set: string): string[] {
  const chars: string[] = []
  let text = set.replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole)
  text = text.replace(/\[(.)\*(\d*)\]/g, (_, char: string, count: string) => char.repeat(Number(count || 1)))
  const tokens = text.match(/\\[0-7]{1,3}|\\[\s\S]|[\s\S]/gu) ?? []
  const charOf = (token: string) =>
    token.length > 1
      ? /^\\[0-7]/.test(token)
        ? String.fromCharCode(Number.parseInt(token.slice(1), 8))
        : (ESCAPES[token[1]] ?? token[1])
      : token
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i + 1] === '-' && i + 2 < tokens.length) {
      const [low, high] = [charOf(tokens[i]).charCodeAt(0), charOf(tokens[i + 2]).charCodeAt(0)]
      for (let code = low; code <= high; code++) chars.push(String.fromCharCode(code))
      i += 2
    } else chars.push(charOf(tokens[i]))
  }
  return chars
}
