import { describe, expect, it } from 'vitest'
import type {
  AlarmResponse,
  KeyValue,
  MemberAddResponse,
  MembersResponse,
  RangeResponse,
  StatusResponse,
} from './api.ts'
import { Cluster } from './testing/cluster.ts'

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

  it('takes in a new member by a snapshot, first as a learner', async () => {
    const cluster = await started(4, { ETCD_SNAPSHOT_COUNT: '20' })
    for (let i = 0; i < 100; i++) cluster.request(0, 'KV/Put', { key: `k${i}`, value: 'x' }, () => undefined)
    await cluster.run(500)
    const leader = await cluster.leader()
    const peerURLs = ['http://10.0.0.4:2380']
    const { member } = await cluster.ask<MemberAddResponse>(leader, 'Cluster/MemberAdd', {
      peerURLs,
      isLearner: true,
    })
    cluster.join({ name: 'etcd-4', address: '10.0.0.4' })
    await cluster.run(3000)
    const { members } = await cluster.ask<MembersResponse>(leader, 'Cluster/MemberPromote', { ID: member.ID })
    expect(members.map(({ name, isLearner }) => `${name} ${isLearner}`).sort()).toEqual([
      'etcd-1 false',
      'etcd-2 false',
      'etcd-3 false',
      'etcd-4 false',
    ])
    const files = [...cluster.disks.get('etcd-4')!.entries()].filter(({ path }) => path.endsWith('.snap'))
    expect(files.some(({ data }) => data!.includes('k99'))).toBe(true)
  })

  it('raises an alarm when it is full, and takes writes again once that is disarmed', async () => {
    const cluster = await started(1, { ETCD_QUOTA_BACKEND_BYTES: '10000' })
    const value = 'x'.repeat(6000)
    await cluster.ask(0, 'KV/Put', { key: 'a', value })
    await cluster.ask(0, 'KV/Put', { key: 'a', value })
    const full = { code: 8, message: 'etcdserver: mvcc: database space exceeded' }
    expect(await cluster.ask(0, 'KV/Put', { key: 'a', value })).toEqual(full)
    const { alarms } = await cluster.ask<AlarmResponse>(1, 'Maintenance/Alarm', { action: 'GET' })
    expect(alarms.map(({ alarm }) => alarm)).toEqual(['NOSPACE'])
    await cluster.ask(0, 'KV/Compact', { revision: 3 })
    for (let i = 0; i < 3; i++) await cluster.ask(i, 'Maintenance/Defragment', {})
    await cluster.ask(0, 'Maintenance/Alarm', { action: 'DEACTIVATE', ...alarms[0] })
    expect(await cluster.ask(0, 'KV/Put', { key: 'a', value: 'small' })).toMatchObject({
      header: { revision: 4 },
    })
  })

  it('refuses what is too large', async () => {
    const cluster = await started()
    const answer = await cluster.ask(0, 'KV/Put', { key: 'a', value: 'x'.repeat(1_600_000) })
    expect(answer).toEqual({ code: 3, message: 'etcdserver: request is too large' })
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
