// Texts made to hang or crash a parser; prints the slowest. It is a process of its own, because some parsers cannot be stopped otherwise.
import { parseYaml } from '../../../src/kernel/api/yaml/parse-yaml.ts'
import { UserError } from '../../../src/kernel/api/user-error.ts'

const PIECES = [
  '[',
  '{a: ',
  '- ',
  '? ',
  'a:\n',
  ': ',
  '!a ',
  '&a ',
  '"',
  '[[',
  '{',
  'a: ',
  '? - ',
  '- a: ',
  '|\n',
  '#',
  '[a,',
  '{a,',
  '\\',
  '%',
  '---\n',
  "'",
  '*a ',
  '<<: ',
  '[?',
  '[: ',
  '- - \n',
  'a',
  ' ',
  '\n',
  '\t',
  '!',
  '{[',
  '{? ',
  'a b ',
  '&',
  '\ufeff',
  '\u2028',
  '""',
  '? ? : ',
  '>\n \n',
  '|+\n\n',
  'a: |\n b\n',
]
/** Half the size of the largest text is enough to see what grows faster than it should. */
const MEGABYTE = 512 * 1024
const times = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('')

const bombs: [string, string][] = [
  ...[90, 1000, 20_000, 100_000].flatMap((count) =>
    PIECES.flatMap((piece): [string, string][] => {
      const text = piece.repeat(count)
      const closing = { '[': ']', '{a: ': '}', '[[': ']]', '{': '}' }[piece]?.repeat(count)
      return [
        [`${JSON.stringify(piece)} x ${count}`, text],
        ...(closing
          ? [[`${JSON.stringify(piece)} closed x ${count}`, text + closing] as [string, string]]
          : []),
      ]
    }),
  ),
  ['indentation', times(1000, (i) => `${' '.repeat(i)}a:\n`)],
  ['keys', times(150_000, (i) => `k${i}: v\n`)],
  ['one key', 'k: v\n'.repeat(300_000)],
  [
    'billion laughs',
    `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${times(9, (i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]\n`)}`,
  ],
  ['chain of aliases', `a0: &a0 [[[[x]]]]\n${times(5000, (i) => `a${i + 1}: &a${i + 1} [*a${i}]\n`)}`],
  [
    'chain of merges',
    `a0: &a0 {x: 1}\n${times(3000, (i) => `a${i + 1}: &a${i + 1} {<<: *a${i}, y${i}: 1}\n`)}`,
  ],
  ['anchors', times(100_000, (i) => `a${i}: &a${i} x\n`)],
  ['one long list', `[${'a,'.repeat(MEGABYTE)}]`],
  ['one long line', `a: ${'b '.repeat(MEGABYTE)}`],
  ['one long text', `a: "${'b\\n'.repeat(MEGABYTE / 2)}"`],
  ['one long block', `a: |\n${'  b\n'.repeat(MEGABYTE / 2)}`],
  ['one long fold', `a: >\n${'  b\n\n'.repeat(MEGABYTE / 2)}`],
  ['empty lines', `a: |\n${'\n'.repeat(2 * MEGABYTE)}`],
  ['many lines', `a: b\n${'  c\n'.repeat(MEGABYTE / 2)}`],
  ['one long key', `${'a'.repeat(2 * MEGABYTE)}: b`],
  ['digits', `a: ${'9'.repeat(MEGABYTE)}`],
  ['underscores', `a: 1${'_'.repeat(MEGABYTE)}`],
  ['a number that is none', `a: 1.${'1'.repeat(MEGABYTE)}x`],
  ['a date that is none', `a: 2001-${'1'.repeat(MEGABYTE)}`],
  ['an emoji after the other', `"${'😀'.repeat(MEGABYTE / 2)}"`],
  ['base64', `a: !!binary ${'aGVs'.repeat(MEGABYTE / 8)}`],
  ['a control character at the end', `${'a'.repeat(2 * MEGABYTE)}\0`],
  ['too much', 'a'.repeat(8 * MEGABYTE)],
]

/** Milliseconds of the processor, which others who use it do not change; the better of two where it had rubbish to collect. */
function timeOf(text: string): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 2 && best > 300; i++) {
    const began = process.cpuUsage().user
    try {
      JSON.stringify(parseYaml(text))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
    }
    best = Math.min(best, (process.cpuUsage().user - began) / 1000)
  }
  return best
}

let worst = ['', 0] as [string, number]
for (const [name, text] of bombs) {
  const ms = timeOf(text)
  if (ms > worst[1]) worst = [name, ms]
}
console.log(JSON.stringify({ bombs: bombs.length, worst: worst[0], ms: Math.round(worst[1]) }))
