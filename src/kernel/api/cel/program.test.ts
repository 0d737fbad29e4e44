import { expect, it } from 'vitest'
import { celEnvironment } from './environment.ts'
import { CelFailure, compile } from './program.ts'

function evaluate(text: string): unknown {
  const compiled = compile(celEnvironment(), text)
  if ('problem' in compiled) throw new Error(compiled.problem)
  return compiled.program.run({})
}

it.each([
  ['[1, 2, 3].sum() == 6', true],
  ['[3, 1].min() == 1 && ["b", "a"].max() == "b"', true],
  ['[1, 2, 2].isSorted() && [2, 1].indexOf(1) == 1', true],
  ['"a-b-a".replace("a", "x", 1) == "x-b-a"', true],
  ['"abc123".find("[0-9]+") == "123" && "a1b2".findAll("[0-9]").size() == 2', true],
  [
    'quantity("1Gi").isGreaterThan(quantity("900Mi")) && quantity("1").add(quantity("500m")).compareTo(quantity("1500m")) == 0',
    true,
  ],
  ['isQuantity("x") || isIP("::1")', true],
  ['sets.equivalent([1, 2], [2, 1, 1]) && !sets.contains([1], [2])', true],
  ['math.greatest(1, 2) == 2', true],
  ['optional.of(1).orValue(2) == 1', true],
])('%s', (text, want) => expect(evaluate(text)).toBe(want))

it.each([
  ['timestamp("2026-01-01T00:00:00Z").getHours() == 0', undefined],
  ['timestamp("2026-01-01T00:00:00Z").getHours("Asia/Tokyo") == 9', 'getHours()'],
  ['[timestamp("2026-01-01T00:00:00Z")].all(t, t.getDayOfYear() == 0)', 'getDayOfYear()'],
])('%s never asks for the zone of the computer it runs on', (text, refused) => {
  const compiled = compile(celEnvironment(), text)
  if (refused) expect(compiled).toEqual({ problem: expect.stringContaining(`simulator limit: ${refused}`) })
  else expect(evaluate(text)).toBe(true)
})

it('says what is wrong as cel-go does', () => {
  const environment = celEnvironment()
  environment.registerVariable('n', 'int')
  expect(compile(environment, 'n == "a"')).toEqual({
    problem: `ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, string)'\n | n == "a"\n | ..^`,
  })
  expect(compile(environment, 'm > 1')).toEqual({
    problem: `ERROR: <input>:1:1: undeclared reference to 'm' (in container '')\n | m > 1\n | ^`,
  })
  const divided = compile(environment, '1 / n == 1')
  expect(() => 'program' in divided && divided.program.run({ n: 0n })).toThrow(
    new CelFailure('division by zero'),
  )
})

it('refuses expressions that are too large', () => {
  expect(compile(celEnvironment(), `${'('.repeat(200)}1${')'.repeat(200)} == 1`)).toHaveProperty('problem')
  expect(compile(celEnvironment(), Array(20_000).fill('1').join('+'))).toHaveProperty('problem')
})

it('knows how deep loops stand in each other', () => {
  const loops = (text: string) => {
    const compiled = compile(celEnvironment(), text)
    return 'program' in compiled ? compiled.program.loops : -1
  }
  expect(loops('1 == 1')).toBe(0)
  expect(loops('[1].all(x, x > 0) && [2].exists(x, x > 0)')).toBe(1)
  expect(loops('[1].all(x, [2].map(y, y + x).exists(z, z > 0))')).toBe(3)
})
