import { describe, expect, it } from 'vitest'
import { isObject } from '../json.ts'
import type { JsonObject } from '../objects.ts'
import { StatusError } from '../status.ts'
import { applyFields, fieldContext, ignoreNewTimes, trackFields } from './field-manager.ts'

const at = (now: number) => fieldContext('core.v1.ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', now })

const map = (data: Record<string, string>): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'default' },
  data,
})

const ownersOf = (object: JsonObject) => {
  const { metadata } = object
  const entries = isObject(metadata) ? (metadata['managedFields'] as readonly JsonObject[]) : []
  return Object.fromEntries(
    entries.map(({ manager, operation, fieldsV1 }) => [
      `${manager} ${operation}`,
      (fieldsV1 as { 'f:data'?: JsonObject })['f:data'],
    ]),
  )
}

const dataOf = (object: JsonObject) => object['data']

const statusOf = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (error instanceof StatusError) return error.status
    throw error
  }
  return undefined
}

describe('managed fields', () => {
  it('belong to who applied them, and go when their owner leaves them out', () => {
    const first = applyFields(at(0), undefined, map({ a: '1', b: '1' }), 'one', false)
    expect(ownersOf(first)).toEqual({ 'one Apply': { 'f:a': {}, 'f:b': {} } })
    const second = applyFields(at(0), first, map({ b: '1' }), 'one', false)
    expect(dataOf(second)).toEqual({ b: '1' })
  })

  it('are shared by those who want the same', () => {
    const first = applyFields(at(0), undefined, map({ a: '1' }), 'one', false)
    const both = applyFields(at(0), first, map({ a: '1' }), 'two', false)
    expect(ownersOf(both)).toEqual({ 'one Apply': { 'f:a': {} }, 'two Apply': { 'f:a': {} } })
    const left = applyFields(at(0), both, map({}), 'one', false)
    expect(dataOf(left)).toEqual({ a: '1' })
  })

  it('are refused to others, unless forced', () => {
    const first = applyFields(at(0), undefined, map({ a: '1' }), 'one', false)
    const status = statusOf(() => applyFields(at(0), first, map({ a: '2' }), 'two', false))
    expect(status).toMatchObject({
      code: 409,
      message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
    })
    const forced = applyFields(at(0), first, map({ a: '2' }), 'two', true)
    expect(ownersOf(forced)).toEqual({ 'two Apply': { 'f:a': {} } })
  })

  it('change hands by an update', () => {
    const first = applyFields(at(0), undefined, map({ a: '1', b: '1' }), 'one', false)
    const next = { ...first, data: { a: '2', b: '1' } }
    expect(ownersOf(trackFields(at(0), first, next, 'editor'))).toEqual({
      'one Apply': { 'f:b': {} },
      'editor Update': { 'f:a': {} },
    })
  })

  it('do not make a write of one that changes only their time', () => {
    const first = applyFields(at(0), undefined, map({ a: '1' }), 'one', false)
    const again = applyFields(at(60_000), first, map({ a: '1' }), 'one', false)
    expect(ignoreNewTimes(first, again)).toEqual(first)
  })

  it('must be of the type', () => {
    const config = { ...map({}), dat: { a: '1' } }
    expect(statusOf(() => applyFields(at(0), undefined, config, 'one', false))?.message).toBe(
      'failed to create typed patch object (default/settings; /v1, Kind=ConfigMap): .dat: field not declared in schema',
    )
  })
})
