import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatLabelSelector, matchesLabels, printSelector, selectorFromObject } from './labels.ts'
import { parseSelector } from './label-parser.ts'

const matches = (selector: string, labels: Record<string, string>) =>
  matchesLabels(parseSelector(selector), labels)

describe('label selectors', () => {
  it.each([
    ['', {}, true],
    ['a=1', { a: '1' }, true],
    ['a==1,b!=2', { a: '1' }, true],
    ['a in (1,2)', { a: '2' }, true],
    ['a notin (1,2)', {}, true],
    ['a notin (1,2)', { a: '1' }, false],
    ['a', { a: '' }, true],
    ['!a', { a: '' }, false],
    ['a>3', { a: '4' }, true],
    ['a<3', { a: 'x' }, false],
    ['a=', { a: '' }, true],
  ])('%s on %o is %s', (selector, labels, wanted) => {
    expect(matches(selector, labels)).toBe(wanted)
  })

  it.each([
    ['x=a||y=b', /found '\|\|', expected|unable to parse/],
    ['a in 1', /expected: '\('/],
    ['a,,b', /found ','/],
  ])('%s is refused', (selector, words) => {
    expect(() => parseSelector(selector)).toThrow(words)
  })

  it('prints requirements in the order of their keys', () => {
    expect(printSelector(parseSelector('z , a in (2,1),!b'))).toBe('a in (1,2),!b,z')
  })

  it('prints what parses to the same', () => {
    const word = fc.stringMatching(/^[a-z]{1,4}$/)
    const requirement = fc.oneof(
      fc.tuple(word, fc.constantFrom('=', '!='), word).map((parts) => parts.join('')),
      fc
        .tuple(word, fc.constantFrom('in', 'notin'), fc.array(word, { minLength: 1, maxLength: 3 }))
        .map(([key, operator, values]) => `${key} ${operator} (${values.join(',')})`),
      word,
      word.map((key) => `!${key}`),
    )
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 4 }), (requirements) => {
        const printed = printSelector(parseSelector(requirements.join(',')))
        expect(printSelector(parseSelector(printed))).toBe(printed)
      }),
    )
  })
})

describe('LabelSelector objects', () => {
  it('select nothing when absent and everything when empty', () => {
    expect(matchesLabels(selectorFromObject(undefined), {})).toBe(false)
    expect(matchesLabels(selectorFromObject({}), { any: 'thing' })).toBe(true)
    expect(formatLabelSelector(undefined)).toBe('<none>')
  })

  it('require all their labels and expressions', () => {
    const selector = selectorFromObject({
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['db'] }],
    })
    expect(matchesLabels(selector, { app: 'web' })).toBe(true)
    expect(matchesLabels(selector, { app: 'web', tier: 'db' })).toBe(false)
    expect(printSelector(selector)).toBe('app=web,tier notin (db)')
  })
})
