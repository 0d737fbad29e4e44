import { describe, expect, it } from 'vitest'
import { UserError } from '../user-error.ts'
import { decodeJsonPatch, jsonPatch } from './json.ts'

const object = { metadata: { name: 'a', labels: { x: '1' } }, list: [1, 2, 3] }

describe('jsonPatch', () => {
  it('carries out the operations and leaves the original alone', () => {
    const patch = [
      { op: 'add', path: '/metadata/labels/k~1y', value: '2' },
      { op: 'move', from: '/list/0', path: '/list/-' },
      { op: 'remove', path: '/metadata/labels/x' },
      { op: 'copy', from: '/metadata/name', path: '/copy' },
    ]
    expect(jsonPatch(object, patch)).toEqual({
      metadata: { name: 'a', labels: { 'k/y': '2' } },
      list: [2, 3, 1],
      copy: 'a',
    })
    expect(object.list).toEqual([1, 2, 3])
  })
  it('counts negative indices from the end', () => {
    const patch = [
      { op: 'remove', path: '/list/-1' },
      { op: 'add', path: '/list/-1', value: 9 },
    ]
    expect(jsonPatch(object, patch).list).toEqual([1, 2, 9])
  })
  it.each([
    { op: 'test', path: '/metadata/name', value: 'b' },
    { op: 'remove', path: '/metadata/labels/nope' },
    { op: 'replace', path: '/nope', value: 1 },
    { op: 'add', path: '/a/b', value: 1 },
    { op: 'add', path: '/list/9', value: 1 },
    { op: 'spin', path: '/list' },
    { op: 'add', path: '/__proto__/x', value: 1 },
  ])('refuses $op $path', (operation) => {
    expect(() => jsonPatch(object, [operation])).toThrow(UserError)
  })
  it('a test for null passes where nothing is', () => {
    expect(jsonPatch(object, [{ op: 'test', path: '/nope', value: null }])).toEqual(object)
  })
})

describe('decodeJsonPatch', () => {
  it('wants a list', () => {
    expect(() => decodeJsonPatch({ not: 'a list' })).toThrow(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    )
  })
  it('has a limit', () => {
    expect(() => decodeJsonPatch(new Array(10_001).fill({ op: 'test', path: '' }))).toThrow('got 10001')
  })
})
