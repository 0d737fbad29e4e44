import { describe, expect, it } from 'vitest'
import { jsonPath } from './jsonpath.ts'

const pods = {
  items: [
    {
      metadata: { name: 'a', labels: { 'app.io/x': '<1>' } },
      spec: { n: 1 },
      status: { phase: 'Running', up: true },
    },
    { metadata: { name: 'b' }, spec: { n: 20 }, status: { phase: 'Pending' } },
  ],
}

describe('jsonPath', () => {
  it.each([
    ['{.items[*].metadata.name}', 'a b'],
    ['{range .items[*]}{.metadata.name}{"\\t"}{.spec.n}{"\\n"}{end}', 'a\t1\nb\t20\n'],
    ['{.items[?(@.status.phase=="Pending")].metadata.name}', 'b'],
    ['{.items[?(@.status.up)].metadata.name}', 'a'],
    ['{.items[?(@.spec.n>10)].metadata.name}', 'b'],
    ['{.items[-1:].metadata.name}', 'b'],
    ['{.items[0].metadata.labels.app\\.io/x}', '<1>'],
    ["{.items[0].metadata.labels['app\\.io/x']}", '<1>'],
    ['{.items[0].metadata}', '{"labels":{"app.io/x":"\\u003c1\\u003e"},"name":"a"}'],
    ["{.items[*]['metadata.name', 'spec.n']}", 'a b 1 20'],
    ['{..phase} of {.items[0].spec}', 'Running Pending of {"n":1}'],
    ['{range .none[*]}x{end}done', 'done'],
  ])('%s', (template, text) => {
    expect(jsonPath(template, { allowMissingKeys: true }).print(pods)).toBe(text)
  })
  it.each([
    ['{.nope}', 'nope is not found'],
    ['{.items[7]}', 'array index out of bounds: index 7, length 2'],
    ['{.items[1:0]}', 'starting index 1 is greater than ending index 0'],
    ['{.items', 'unclosed action'],
    ['{"x', 'unterminated quoted string'],
    ['{.items[a]}', 'invalid array index a'],
    ['{end}', 'not in range, nothing to end'],
    ['{#}', "unrecognized character in action: U+0023 '#'"],
    ['{.items[?(@.spec.n=="1")]}', 'incompatible types for comparison'],
    ['{.items.x[0]}', 'x is not found'],
  ])('%s fails', (template, message) => {
    expect(() => jsonPath(template).print(pods)).toThrow(message)
  })
})
