import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  difference,
  equalSets,
  fieldSetOf,
  fromFieldsV1,
  hasPath,
  intersection,
  isEmptySet,
  pathsOf,
  toFieldsV1,
  union,
} from './field-set.ts'
import { fieldElement, keyElement, printPath, valueElement } from './path-element.ts'

const element = fc.oneof(
  fc.constantFrom('a', 'b', 'c').map(fieldElement),
  fc.constantFrom('x', 'y').map((name) => keyElement({ name })),
  fc.constantFrom(1, 2).map(valueElement),
)
const set = fc
  .array(fc.array(element, { minLength: 1, maxLength: 3 }), { maxLength: 6 })
  .map((paths) => fieldSetOf(...paths))

describe('sets of fields', () => {
  it('are written and read as FieldsV1', () => {
    fc.assert(fc.property(set, (one) => equalSets(fromFieldsV1(toFieldsV1(one)), one)))
  })

  it('obey the laws of sets', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(equalSets(union(a, b), union(b, a))).toBe(true)
        expect(equalSets(union(difference(a, b), intersection(a, b)), a)).toBe(true)
        expect(isEmptySet(intersection(difference(a, b), b))).toBe(true)
        expect(pathsOf(a).every((path) => hasPath(union(a, b), path))).toBe(true)
      }),
    )
  })

  it('write a member that has members of its own with a dot', () => {
    const ports = fieldElement('ports')
    const http = keyElement({ protocol: 'TCP', containerPort: 80 })
    const some = fieldSetOf([ports, http], [ports, http, fieldElement('name')])
    expect(toFieldsV1(some)).toEqual({
      'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:name': {} } },
    })
    expect(printPath([ports, http, fieldElement('name')])).toBe(
      '.ports[containerPort=80,protocol="TCP"].name',
    )
  })
})
