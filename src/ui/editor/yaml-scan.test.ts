import { describe, expect, it } from 'vitest'
import { scanYaml } from './yaml-scan.ts'
import { STARTER } from './starter.ts'

const messages = (text: string) => scanYaml(text).map(({ message }) => message)
const errors = (text: string) => scanYaml(text).filter(({ severity }) => severity === 'error')

describe('what a parser may see', () => {
  it('lets manifests pass', () => {
    expect(scanYaml(STARTER)).toEqual([])
    const script =
      'data:\n  run.sh: |\n    #!/bin/sh\n    \tcase $1 in\n    a) echo "[{[" ;;\n    esac\n  other: "x: [y"\nkey: \'a: b\' # [[[\n'
    expect(scanYaml(script)).toEqual([])
    expect(scanYaml('a:\n- b: 1\n  c: 2\n- b: 1\n  c: 2\n---\na: 1\n')).toEqual([])
    expect(scanYaml('args: ["--a=b", {x: 1}]\nurl: http://a/b#c\n')).toEqual([])
    expect(scanYaml('command:\n- sh\n- -c\n- |\n  echo a\n  echo: b\n- echo\nimage: nginx:1.27\n')).toEqual(
      [],
    )
  })

  it('names keys that are set twice, with both lines', () => {
    expect(messages('a: 1\nimage: x\nb:\n  image: v\nimage: z\n')).toEqual([
      'line 5: key "image" already set in map (first at line 2)',
    ])
  })

  it('refuses tabs as indentation', () => {
    expect(messages('a:\n\tb: 1')).toEqual([
      "error: yaml: line 2: found character '\\t' that cannot start any token (use spaces)",
    ])
  })

  it('refuses control characters, lone surrogates and complex keys', () => {
    expect(messages('a: 1\nb: 2\nc: \0')).toEqual([
      'yaml: control characters are not allowed (U+0000 at 3:4)',
    ])
    expect(messages('a: \ud800')).toEqual(['yaml: control characters are not allowed (U+D800 at 1:4)'])
    expect(messages('? '.repeat(500))[0]).toBe('yaml: complex mapping keys are not supported by Kubernetes')
  })

  it('warns of words that are not what they seem', () => {
    expect(messages('country: no')).toEqual(['value "no" is a boolean in Kubernetes; quote it'])
    expect(messages('n: 12345678901234567890')).toEqual(['cannot represent 12345678901234567890 exactly'])
    expect(scanYaml('country: "no"')).toEqual([])
  })
})

describe('what would hang a parser', () => {
  const attacks: readonly [string, string][] = [
    ['flow sequences', '['.repeat(20_000)],
    ['flow mappings', '{a: '.repeat(5000)],
    ['dashes on one line', '- '.repeat(5000)],
    ['indentation', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    [
      'aliases',
      `a: &a x\n${'b: [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n'.repeat(1)}${Array.from({ length: 200 }, (_, i) => `k${i}: *a`).join('\n')}`,
    ],
    ['documents', '---\na: 1\n'.repeat(5000)],
    ['size', 'a'.repeat(2 * 1024 * 1024)],
    ['one long line', `a: ${'x: '.repeat(300_000)}`],
    ['quotes', `a: "${'\\"'.repeat(400_000)}`],
    ['keys', Array.from({ length: 20_000 }, (_, i) => `key${i}: 1`).join('\n')],
  ]
  it.each(attacks)('%s: linear time', (name, text) => {
    const began = performance.now()
    const found = errors(text)
    expect(performance.now() - began).toBeLessThan(1000)
    if (!['one long line', 'quotes', 'keys'].includes(name)) expect(found.length).toBeGreaterThan(0)
  })

  it('says where the nesting is too deep', () => {
    expect(messages('['.repeat(200))).toEqual(['yaml: nesting deeper than 100 at 1:101'])
  })
})
