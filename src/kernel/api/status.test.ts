import { describe, expect, it } from 'vitest'
import { duplicate, forbidden, invalid, notSupported, required, tooLong, typeInvalid } from './field-error.ts'
import { alreadyExists, conflict, invalidObject, notFound, optimisticLockMessage } from './status.ts'

const deployments = { group: 'apps', name: 'deployments' }

describe('statuses', () => {
  it('name the resource and its group', () => {
    expect(notFound(deployments, 'web')).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'deployments.apps "web" not found',
      reason: 'NotFound',
      details: { name: 'web', group: 'apps', kind: 'deployments' },
      code: 404,
    })
    expect(alreadyExists({ group: '', name: 'pods' }, 'a').message).toBe('pods "a" already exists')
    expect(conflict(deployments, 'web', optimisticLockMessage).message).toBe(
      'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    )
  })

  it('say a thing once, and count it as often as it was found', () => {
    const error = required('spec.x', '')
    const kind = { group: '', name: 'Pod' }
    expect(invalidObject(kind, 'a', [error]).message).toBe('Pod "a" is invalid: spec.x: Required value')
    const twice = invalidObject(kind, 'a', [error, error, duplicate('spec.y', 'b')])
    expect(twice.message).toBe('Pod "a" is invalid: [spec.x: Required value, spec.y: Duplicate value: "b"]')
    expect(twice.details?.causes).toHaveLength(3)
  })
})

describe('field errors', () => {
  it.each([
    [invalid('a', 'x', 'is bad'), 'Invalid value: "x": is bad'],
    [invalid('a', 3, 'is bad'), 'Invalid value: 3: is bad'],
    [typeInvalid('a', true, 'is no text'), 'Invalid value: true: is no text'],
    [notSupported('a', 'x', ['y', 'z']), 'Unsupported value: "x": supported values: "y", "z"'],
    [forbidden('a', 'not now'), 'Forbidden: not now'],
    [tooLong('a', 5), 'Too long: may not be more than 5 bytes'],
  ])('%o', (error, message) => {
    expect(error.message).toBe(message)
  })
})
