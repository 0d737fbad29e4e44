import type { Service } from 'kubernetes-types/core/v1'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import { expect, it } from 'vitest'
import { translationsOf } from './service-translations.ts'

const service = (spec: object): Service => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { clusterIP: '10.96.0.7', ports: [{ port: 80 }], ...spec },
})
const slice = (endpoints: object[] | null, ports: object[] | null = [{ port: 8080 }]) =>
  ({ addressType: 'IPv4', endpoints, ports }) as unknown as EndpointSlice
const endpoint = (address: string, conditions: object = { ready: true }, nodeName = 'node-1') => ({
  addresses: [address],
  conditions,
  nodeName,
})

it('leads the cluster IP to the ready endpoints', () => {
  const slices = [slice([endpoint('10.244.1.2'), endpoint('10.244.2.2', { ready: false, serving: false })])]
  expect(translationsOf(service({}), slices, 'node-1')).toEqual([
    { destination: '10.96.0.7:80', backends: [{ address: '10.244.1.2', port: 8080 }], masquerade: false },
  ])
})

it('falls back to endpoints that still serve while they terminate', () => {
  const slices = [slice([endpoint('10.244.1.2', { ready: false, serving: true, terminating: true })])]
  expect(translationsOf(service({}), slices, 'node-1')[0].backends).toHaveLength(1)
})

it('keeps to this node where the policy is Local, and opens the node port on every address', () => {
  const spec = { type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30080 }] }
  const slices = [slice([endpoint('10.244.1.2'), endpoint('10.244.2.2', { ready: true }, 'node-2')])]
  expect(translationsOf(service(spec), slices, 'node-2')[1]).toEqual({
    destination: '*:30080',
    backends: [{ address: '10.244.2.2', port: 8080 }],
    masquerade: false,
  })
})

it('has nothing to do for headless services, and bears slices without endpoints', () => {
  expect(translationsOf(service({ clusterIP: 'None' }), [slice([])], 'node-1')).toEqual([])
  expect(translationsOf(service({}), [slice(null, null)], 'node-1')[0].backends).toEqual([])
})
