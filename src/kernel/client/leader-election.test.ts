import { expect, it } from 'vitest'
import type { KubeObject } from '../api/objects.ts'
import { serveHttp } from '../host/http.ts'
import type { Os } from '../host/program.ts'
import { ApiClient } from './api-client.ts'
import { LeaderElector } from './leader-election.ts'
import { Lab } from './testing/lab.ts'

/** One lease, with optimistic locking. */
class LeaseServer {
  lease: KubeObject | undefined
  deaf = false
  #revision = 0

  constructor(os: Os) {
    serveHttp(os, 8080, (exchange) => {
      if (this.deaf) return
      const { method, body } = exchange.request
      const refuse = (code: number) =>
        exchange.respond({ status: code, headers: {}, body: { kind: 'Status', code, message: 'refused' } })
      if (method === 'GET') {
        if (!this.lease) return refuse(404)
        exchange.respond({ status: 200, headers: {}, body: this.lease })
        return
      }
      const wanted = body as KubeObject
      if (method === 'POST' && this.lease) return refuse(409)
      if (method === 'PUT' && wanted.metadata.resourceVersion !== this.lease?.metadata.resourceVersion)
        return refuse(409)
      this.lease = { ...wanted, metadata: { ...wanted.metadata, resourceVersion: `${++this.#revision}` } }
      exchange.respond({ status: 200, headers: {}, body: this.lease })
    })
  }

  get spec(): Record<string, unknown> {
    return (this.lease as unknown as { spec: Record<string, unknown> }).spec
  }
}

function candidates(names: string[]) {
  const log: string[] = []
  let server!: LeaseServer
  const electors = new Map<string, LeaderElector>()
  const lab = new Lab((os) => {
    server = new LeaseServer(os)
    for (const identity of names) {
      const options = {
        namespace: 'kube-system',
        name: 'kcm',
        identity,
        leaseMs: 15_000,
        renewDeadlineMs: 10_000,
        retryMs: 2000,
      }
      const elector = new LeaderElector(os, new ApiClient(os, { server: 'localhost:8080' }), options, {
        started: () => log.push(`${identity} leads at ${Math.round(os.now / 1000)}`),
        stopped: () => log.push(`${identity} lost at ${Math.round(os.now / 1000)}`),
      })
      electors.set(identity, elector)
      elector.start()
    }
  })
  return { lab, log, electors, server: () => server }
}

it('lets one lead and renews its lease', () => {
  const { lab, log, server } = candidates(['a', 'b'])
  lab.run(30_000)
  expect(log).toEqual(['a leads at 0'])
  expect(server().spec).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 })
})

it('hands over when the leader is silent for the length of the lease', () => {
  const { lab, log, electors, server } = candidates(['a', 'b'])
  lab.run(20_000)
  electors.get('a')?.stop()
  lab.run(30_000)
  expect(log[0]).toBe('a leads at 0')
  const at = Number(/b leads at (\d+)/.exec(log[1])?.[1])
  expect(at).toBeGreaterThanOrEqual(33)
  expect(at).toBeLessThanOrEqual(40)
  expect(server().spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 })
})

it('gives up leading when it cannot renew for ten seconds', () => {
  const { lab, log, server } = candidates(['a'])
  lab.run(20_000)
  server().deaf = true
  lab.run(30_000)
  expect(log).toHaveLength(2)
  const at = Number(/a lost at (\d+)/.exec(log[1])?.[1])
  expect(at).toBeGreaterThanOrEqual(30)
  expect(at).toBeLessThanOrEqual(32)
})
