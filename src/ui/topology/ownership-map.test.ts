import { expect, it } from 'vitest'
import type { KubeObject } from '../../kernel/api/objects.ts'
import { ClusterModel } from '../cluster-model.ts'
import { ownershipMap } from './ownership-map.ts'

interface Shape {
  owner?: string
  labels?: Record<string, string>
  spec?: object
  namespace?: string
}

const make = (
  kind: string,
  name: string,
  { owner, labels, spec, namespace = 'default' }: Shape = {},
): KubeObject =>
  ({
    kind,
    apiVersion: 'v1',
    metadata: {
      name,
      namespace,
      uid: name,
      labels,
      ...(owner && { ownerReferences: [{ uid: owner, name: owner, kind: 'ReplicaSet', controller: true }] }),
    },
    spec,
  }) as unknown as KubeObject

function modelOf(objects: readonly KubeObject[]): ClusterModel {
  const model = new ClusterModel()
  for (const object of objects) model.objects.put(object)
  return model
}

const pods = (count: number, owner: string): KubeObject[] =>
  Array.from({ length: count }, (_, i) =>
    make('Pod', `${owner}-${i}`, {
      owner,
      labels: { app: 'web' },
      spec: { nodeName: `node-${1 + (i % 2)}` },
    }),
  )

const nodes = [make('Node', 'node-1', { namespace: '' }), make('Node', 'node-2', { namespace: '' })]

it('puts a Deployment between its ReplicaSets, and these between their pods', () => {
  const { things, links } = ownershipMap(
    modelOf([
      make('Deployment', 'web'),
      make('ReplicaSet', 'web-1', { owner: 'web' }),
      ...pods(3, 'web-1'),
      ...nodes,
    ]),
  )
  const at = (id: string) => things.find((thing) => thing.id === id)
  expect(things.filter(({ column }) => column === 'pods').map(({ y }) => y)).toEqual([0, 1, 2])
  expect(at('web-1')).toMatchObject({ column: 'replicas', y: 1 })
  expect(at('web')).toMatchObject({ column: 'workload', y: 1 })
  expect(links).toContainEqual({ from: 'web', to: 'web-1', kind: 'owns', count: 3 })
  expect(links).toContainEqual({ from: 'web-1-0', to: 'node node-1', kind: 'runs', count: 1 })
})

it('draws many pods of one owner as one thing, with a line to each node for those that run there', () => {
  const { things, links, rows } = ownershipMap(
    modelOf([make('ReplicaSet', 'many'), ...pods(40, 'many'), ...nodes]),
  )
  expect(things.filter(({ column }) => column === 'pods')).toHaveLength(1)
  expect(links.filter(({ kind }) => kind === 'runs').map(({ count }) => count)).toEqual([20, 20])
  expect(rows).toBe(2)
})

it('joins a Service to the workloads it sends to, and leaves the system out', () => {
  const { things, links } = ownershipMap(
    modelOf([
      make('Service', 'front', { spec: { selector: { app: 'web' } } }),
      make('ReplicaSet', 'web-1'),
      ...pods(2, 'web-1'),
      make('Pod', 'etcd', { namespace: 'kube-system' }),
    ]),
  )
  expect(links).toContainEqual({ from: 'front', to: 'web-1', kind: 'sends', count: 2 })
  expect(things.some(({ name }) => name === 'etcd')).toBe(false)
})
