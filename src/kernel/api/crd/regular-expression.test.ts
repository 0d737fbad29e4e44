import { it, expect } from 'vitest'
import { expression } from './regular-expression.ts'
it('reads RE2 as Go does', () => {
  expect(expression('^(?i)(abort|warn)?$').regExp!.test('ABORT')).toBe(true)
  expect(
    expression('^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$').regExp!.test('a.b-c'),
  ).toBe(true)
  expect(expression('^[\\w\\-\\.\\:\\/]+$').problem).toBe(undefined)
  expect(expression('+').problem).toBe('error parsing regexp: missing argument to repetition operator: `+`')
  expect(
    expression('^([0-9]{1,3}\\.){3}[0-9]{1,3}(\\/([0-9]|[1-2][0-9]|3[0-2]))?$').regExp!.test('1.2.3.4/12'),
  ).toBe(true)
  expect(expression('^[[:alpha:]_]+$').regExp!.test('ab_')).toBe(true)
  expect(expression('^(?P<a>x)-\\d+\\-$').regExp!.test('x-1-')).toBe(true)
  expect(expression('a{2}}').problem).toBe(undefined)
})
