import { expect, it, vi } from 'vitest'
import type { KubeObject } from '../kernel/api/objects.ts'
import { ClusterModel } from './cluster-model.ts'
import { problemsOf } from './problems.ts'
import { en } from './text/en.ts'

/** The real one asks the page's cluster when its time began. */
vi.mock('./virtual-time.ts', () => ({
  virtualTimeOf: (timestamp: unknown) => Date.parse(String(timestamp)) - Date.parse('2026-01-01T00:00:00Z'),
}))

const pod = (name: string, status: object, spec: object = { nodeName: 'node-1' }): KubeObject =>
  ({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: 'default', uid: name, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec,
    status,
  }) as unknown as KubeObject

const waiting = (reason: string, message: string) => ({
  phase: 'Pending',
  containerStatuses: [{ name: 'c', state: { waiting: { reason, message } } }],
})

function modelWith(objects: readonly KubeObject[]): ClusterModel {
  const model = new ClusterModel()
  model.now = 60_000
  for (const object of objects) model.objects.put(object)
  return model
}

const told = (model: ClusterModel) => problemsOf(model, en).map(({ text, detail }) => [text, detail])

it('tells what a pod waits for in the words of whoever found out', () => {
  const unscheduled = {
    phase: 'Pending',
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/4 nodes are available' },
    ],
  }
  const model = modelWith([
    pod('bad', waiting('ErrImagePull', 'pull access denied')),
    pod('huge', unscheduled, {}),
  ])
  expect(told(model)).toEqual([
    ['Pod bad: ImagePullBackOff', 'pull access denied'],
    ['Pod huge: Unschedulable', '0/4 nodes are available'],
  ])
})

it('is patient with what has only just begun', () => {
  const model = modelWith([pod('new', waiting('ContainerCreating', ''))])
  model.now = 5000
  expect(told(model)).toEqual([])
})

it('says what an etcd without a majority means, and which machines are off', () => {
  const model = modelWith([])
  model.machines = ['etcd-1', 'etcd-2', 'etcd-3'].map((name) => ({
    name,
    on: name === 'etcd-1',
    plugged: true,
  }))
  for (const { name } of model.machines)
    model.raft.set(name, { member: name, name, term: 1, state: 'StateFollower', lead: '0' })
  expect(told(model).map(([text]) => text)).toEqual([
    'etcd has no leader: 1 of 3 members run, a majority is 2',
    'Machine etcd-2 is switched off',
    'Machine etcd-3 is switched off',
  ])
})
