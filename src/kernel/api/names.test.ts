import { describe, expect, it } from 'vitest'
import { generateName, safeEncode } from './generate-name.ts'
import {
  validateDNS1035Label,
  validateDNS1123Label,
  validateDNS1123Subdomain,
  validateLabelValue,
  validatePortName,
  validateQualifiedName,
} from './names.ts'

describe('names', () => {
  it.each(['a', 'web-1', '0'.repeat(63)])('%s is a label', (name) => {
    expect(validateDNS1123Label(name)).toEqual([])
  })

  it.each(['', 'Web', '-a', 'a-', 'a.b', 'a'.repeat(64)])('%j is no label', (name) => {
    expect(validateDNS1123Label(name)).not.toEqual([])
  })

  it('says how a subdomain should look', () => {
    expect(validateDNS1123Subdomain('My_App')).toEqual([
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ])
  })

  it('keeps the older rule for services', () => {
    expect(validateDNS1035Label('1st')).not.toEqual([])
    expect(validateDNS1035Label('first')).toEqual([])
  })

  it.each([
    ['app.kubernetes.io/name', true],
    ['name', true],
    ['/name', false],
    ['a/b/c', false],
    ['UPPER/name', false],
    ['-x', false],
  ])('%s as a key: %s', (key, good) => {
    expect(validateQualifiedName(key).length === 0).toBe(good)
  })

  it.each([
    ['', true],
    ['A_b.c', true],
    ['-', false],
    ['x'.repeat(64), false],
  ])('%s as a value: %s', (value, good) => {
    expect(validateLabelValue(value).length === 0).toBe(good)
  })

  it.each([
    ['http', true],
    ['http-', false],
    ['80', false],
    ['a--b', false],
    ['sixteen-letters-x', false],
  ])('%s as a port: %s', (name, good) => {
    expect(validatePortName(name).length === 0).toBe(good)
  })
})

describe('generated names', () => {
  it('end in five safe letters and stay short', () => {
    expect(generateName('web-', () => 0)).toBe('web-bbbbb')
    expect(generateName('web-', () => 0.999)).toBe('web-99999')
    expect(generateName('x'.repeat(70), () => 0)).toHaveLength(63)
  })

  it('spell numbers safely', () => {
    expect(safeEncode('0123456789')).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/)
  })
})
