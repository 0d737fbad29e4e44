import { expect, it } from 'vitest'
import type { KubeObject } from '../api/objects.ts'
import { parsePath, serveHttp, type Exchange, type Stream } from '../host/http.ts'
import type { Os } from '../host/program.ts'
import { ApiClient } from './api-client.ts'
import { Informers } from './informer.ts'
import { Lab } from './testing/lab.ts'

const pods = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true }

const pod = (name: string, revision: number, owner?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'default',
    uid: `uid-${name}`,
    resourceVersion: `${revision}`,
    ...(owner
      ? {
          ownerReferences: [
            { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true },
          ],
        }
      : {}),
  },
})

const bookmark = (revision: number, end = false) => ({
  type: 'BOOKMARK',
  object: {
    metadata: {
      resourceVersion: `${revision}`,
      ...(end ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
    },
  },
})

/** A server that the test plays by hand. */
class Scripted {
  requests: Record<string, string>[] = []
  streams: Stream[] = []
  next: (exchange: Exchange, query: Record<string, string>) => void

  constructor(os: Os) {
    this.next = (exchange) => void this.streams.push(exchange.stream({ status: 200, headers: {} }))
    serveHttp(os, 8080, (exchange) => {
      const { query } = parsePath(exchange.request.path)
      this.requests.push(query)
      this.next(exchange, query)
    })
  }
}

function setUp() {
  let server!: Scripted
  let informers!: Informers
  const changes: string[] = []
  const lab = new Lab((os) => {
    server = new Scripted(os)
    informers = new Informers(os, new ApiClient(os, { server: 'http://localhost:8080' }))
    informers.add(pods).onChange(({ type, object }) => changes.push(`${type} ${object.metadata.name}`))
    informers.start()
  })
  lab.run(50)
  return { lab, server, informers, changes }
}

it('lists and watches in one exchange, and indexes by owner', () => {
  const { lab, server, informers, changes } = setUp()
  expect(server.requests[0]).toMatchObject({
    watch: 'true',
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
  })
  server.streams[0].send({ type: 'ADDED', object: pod('a', 5, 'rs') })
  server.streams[0].send({ type: 'ADDED', object: pod('b', 6) })
  lab.run(50)
  expect(informers.synced).toBe(false)
  server.streams[0].send(bookmark(9, true))
  lab.run(50)
  expect(informers.synced).toBe(true)
  expect(informers.of('Pod').heard).toBe(9)
  server.streams[0].send({ type: 'DELETED', object: pod('a', 12, 'rs') })
  server.streams[0].send({ type: 'ADDED', object: pod('c', 13, 'rs') })
  lab.run(50)
  expect(changes).toEqual(['added a', 'added b', 'deleted a', 'added c'])
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { uid: 'rs' } }
  expect(informers.owned('Pod', owner).map(({ metadata }) => metadata.name)).toEqual(['c'])
})

it('takes a watch up again where it ended, and lists anew when that is too old', () => {
  const { lab, server, informers, changes } = setUp()
  server.streams[0].send({ type: 'ADDED', object: pod('a', 5) })
  server.streams[0].send(bookmark(9, true))
  lab.run(2000)
  server.streams[0].end()
  lab.run(50)
  expect(server.requests[1]).toMatchObject({ watch: 'true', resourceVersion: '9' })
  expect(server.requests[1].sendInitialEvents).toBeUndefined()
  server.streams[1].send({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })
  server.streams[1].end()
  lab.run(50)
  expect(server.requests[2]).toMatchObject({ sendInitialEvents: 'true' })
  server.streams[2].send({ type: 'ADDED', object: pod('b', 20) })
  server.streams[2].send(bookmark(21, true))
  lab.run(50)
  expect(changes).toEqual(['added a', 'deleted a', 'added b'])
  expect(informers.list('Pod', 'default')).toHaveLength(1)
})

it('asks a server that cannot stream lists in two steps', () => {
  let server!: Scripted
  let informers!: Informers
  const lab = new Lab((os) => {
    server = new Scripted(os)
    const stream = server.next
    server.next = (exchange, query) => {
      if (query['sendInitialEvents']) {
        exchange.respond({ status: 422, headers: {}, body: { kind: 'Status', code: 422, reason: 'Invalid' } })
      } else if (!query['watch']) {
        const items = [{ metadata: pod('a', 3).metadata }]
        exchange.respond({
          status: 200,
          headers: {},
          body: { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '4' }, items },
        })
      } else stream(exchange, query)
    }
    informers = new Informers(os, new ApiClient(os, { server: 'localhost:8080' }))
    informers.add(pods)
    informers.start()
  })
  lab.run(100)
  expect(informers.synced).toBe(true)
  expect(informers.get('Pod', 'default/a')?.kind).toBe('Pod')
  expect(server.requests.at(-1)).toMatchObject({ watch: 'true', resourceVersion: '4' })
})

it('comes again after growing pauses when nobody listens', () => {
  let attempts = 0
  const lab = new Lab((os) => {
    const real = os.connect
    const count = (cancel: () => void) => {
      attempts++
      return cancel
    }
    const counting: Os = Object.create(os, {
      connect: { value: (...args: Parameters<Os['connect']>) => count(real(...args)) },
    })
    const informers = new Informers(counting, new ApiClient(counting, { server: 'http://localhost:8080' }))
    informers.add(pods)
    informers.start()
  })
  lab.run(100)
  expect(attempts).toBe(1)
  lab.run(60_000)
  expect(attempts).toBeGreaterThanOrEqual(5)
  expect(attempts).toBeLessThanOrEqual(8)
})
