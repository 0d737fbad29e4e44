import { describe, expect, it } from 'vitest'
import { createMergePatch, mergePatch, threeWayMergePatch } from './merge.ts'
import { PatchConflict } from './three-way.ts'

describe('mergePatch', () => {
  // The examples of RFC 7386, appendix A.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ a: 'foo' }, null, null],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j and %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result)
  })
  it('is the inverse of createMergePatch', () => {
    const [from, to] = [
      { a: 1, b: { c: [1], d: 2 }, e: 3 },
      { a: 1, b: { c: [2], f: {} }, g: 'x' },
    ]
    expect(createMergePatch(from, to)).toEqual({ b: { c: [2], d: null, f: {} }, e: null, g: 'x' })
    expect(mergePatch(from, createMergePatch(from, to))).toEqual(to)
  })
})

describe('threeWayMergePatch', () => {
  const [original, modified] = [{ a: 1, gone: { x: 1 } }, { a: 2 }]
  it('changes what differs and deletes what was given up, nothing else', () => {
    expect(threeWayMergePatch(original, modified, { a: 1, gone: { x: 1 }, other: 1 })).toEqual({
      a: 2,
      gone: null,
    })
  })
  it('sees a conflict unless told to overwrite', () => {
    expect(() => threeWayMergePatch(original, modified, { a: 3 }, false)).toThrow(PatchConflict)
  })
})
