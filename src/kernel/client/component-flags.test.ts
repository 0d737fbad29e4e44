import { expect, it } from 'vitest'
import { bool, duration, list, map, number, parseFlags, text } from './component-flags.ts'

const table = {
  kubeconfig: text('', ''),
  'leader-elect': bool(true, ''),
  'grace-period': duration(50_000, ''),
  controllers: list(['*'], ''),
  qps: number(20, ''),
  gates: map({}, ''),
}

it('reads all forms, and knows what it is without them', () => {
  expect(parseFlags([], table)).toMatchObject({ 'leader-elect': true, controllers: ['*'] })
  const args = [
    '--kubeconfig',
    '/a',
    '--leader-elect=false',
    '--grace_period=1m10s',
    '--controllers=*,-ttl',
    '--controllers=x',
    '--gates=A=true',
  ]
  expect(parseFlags(args, table)).toEqual({
    kubeconfig: '/a',
    'leader-elect': false,
    'grace-period': 70_000,
    controllers: ['*', '-ttl', 'x'],
    qps: 20,
    gates: { A: 'true' },
  })
})

it("refuses in pflag's words", () => {
  expect(() => parseFlags(['--nope'], table)).toThrow('unknown flag: --nope')
  expect(() => parseFlags(['--kubeconfig'], table)).toThrow('flag needs an argument: --kubeconfig')
  expect(() => parseFlags(['--qps=many'], table)).toThrow(
    'invalid argument "many" for "--qps" flag: strconv.ParseInt: parsing "many": invalid syntax',
  )
  expect(() => parseFlags(['--leader-elect=perhaps'], table)).toThrow(
    'strconv.ParseBool: parsing "perhaps": invalid syntax',
  )
})
