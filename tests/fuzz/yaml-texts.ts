import { integer, random, type Random } from '../../src/kernel/sim/random.ts'

/** Pieces that YAML parsers stumble over. */
const PIECES = [
  ': ',
  ':',
  '- ',
  '-',
  '? ',
  '?',
  '[',
  ']',
  '{',
  '}',
  ',',
  '#',
  ' #',
  '&a ',
  '*a',
  '!',
  '!!str ',
  '|',
  '>',
  '|-\n',
  '>+\n',
  "'",
  '"',
  '%',
  '@',
  '`',
  '\n',
  '\n\n',
  ' ',
  '  ',
  '\t',
  '\\',
  '\\n',
  '\\x4',
  '\\u00e9',
  '<<: ',
  '<<: *a',
  '---',
  '...',
  '~',
  'null',
  'yes',
  'no',
  '0777',
  '0x1f',
  '1_000',
  '12:30',
  '2001-01-01',
  '.5',
  '1e3',
  '.inf',
  '-0',
  'é',
  '日本',
  '\u2028',
  '\x85',
  '\r',
  '\r\n',
  '"a b"',
  "'a''b'",
  'a: b',
  '- a',
  '{a: b}',
  '[a, b]',
]

const SCALARS = [
  'a',
  'b c',
  '5',
  'true',
  'x-y',
  '"q"',
  "'s'",
  '1.5',
  'a:b',
  'a#b',
  '',
  '~',
  '|\n  t\n   u',
  '>\n  t\n  u',
]

/** A manifest as people write them, but of nothing that exists. */
export function wellFormed(draw: Random, depth = 0): string {
  const indent = '  '.repeat(depth)
  const lines = Array.from({ length: 1 + integer(draw, 4) }, (_, i) => {
    const key = `k${i}`
    const kind = depth > 3 ? 0 : integer(draw, 4)
    if (kind === 0) return `${indent}${key}: ${pick(draw, SCALARS).replace(/\n/g, `\n${indent}`)}`
    if (kind === 1) return `${indent}${key}:\n${wellFormed(draw, depth + 1)}`
    if (kind === 2)
      return `${indent}${key}:\n${Array.from({ length: 1 + integer(draw, 3) }, () => `${indent}- ${pick(draw, SCALARS.slice(0, 10))}`).join('\n')}`
    return `${indent}${key}: {a: ${pick(draw, SCALARS.slice(0, 8))}, b: [${pick(draw, SCALARS.slice(0, 8))}, c]}`
  })
  return lines.join('\n')
}

/** The same with a few mistakes in it. */
export function mistaken(text: string, draw: Random): string {
  let result = text
  for (let i = 1 + integer(draw, 3); i > 0; i--) {
    const at = integer(draw, result.length + 1)
    const kind = integer(draw, 5)
    if (kind === 0) result = result.slice(0, at) + pick(draw, PIECES) + result.slice(at)
    else if (kind === 1) result = result.slice(0, at) + result.slice(at + 1 + integer(draw, 3))
    else if (kind === 2) result = result.slice(0, at) + pick(draw, PIECES) + result.slice(at + 1)
    else result = withLine(result, draw)
  }
  return result
}

/** A line doubled, lost, or indented otherwise. */
function withLine(text: string, draw: Random): string {
  const lines = text.split('\n')
  const at = integer(draw, lines.length)
  const line = lines[at] as string
  const kind = integer(draw, 4)
  if (kind === 0) lines.splice(at, 0, line)
  else if (kind === 1) lines.splice(at, 1)
  else if (kind === 2) lines[at] = ` ${line}`
  else lines[at] = line.replace(/^ /, '')
  return lines.join('\n')
}

/** Texts of a seed: some as they should be, most not. */
export function textOf(seed: number): string {
  const draw = random(seed, 'yaml')
  const text = wellFormed(draw)
  return draw() < 0.15 ? text : mistaken(text, draw)
}

const pick = <T>(draw: Random, all: readonly T[]): T => all[integer(draw, all.length)] as T
