import { describe, expect, it } from 'vitest'
import { ControllerLab, type Item } from '../conformance/controllers/cluster.ts'

const template = { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'c', image: 'app:1' }] } }
const deployment = (replicas = 2) =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { replicas, selector: { matchLabels: { app: 'd' } }, template },
  }) as { kind: string }

const node = (name: string, more: object = {}) =>
  ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, ...more }) as { kind: string }

const counts = (lab: ControllerLab) =>
  ['deployments', 'replicasets', 'pods'].map((plural) => lab.list(plural, 'default').length)

function erase(lab: ControllerLab, plural: string, name: string, propagationPolicy: string): Item {
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy }
  const { status, body: left } = lab.ask({
    method: 'DELETE',
    path: lab.pathOf(plural, 'default', name),
    body,
  })
  expect(status).toBe(200)
  return left as Item
}

const reasons = (lab: ControllerLab, namespace = 'default') =>
  lab.list('events', namespace).map((event) => `${event['reason']}: ${event['message']}`)

describe('the garbage collector', () => {
  it('deletes dependents in the background', () => {
    const lab = new ControllerLab()
    lab.create(deployment(), 'default')
    lab.run(2000)
    expect(counts(lab)).toEqual([1, 1, 2])
    erase(lab, 'deployments', 'd', 'Background')
    expect(lab.list('deployments', 'default')).toEqual([])
    lab.run(2000)
    expect(counts(lab)).toEqual([0, 0, 0])
  })

  it('deletes dependents first in the foreground', () => {
    const lab = new ControllerLab()
    lab.create(deployment(), 'default')
    lab.run(2000)
    const watch = lab.open({ method: 'GET', path: '/apis/apps/v1/namespaces/default/deployments?watch=true' })
    const pods = lab.open({ method: 'GET', path: '/api/v1/namespaces/default/pods?watch=true' })
    const sets = lab.open({ method: 'GET', path: '/apis/apps/v1/namespaces/default/replicasets?watch=true' })
    lab.run(10)
    const held = erase(lab, 'deployments', 'd', 'Foreground')
    expect(held.metadata.finalizers).toEqual(['foregroundDeletion'])
    lab.run(3000)
    expect(counts(lab)).toEqual([0, 0, 0])
    const goneAt = (stream: { events: unknown[] }) => {
      const last = stream.events.at(-1) as {
        type: string
        object: Item & { metadata: { resourceVersion: string } }
      }
      expect(last.type).toBe('DELETED')
      return Number(last.object.metadata.resourceVersion)
    }
    expect(goneAt(pods)).toBeLessThan(goneAt(sets))
    expect(goneAt(sets)).toBeLessThan(goneAt(watch))
  })

  it('keeps dependents that are orphaned, and another owner adopts them', () => {
    const lab = new ControllerLab()
    lab.create(deployment(), 'default')
    lab.run(2000)
    const [{ metadata: before }] = lab.list('replicasets', 'default')
    erase(lab, 'deployments', 'd', 'Orphan')
    lab.run(2000)
    expect(counts(lab)).toEqual([0, 1, 2])
    expect(lab.list('replicasets', 'default')[0].metadata.ownerReferences).toBeUndefined()
    lab.create(deployment(), 'default')
    lab.run(2000)
    const [{ metadata: after }] = lab.list('replicasets', 'default')
    expect(after.uid).toBe(before.uid)
    expect(after.ownerReferences?.[0]).toMatchObject({ kind: 'Deployment', name: 'd', controller: true })
  })

  it('deletes what names an owner that never was', () => {
    const lab = new ControllerLab()
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: 'absent' }]
    lab.create(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'waif', ownerReferences } } as never,
      'default',
    )
    lab.run(2000)
    expect(lab.list('configmaps', 'default').map(({ metadata }) => metadata.name)).toEqual([
      'kube-root-ca.crt',
    ])
  })
})

describe('namespaces', () => {
  it('get an account and the certificate authority, and are emptied before they go', () => {
    const lab = new ControllerLab()
    lab.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } } as never, '')
    lab.run(500)
    expect(lab.list('serviceaccounts', 'shop').map(({ metadata }) => metadata.name)).toEqual(['default'])
    expect(lab.list('configmaps', 'shop').map(({ metadata }) => metadata.name)).toEqual(['kube-root-ca.crt'])
    lab.create(deployment(), 'shop')
    lab.run(1000)
    lab.ask({ method: 'DELETE', path: '/api/v1/namespaces/shop' })
    lab.run(3000)
    const read = () => lab.ask({ method: 'GET', path: '/api/v1/namespaces/shop' })
    expect((read().body as { status: { phase: string } }).status.phase).toBe('Terminating')
    lab.run(10_000)
    expect(read().status).toBe(404)
  })
})

describe('nodes', () => {
  const ready = (lab: ControllerLab, name: string) => {
    const now = new Date(Date.parse('2026-01-01T00:00:00Z') + lab.now).toISOString().replace(/\.\d+Z/, 'Z')
    const conditions = [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: '',
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      },
    ]
    lab.patch(lab.pathOf('nodes', '', name, 'status'), { status: { conditions } })
  }
  const one = (lab: ControllerLab, name: string) =>
    lab.ask({ method: 'GET', path: `/api/v1/nodes/${name}` }).body as {
      spec: { taints?: { key: string; effect: string }[]; podCIDR?: string }
      status: { conditions: { type: string; status: string; reason: string; message: string }[] }
    }
  const taints = (lab: ControllerLab, name: string) =>
    (one(lab, name).spec.taints ?? [])
      .map(({ key, effect }) => `${key.slice(key.indexOf('/') + 1)}:${effect}`)
      .sort()
  const lease = (lab: ControllerLab, name: string) => {
    const renewTime = new Date(Date.parse('2026-01-01T00:00:00Z') + lab.now)
      .toISOString()
      .replace('Z', '000Z')
    const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime }
    const path = lab.pathOf('leases', 'kube-node-lease', name)
    if (lab.patch(path, { spec }).status === 404)
      lab.create(
        { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name }, spec } as never,
        'kube-node-lease',
      )
  }

  /** n1 is silent from the start, n2 goes on. */
  function silence() {
    const lab = new ControllerLab(['--allocate-node-cidrs=true', '--cluster-cidr=10.244.0.0/16'])
    for (const name of ['n1', 'n2']) {
      lab.create(node(name), '')
      ready(lab, name)
      lease(lab, name)
    }
    const tolerations = [
      {
        key: 'node.kubernetes.io/unreachable',
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 30,
      },
    ]
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { nodeName: 'n1', tolerations, containers: [{ name: 'c', image: 'a' }] },
    }
    lab.create(pod as never, 'default')
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:05Z' }]
    lab.patch(lab.pathOf('pods', 'default', 'p', 'status'), { status: { phase: 'Running', conditions } })
    const pass = (seconds: number) => {
      for (let i = 0; i < seconds; i += 10) {
        lab.run(10_000)
        lease(lab, 'n2')
      }
    }
    return { lab, pass }
  }

  it('get their part of the pod network', () => {
    const { lab, pass } = silence()
    pass(10)
    expect(['n1', 'n2'].map((name) => one(lab, name).spec.podCIDR).sort()).toEqual([
      '10.244.0.0/24',
      '10.244.1.0/24',
    ])
  })

  it('that fall silent become unknown after 50 s, are tainted, and lose their pods after the toleration', () => {
    const { lab, pass } = silence()
    pass(40)
    expect(taints(lab, 'n1')).toEqual([])
    pass(30)
    expect(one(lab, 'n1').status.conditions[0]).toMatchObject({
      type: 'Ready',
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    })
    expect(taints(lab, 'n1')).toEqual(['unreachable:NoExecute', 'unreachable:NoSchedule'])
    expect(taints(lab, 'n2')).toEqual([])
    expect(reasons(lab)).toContain('NodeNotReady: Node n1 status is now: NodeNotReady')
    const [pod] = lab.list('pods', 'default') as unknown as { status: { conditions: { status: string }[] } }[]
    expect(pod.status.conditions[0].status).toBe('False')
    pass(40)
    const [gone] = lab.list('pods', 'default')
    expect(gone.metadata.deletionTimestamp).toBeDefined()
    expect(reasons(lab)).toContain('TaintManagerEviction: Marking for deletion Pod default/p')
  })

  it('that come back lose their taints, and their pods stay', () => {
    const { lab, pass } = silence()
    pass(70)
    expect(taints(lab, 'n1')).toHaveLength(2)
    ready(lab, 'n1')
    lease(lab, 'n1')
    lab.run(6000)
    expect(taints(lab, 'n1')).toEqual([])
    pass(40)
    expect(lab.list('pods', 'default')[0].metadata.deletionTimestamp).toBeUndefined()
    expect(reasons(lab)).toContain('TaintManagerEviction: Cancelling deletion of Pod default/p')
  })

  it('are never emptied when all of them fall silent at once', () => {
    const { lab } = silence()
    lab.run(120_000)
    expect(one(lab, 'n2').status.conditions[0].status).toBe('Unknown')
    expect(taints(lab, 'n1')).toEqual(['unreachable:NoSchedule'])
    expect(lab.list('pods', 'default')[0].metadata.deletionTimestamp).toBeUndefined()
  })

  it('that are cordoned have a taint', () => {
    const { lab } = silence()
    lab.patch(lab.pathOf('nodes', '', 'n2'), { spec: { unschedulable: true } })
    lab.run(500)
    expect(taints(lab, 'n2')).toEqual(['unschedulable:NoSchedule'])
    lab.patch(lab.pathOf('nodes', '', 'n2'), { spec: { unschedulable: false } })
    lab.run(500)
    expect(taints(lab, 'n2')).toEqual([])
  })

  it('that are gone take their pods with them', () => {
    const { lab, pass } = silence()
    pass(10)
    lab.ask({ method: 'DELETE', path: '/api/v1/nodes/n1' })
    pass(90)
    expect(lab.list('pods', 'default')).toEqual([])
  })
})

describe('services without a selector', () => {
  it('have slices that mirror what somebody wrote into their endpoints', () => {
    const lab = new ControllerLab()
    const ports = [{ name: 'db', port: 5432 }]
    lab.create(
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'db' }, spec: { ports } } as never,
      'default',
    )
    const subsets = [
      { addresses: [{ ip: '192.168.9.9' }], notReadyAddresses: [{ ip: '192.168.9.10' }], ports },
    ]
    lab.create({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'db' }, subsets } as never, 'default')
    lab.run(1000)
    const mirrors = () =>
      lab
        .list('endpointslices', 'default')
        .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'db')
    expect(mirrors()).toHaveLength(1)
    expect(mirrors()[0]).toMatchObject({
      endpoints: [
        { addresses: ['192.168.9.9'], conditions: { ready: true } },
        { addresses: ['192.168.9.10'], conditions: { ready: false } },
      ],
      ports: [{ name: 'db', port: 5432, protocol: 'TCP' }],
    })
    lab.ask({ method: 'DELETE', path: lab.pathOf('endpoints', 'default', 'db') })
    lab.run(1000)
    expect(mirrors()).toEqual([])
  })
})
