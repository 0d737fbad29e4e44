import { describe, expect, it } from 'vitest'
import { Lab, type LabOptions } from './testing/lab.ts'

interface Body {
  readonly kind: string
  readonly message?: string
  readonly items: { metadata: { name: string }; spec: Record<string, unknown> }[]
  readonly metadata: { name: string; resourceVersion: string; continue?: string }
  readonly spec: { clusterIP: string; ports: { nodePort: number }[] }
  readonly status: { token: string }
}

const v1 = { apiVersion: 'v1' }
const pods = '/api/v1/namespaces/default/pods'
const merge = { 'content-type': 'application/merge-patch+json' }

const podOf = (name: string, spec: object = {}) => ({
  ...v1,
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec },
})

/** A server with the account that pods of the default namespace run under. */
function labWithAccount(options: LabOptions = {}): Lab {
  const lab = new Lab(options)
  const body = { ...v1, kind: 'ServiceAccount', metadata: { name: 'default' } }
  lab.ask({ method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts', body })
  return lab
}

const bodyOf = (lab: Lab, method: string, path: string, body?: unknown, headers = {}): Body =>
  lab.ask({ method, path, body, headers }).body as Body
const create = (lab: Lab, path: string, body: unknown): Body => bodyOf(lab, 'POST', path, body)
const namesOf = ({ items }: Body) => items.map(({ metadata }) => metadata.name)
const typesOf = (events: readonly unknown[]) => events.map((event) => (event as { type: string }).type)

describe('objects', () => {
  it('are made, read, watched, changed and deleted', () => {
    const lab = labWithAccount()
    const created = lab.ask({ method: 'POST', path: pods, body: podOf('web') })
    expect(created.status).toBe(201)
    expect(bodyOf(lab, 'GET', `${pods}/web`)).toEqual(created.body)
    const watch = lab.open({ method: 'GET', path: `${pods}?watch=true` })
    lab.run(10)
    bodyOf(lab, 'PATCH', `${pods}/web`, { metadata: { labels: { a: 'b' } } }, merge)
    expect(namesOf(bodyOf(lab, 'GET', `${pods}?labelSelector=a%3Db`))).toEqual(['web'])
    expect(lab.ask({ method: 'DELETE', path: `${pods}/web` }).status).toBe(200)
    expect(lab.ask({ method: 'GET', path: `${pods}/web` }).status).toBe(404)
    // A pod without a node is marked first, then goes at once.
    expect(typesOf(watch.events)).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED'])
  })

  it('changed by many at once keep every change', () => {
    const lab = labWithAccount()
    create(lab, pods, podOf('web'))
    const patch = (i: number) => ({ metadata: { labels: { [`l${i}`]: 'x' } } })
    const open = Array.from({ length: 20 }, (_, i) =>
      lab.open({ method: 'PATCH', path: `${pods}/web`, headers: merge, body: patch(i) }),
    )
    lab.run(200)
    expect(open.map(({ response }) => response?.status)).toEqual(open.map(() => 200))
    const { metadata } = bodyOf(lab, 'GET', `${pods}/web`) as unknown as { metadata: { labels: object } }
    expect(Object.keys(metadata.labels)).toHaveLength(21)
  })

  it('are there after a restart, and lists go on where they stopped', () => {
    const lab = labWithAccount()
    for (let i = 0; i < 5; i++) create(lab, pods, podOf(`p${i}`))
    const first = bodyOf(lab, 'GET', `${pods}?limit=2`)
    create(lab, pods, podOf('p00'))
    const token = encodeURIComponent(first.metadata.continue ?? '')
    const second = bodyOf(lab, 'GET', `${pods}?limit=9&continue=${token}`)
    // The second page is as of the first: what came in between is not there.
    expect([...namesOf(first), ...namesOf(second)]).toEqual(['p0', 'p1', 'p2', 'p3', 'p4'])
    lab.restart()
    expect(namesOf(bodyOf(lab, 'GET', pods))).toEqual(['p0', 'p00', 'p1', 'p2', 'p3', 'p4'])
    expect(lab.ask({ method: 'GET', path: `${pods}?limit=9&continue=${token}` }).status).toBe(410)
  })

  it('watched by node are told to the watchers of that node only', () => {
    const lab = labWithAccount()
    const watches = ['n1', 'n2'].map((node) =>
      lab.open({ method: 'GET', path: `/api/v1/pods?watch=true&fieldSelector=spec.nodeName%3D${node}` }),
    )
    create(lab, pods, podOf('web'))
    const target = { ...v1, kind: 'Node', name: 'n1' }
    const binding = { ...v1, kind: 'Binding', metadata: { name: 'web' }, target }
    expect(lab.ask({ method: 'POST', path: `${pods}/web/binding`, body: binding }).status).toBe(201)
    expect(lab.ask({ method: 'POST', path: `${pods}/web/binding`, body: binding }).status).toBe(409)
    expect(watches.map(({ events }) => typesOf(events))).toEqual([['ADDED'], []])
  })

  it('that vanish by themselves do so after their time', () => {
    const lab = new Lab({ flags: ['--event-ttl=2m'] })
    const events = '/api/v1/namespaces/default/events'
    const involvedObject = { kind: 'Pod', namespace: 'default', name: 'web' }
    create(lab, events, { ...v1, kind: 'Event', metadata: { name: 'e' }, involvedObject, reason: 'R' })
    lab.run(100_000)
    expect(namesOf(bodyOf(lab, 'GET', events))).toEqual(['e'])
    lab.run(60_000)
    expect(namesOf(bodyOf(lab, 'GET', events))).toEqual([])
  })
})

describe('services', () => {
  const services = '/api/v1/namespaces/default/services'
  const serviceOf = (name: string) => ({
    ...v1,
    kind: 'Service',
    metadata: { name },
    spec: { type: 'NodePort', ports: [{ port: 80 }] },
  })

  it('have addresses and ports of their own, also after a restart', () => {
    const lab = new Lab({
      flags: ['--service-cluster-ip-range=10.96.0.0/26', '--service-node-port-range=30000-30039'],
    })
    const made = Array.from({ length: 20 }, (_, i) => create(lab, services, serviceOf(`a${i}`)))
    lab.restart()
    made.push(...Array.from({ length: 20 }, (_, i) => create(lab, services, serviceOf(`b${i}`))))
    expect(new Set(made.map(({ spec }) => spec.clusterIP)).size).toBe(40)
    expect(new Set(made.map(({ spec }) => spec.ports[0]?.nodePort)).size).toBe(40)
    expect(create(lab, services, serviceOf('c')).message).toMatch(/range is full/)
  })

  it('get different addresses from different servers at the same moment', () => {
    const second = ['/bin/kube-apiserver', '--etcd-servers=http://127.0.0.1:2379', '--secure-port=6444']
    const range = '--service-cluster-ip-range=10.96.0.0/28'
    const lab = new Lab({ flags: [range], start: [[...second, range]] })
    lab.run(200)
    const ports = [6443, 6444]
    const open = Array.from({ length: 10 }, (_, i) =>
      lab.open({ method: 'POST', path: services, body: serviceOf(`s${i}`), port: ports[i % 2] }),
    )
    lab.run(500)
    const addresses = open.map(({ response }) => (response!.body as Body).spec.clusterIP)
    expect(new Set(addresses).size).toBe(10)
  })
})

describe('whoever asks', () => {
  const files = { '/tokens.csv': 'secret,alice,u1,"dev,ops"\n' }

  it('must have a token when there is a list of them', () => {
    const lab = new Lab({ flags: ['--token-auth-file=/tokens.csv'], files })
    expect(lab.ask({ method: 'GET', path: '/api/v1/namespaces' }).status).toBe(401)
    // AlwaysAllow takes anonymous requests off.
    expect(lab.ask({ method: 'GET', path: '/livez' }).status).toBe(401)
    const headers = { authorization: 'Bearer secret' }
    expect(lab.ask({ method: 'GET', path: '/api/v1/namespaces', headers }).status).toBe(200)
  })

  it('may be a service account as long as that is there', () => {
    const lab = new Lab({ flags: ['--token-auth-file=/tokens.csv'], files })
    const admin = { authorization: 'Bearer secret' }
    const accounts = '/api/v1/namespaces/default/serviceaccounts'
    bodyOf(lab, 'POST', accounts, { ...v1, kind: 'ServiceAccount', metadata: { name: 'robot' } }, admin)
    const { status } = bodyOf(lab, 'POST', `${accounts}/robot/token`, {}, admin)
    const headers = { authorization: `Bearer ${status.token}` }
    expect(lab.ask({ method: 'GET', path: pods, headers }).status).toBe(200)
    lab.ask({ method: 'DELETE', path: `${accounts}/robot`, headers: admin })
    expect(lab.ask({ method: 'GET', path: pods, headers }).status).toBe(401)
  })
})

describe('the program', () => {
  it('refuses flags it does not know', () => {
    const lab = new Lab({ flags: ['--no-such-flag'] })
    expect(lab.output).toBe('Error: unknown flag: --no-such-flag\n')
  })

  it('tells onlookers what is written', () => {
    const lab = new Lab()
    create(lab, '/api/v1/namespaces', { ...v1, kind: 'Namespace', metadata: { name: 'x' } })
    expect(lab.observed).toContainEqual({
      type: 'audit',
      verb: 'create',
      resource: 'namespaces',
      namespace: '',
      name: 'x',
      user: 'kubernetes-admin',
      code: 201,
    })
  })
})

describe('what may be done', () => {
  const files = { '/tokens.csv': 'a,alice,u1\nr,root,u2,"system:masters"\n' }

  it('is nothing for all but the superusers when nobody allows it', () => {
    const lab = new Lab({
      flags: ['--token-auth-file=/tokens.csv', '--authorization-mode=AlwaysDeny'],
      files,
    })
    const answer = bodyOf(lab, 'GET', pods, undefined, { authorization: 'Bearer a' })
    expect(answer.message).toBe(
      'pods is forbidden: User "alice" cannot list resource "pods" in API group "" in the namespace "default": Everything is forbidden.',
    )
    expect(lab.ask({ method: 'GET', path: pods, headers: { authorization: 'Bearer r' } }).status).toBe(200)
  })
})
