import { describe, expect, it } from 'vitest'
import { exactFieldMatch, matchesFields, parseFieldSelector, printFieldSelector } from './fields.ts'

describe('field selectors', () => {
  it.each([
    ['spec.nodeName=n1', { 'spec.nodeName': 'n1' }, true],
    ['status.phase!=Running', { 'status.phase': 'Pending' }, true],
    ['a==1,b=2', { a: '1', b: '3' }, false],
    ['a=x\\,y', { a: 'x,y' }, true],
  ])('%s on %o is %s', (text, fields, wanted) => {
    expect(matchesFields(parseFieldSelector(text), fields)).toBe(wanted)
  })

  it('prints values escaped', () => {
    expect(printFieldSelector(parseFieldSelector('a=x\\=y,b!=z'))).toBe('a=x\\=y,b!=z')
  })

  it('finds the one value that a field may have', () => {
    expect(exactFieldMatch(parseFieldSelector('metadata.name=web,a!=b'), 'metadata.name')).toBe('web')
    expect(exactFieldMatch(parseFieldSelector('a!=b'), 'a')).toBeUndefined()
  })

  it.each(['a', 'a=b,c', 'a=b\\x'])('%s is refused', (text) => {
    expect(() => parseFieldSelector(text)).toThrow()
  })
})
