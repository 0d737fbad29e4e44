import { describe, expect, it } from 'vitest'
import { parseYaml, readYaml } from './parse-yaml.ts'

const refusal = (text: string): string => {
  try {
    return `a value: ${JSON.stringify(parseYaml(text))}`
  } catch (error) {
    return (error as Error).message
  }
}

describe('values, as kubectl reads them', () => {
  it.each([
    ['yes', true],
    ['No', false],
    ['on', true],
    ['n', false],
    ['nO', 'nO'],
    ['~', null],
    ['', null],
    ['0777', 511],
    ['0o17', 15],
    ['08', 8],
    ['0x1F', 31],
    ['0b101', 5],
    ['1_000', 1000],
    ['12:30', '12:30'],
    ['12:30:45', '12:30:45'],
    ['2001-01-01', '2001-01-01'],
    ['1e3', 1000],
    ['.5', 0.5],
    ['5.', 5],
    ['1e400', '1e400'],
    ['"5"', '5'],
    ['!!str 5', '5'],
    ['! 5', '5'],
    ['!!binary aGVsbG8=', 'hello'],
    ['-0', 0],
    ['9007199254740991', 9007199254740991],
    ['[a: b, 1]', [{ a: 'b' }, 1]],
    ['{a, b: }', { a: null, b: null }],
    ['"a\\x41\\u00e9"', 'aAé'],
  ])('%s', (text, value) => expect(parseYaml(`v: ${text}\n`)).toEqual({ v: value }))

  it('merges, and what is said later wins', () => {
    expect(parseYaml('a: &a {x: 1, z: 1}\nb: {z: 2, <<: *a}\nc: {<<: *a, z: 2}\n')).toEqual({
      a: { x: 1, z: 1 },
      b: { x: 1, z: 1 },
      c: { x: 1, z: 2 },
    })
  })

  it('keeps __proto__ and constructor as keys', () => {
    const value = parseYaml('__proto__: {a: 1}\nconstructor: b\n') as object
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  it('remarks what nobody can have meant', () => {
    const { duplicates, surprises, unseen } = readYaml('a: no\nb: "no"\na: 1\nc: x\u202ey\n')
    expect(duplicates).toEqual([{ key: 'a', line: 3, first: 1 }])
    expect(surprises).toEqual([{ line: 1, word: 'no' }])
    expect(unseen).toBe('U+202E at 4:5')
  })
})

describe('refusals', () => {
  it.each([
    ['a:\n\tb: 1\n', 'yaml: line 2: found character that cannot start any token (a tab: use spaces)'],
    ['a: b: c\n', 'yaml: mapping values are not allowed in this context'],
    ['a: [1, 2\nb: c\n', "yaml: line 1: did not find expected ',' or ']'"],
    ['a: "b\n', 'yaml: line 2: found unexpected end of stream'],
    ['a: *b\n', "yaml: unknown anchor 'b' referenced"],
    ['a: &a [*a]\n', "yaml: anchor 'a' value contains itself"],
    ['a: .inf\n', 'json: unsupported value: +Inf'],
    ['a: 12345678901234567890\n', 'yaml: line 1: cannot represent 12345678901234567890 exactly'],
    ['a: 9007199254740993\n', 'yaml: line 1: cannot represent 9007199254740993 exactly'],
    ['a: b\n\nc:\0\n', 'yaml: control characters are not allowed (U+0000 at 3:3)'],
    ['a: \ud800\n', 'yaml: control characters are not allowed (U+D800 at 1:4)'],
    [
      '? [a]\n: b\n',
      'yaml: invalid map key: []interface {}{"a"} (complex mapping keys are not supported by Kubernetes)',
    ],
    ['['.repeat(101), 'yaml: nesting deeper than 100 at 1:101'],
    ['- '.repeat(101), 'yaml: nesting deeper than 100 at 1:201'],
  ])('%j', (text, words) => expect(refusal(text)).toBe(words))

  it('an alias bomb', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 10; i++) lines.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]`)
    expect(refusal(lines.join('\n'))).toBe('yaml: document contains excessive aliasing (allowed 100 aliases)')
  })

  it('more than three megabytes', () => {
    expect(refusal('a'.repeat(3 * 1024 * 1024 + 1))).toBe(
      'yaml: the document is too large: 3145729 characters (allowed 3145728)',
    )
  })
})
