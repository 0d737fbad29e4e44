import { describe, expect, it } from 'vitest'
import type { DiskEntry, DiskOperation } from '../host/disk.ts'
import { FileTree } from '../host/disk.ts'
import { HttpClient } from '../host/http.ts'
import { Linux } from '../host/linux.ts'
import type { Os, Programs } from '../host/program.ts'
import { executable } from '../host/program.ts'
import { init } from '../host/systemd/init.ts'
import { Fabric } from '../sim/fabric.ts'
import type { Observation } from '../sim/machine.ts'
import { Machine } from '../sim/machine.ts'
import type { KeyValue, RangeResponse, StatusResponse, WatchResponse } from './api.ts'
import { etcd } from './etcd.ts'

const hosts = [1, 2, 3].map((i) => ({ name: `etcd-${i}`, address: `10.0.0.${i}` }))
const laptop = { name: 'laptop', address: '10.0.0.9' }

/** A machine that does nothing but run one program. */
const disk = ({ name, address }: typeof laptop, run: string, env: Record<string, string>): DiskEntry[] => [
  { path: '/sbin/init', data: executable('init'), mode: 0o755 },
  { path: '/usr/bin/run', data: executable(run), mode: 0o755 },
  { path: '/etc/hostname', data: `${name}\n` },
  {
    path: '/etc/systemd/network/10-eth0.network',
    data: `[Match]\nName=eth0\n[Network]\nAddress=${address}/24\n`,
  },
  {
    path: '/etc/env',
    data: Object.entries(env)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  },
  {
    path: '/etc/systemd/system/run.service',
    data: '[Service]\nEnvironmentFile=/etc/env\nExecStart=/usr/bin/run\nRestart=always\n',
  },
  {
    path: '/etc/systemd/system/multi-user.target.wants/run.service',
    kind: 'symlink',
    data: '/etc/systemd/system/run.service',
  },
]

const etcdEnv = ({ name, address }: typeof laptop): Record<string, string> => ({
  ETCD_NAME: name,
  ETCD_DATA_DIR: '/var/lib/etcd',
  ETCD_LISTEN_PEER_URLS: `http://${address}:2380`,
  ETCD_LISTEN_CLIENT_URLS: `http://${address}:2379,http://127.0.0.1:2379`,
  ETCD_INITIAL_ADVERTISE_PEER_URLS: `http://${address}:2380`,
  ETCD_ADVERTISE_CLIENT_URLS: `http://${address}:2379`,
  ETCD_INITIAL_CLUSTER: hosts.map((host) => `${host.name}=http://${host.address}:2380`).join(','),
})

/** Three members and a client on a machine of its own, in one thread. */
class Cluster {
  readonly fabric: Fabric
  readonly log: string[] = []
  readonly observed: Observation[] = []
  readonly disks = new Map<string, FileTree>()
  client!: Os
  readonly #clients = new Map<string, HttpClient>()
  readonly #todo: (() => void)[] = []

  constructor(seed: number, extra: Record<string, string> = {}) {
    const programs: Programs = {
      init,
      etcd,
      driver: (os) => {
        this.client = os
        os.onInput('go', () => {
          for (const task of this.#todo.splice(0)) task()
        })
      },
    }
    for (const host of hosts)
      this.disks.set(host.name, new FileTree(disk(host, 'etcd', { ...etcdEnv(host), ...extra })))
    this.disks.set(laptop.name, new FileTree(disk(laptop, 'driver', {})))
    const start = (name: string, now: number, boots: number) =>
      new Machine(
        name,
        seed + boots * 7919,
        (hardware) =>
          new Linux(
            hardware,
            { name, cpus: 2, memory: 2 ** 32, disk: [...this.disks.get(name)!.entries()] },
            programs,
          ),
        now,
      )
    const written = (name: string, operations: unknown[]) => {
      for (const operation of operations as DiskOperation[]) this.disks.get(name)!.apply(operation)
    }
    const observed = (fact: Observation) => this.observed.push(fact)
    this.fabric = new Fabric(seed, { start, written, asset: () => undefined }, { observed })
    for (const name of this.disks.keys()) this.fabric.plug(name)
  }

  async run(ms: number): Promise<void> {
    await this.fabric.runUntil(this.fabric.now + ms)
  }

  /** Asks one member; resolves to nothing if there was no answer in time. */
  async ask<T>(member: number, path: string, body: object, ms = 8000): Promise<T> {
    let answer: unknown
    this.request(member, path, body, (result) => {
      answer = result
    })
    for (let waited = 0; waited < ms && answer === undefined; waited += 5) await this.run(5)
    return answer as T
  }

  /** Has the client's machine do something. */
  #go(task: () => void): void {
    this.#todo.push(task)
    this.fabric.input(laptop.name, { type: 'go' })
  }

  request(member: number, path: string, body: object, done: (result: unknown) => void): void {
    this.#go(() => this.#request(member, path, body, done))
  }

  #request(member: number, path: string, body: object, done: (result: unknown) => void): void {
    const { address } = hosts[member]!
    let client = this.#clients.get(address)
    if (!client)
      this.#clients.set(
        address,
        (client = new HttpClient(this.client, address, 2379, { dialTimeoutMs: 500 })),
      )
    client.request(
      { method: 'POST', path: `/etcdserverpb.${path}`, headers: {}, body },
      { response: ({ body: result }) => done(result), failed: (error) => done({ error: error.code }) },
    )
  }

  watch(member: number, createRequest: object): WatchResponse[] {
    const heard: WatchResponse[] = []
    const on = {
      response: () => undefined,
      failed: () => undefined,
      data: (data: unknown) => heard.push(data as WatchResponse),
    }
    const request = {
      method: 'POST',
      path: '/etcdserverpb.Watch/Watch',
      headers: {},
      body: { createRequest },
    }
    this.#go(() => void new HttpClient(this.client, hosts[member]!.address, 2379).request(request, on))
    return heard
  }

  power(member: number, on: boolean): void {
    this.#clients.delete(hosts[member]!.address)
    this.fabric.input('fabric', { type: 'power', machine: hosts[member]!.name, on } as { type: string })
  }

  async leader(): Promise<number> {
    for (let i = 0; i < hosts.length; i++) {
      if (!this.fabric.isOn(hosts[i]!.name)) continue
      const status = await this.ask<StatusResponse | undefined>(i, 'Maintenance/Status', {}, 1000)
      if (status?.leader && status.leader !== '0' && status.leader === status.header.memberId) return i
    }
    return -1
  }
}

const started = async (seed = 1, extra: Record<string, string> = {}): Promise<Cluster> => {
  const cluster = new Cluster(seed, extra)
  await cluster.run(4000)
  return cluster
}

const values = ({ kvs }: RangeResponse): string[] => kvs.map(({ value }: KeyValue) => value)

describe('etcd', () => {
  it('answers writes and linearizable reads on every member', async () => {
    const cluster = await started()
    for (let i = 0; i < 3; i++) await cluster.ask(i, 'KV/Put', { key: 'a', value: `${i}` })
    for (let i = 0; i < 3; i++) expect(values(await cluster.ask(i, 'KV/Range', { key: 'a' }))).toEqual(['2'])
    expect(await cluster.ask(1, 'KV/Put', { key: '' })).toEqual({
      code: 3,
      message: 'etcdserver: key is not provided',
    })
  })

  it('goes on without its leader, and takes it back from its disk', async () => {
    const cluster = await started()
    const old = await cluster.leader()
    await cluster.ask(old, 'KV/Put', { key: 'a', value: '1' })
    cluster.power(old, false)
    await cluster.run(4000)
    const next = await cluster.leader()
    expect(next).not.toBe(old)
    expect(values(await cluster.ask(next, 'KV/Range', { key: 'a' }))).toEqual(['1'])
    await cluster.ask(next, 'KV/Put', { key: 'a', value: '2' })
    cluster.power(old, true)
    await cluster.run(4000)
    expect(values(await cluster.ask(old, 'KV/Range', { key: 'a' }))).toEqual(['2'])
  })

  it('survives a power failure of all its machines, with snapshots', async () => {
    const cluster = await started(3, { ETCD_SNAPSHOT_COUNT: '50' })
    for (let i = 0; i < 200; i++)
      cluster.request(0, 'KV/Put', { key: `k${i % 10}`, value: `${i}` }, () => undefined)
    await cluster.run(1000)
    for (let i = 0; i < 3; i++) cluster.power(i, false)
    await cluster.run(100)
    for (let i = 0; i < 3; i++) cluster.power(i, true)
    await cluster.run(5000)
    const all = await cluster.ask<RangeResponse>(1, 'KV/Range', { key: 'k', rangeEnd: 'l' })
    expect(values(all)).toEqual(['190', '191', '192', '193', '194', '195', '196', '197', '198', '199'])
    expect(all.header.revision).toBe(201)
  })

  it('without a quorum times out in etcd’s words, and serves stale reads', async () => {
    const cluster = await started()
    await cluster.ask(0, 'KV/Put', { key: 'a', value: '1' })
    cluster.power(1, false)
    cluster.power(2, false)
    await cluster.run(3000)
    expect(values(await cluster.ask(0, 'KV/Range', { key: 'a', serializable: true }))).toEqual(['1'])
    const refused = await cluster.ask(0, 'KV/Put', { key: 'a', value: '2' })
    expect(refused).toEqual({
      code: 14,
      message: 'etcdserver: request timed out, possibly due to previous leader failure',
    })
  })

  it('streams watches, from the past too, and deletes the keys of leases that end', async () => {
    const cluster = await started()
    await cluster.ask(0, 'Lease/LeaseGrant', { ID: 77, TTL: 2 })
    await cluster.ask(0, 'KV/Put', { key: '/a/1', value: 'x', lease: 77 })
    const heard = cluster.watch(1, { key: '/a/', rangeEnd: '/a0', startRevision: 1 })
    await cluster.run(5000)
    const events = heard.flatMap((response) => response.events.map(({ type, kv }) => `${type} ${kv.key}`))
    expect(events).toEqual(['PUT /a/1', 'DELETE /a/1'])
  })

  it('changes its members', async () => {
    const cluster = await started()
    const leader = await cluster.leader()
    const gone = (leader + 1) % 3
    const { header } = await cluster.ask<StatusResponse>(gone, 'Maintenance/Status', {})
    const rest = await cluster.ask<{ members: unknown[] }>(leader, 'Cluster/MemberRemove', {
      ID: header.memberId,
    })
    expect(rest.members.length).toBe(2)
    const added = await cluster.ask<{ member: { ID: string } }>(leader, 'Cluster/MemberAdd', {
      peerURLs: ['http://10.9.9.9:2380'],
      isLearner: true,
    })
    expect(await cluster.ask(leader, 'Cluster/MemberPromote', { ID: added.member.ID })).toMatchObject({
      code: 9,
    })
    const target = await cluster.ask<StatusResponse>((leader + 2) % 3, 'Maintenance/Status', {})
    await cluster.ask(leader, 'Maintenance/MoveLeader', { targetID: target.header.memberId })
    expect(await cluster.leader()).toBe((leader + 2) % 3)
  })

  it('does the same again with the same seed', async () => {
    const run = async () => {
      const cluster = await started(5)
      await cluster.ask(0, 'KV/Put', { key: 'a', value: '1' })
      return JSON.stringify(cluster.observed)
    }
    expect(await run()).toBe(await run())
  })
})
