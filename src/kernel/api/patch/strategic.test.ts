import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../objects.ts'
import { patchSchemaOf } from './patch-schema.ts'
import { strategicMergePatch } from './strategic.ts'
import { threeWayPatch } from './three-way.ts'
import { twoWayPatch } from './two-way.ts'

const schema = patchSchemaOf('apps.v1.Deployment')
const deployment = (containers: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  spec: { template: { spec: { containers } }, ...more },
})
const web = { name: 'web', image: 'nginx:1', ports: [{ containerPort: 80 }] }

describe('strategicMergePatch', () => {
  it('merges containers by name', () => {
    const patched = strategicMergePatch(
      deployment([web, { name: 'log' }]),
      deployment([{ name: 'web', image: 'nginx:2' }]),
      schema,
    )
    expect(patched).toEqual(deployment([{ ...web, image: 'nginx:2' }, { name: 'log' }]))
  })
  it('deletes, replaces and keeps what the directives say', () => {
    const start = deployment([web, { name: 'log' }], {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
    })
    const patch = deployment([{ name: 'log', $patch: 'delete' }], {
      strategy: { $retainKeys: ['type'], type: 'Recreate' },
    })
    expect(strategicMergePatch(start, patch, schema)).toEqual(
      deployment([web], { strategy: { type: 'Recreate' } }),
    )
    const replace = deployment([{ $patch: 'replace' }, { name: 'only' }])
    expect(strategicMergePatch(start, replace, schema)).toEqual({
      spec: { ...(start.spec as JsonObject), template: { spec: { containers: [{ name: 'only' }] } } },
    })
  })
  it.each([
    [deployment([{ image: 'x' }]), 'map: map[image:x] does not contain declared merge key: name'],
    [{ spec: { template: { $patch: 'merge' } } }, 'unknown patch type: merge in map: map[$patch:merge]'],
    [{ spec: { strategy: { $retainKeys: ['a'], type: 'x' } } }, 'invalid patch format of retainKeys'],
  ])('%j is refused', (patch, message) => {
    const start = deployment([web], { strategy: { type: 'Recreate' } })
    expect(() => strategicMergePatch(start, patch, schema)).toThrow(message)
  })
})

describe('patches of apply', () => {
  const before = deployment([web, { name: 'log', image: 'l' }])
  const after = deployment([{ ...web, image: 'nginx:2' }])
  it('two-way patches name the order and the deletions', () => {
    const patch = twoWayPatch(before, after, schema)
    expect(patch).toEqual({
      spec: {
        template: {
          spec: {
            $setElementOrder: undefined,
            '$setElementOrder/containers': [{ name: 'web' }],
            containers: [
              { image: 'nginx:2', name: 'web' },
              { name: 'log', $patch: 'delete' },
            ],
          },
        },
      },
    })
    expect(strategicMergePatch(before, patch, schema)).toEqual(after)
  })
  it('three-way patches leave what others added', () => {
    const live = deployment([{ ...web, tty: true }, { name: 'log', image: 'l' }, { name: 'injected' }], {
      replicas: 3,
    })
    const patched = strategicMergePatch(live, threeWayPatch(before, after, live, schema, true), schema)
    expect(patched).toEqual(
      deployment([{ ...web, image: 'nginx:2', tty: true }, { name: 'injected' }], { replicas: 3 }),
    )
  })
})
