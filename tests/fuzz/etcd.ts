// Faults on etcd, and whether anyone could tell: `node bin/run-ts.mjs tests/fuzz/etcd.ts [--seeds N] [--from SEED]`.
// Clients write and read while machines lose power and cables are cut. Revisions are etcd's own order of everything, so
// linearizability is checked exactly: what was acknowledged stands at its revision, reads show the newest value of theirs,
// and neither goes against real time.
import { parseArgs } from 'node:util'
import type { HashKVResponse, PutResponse, RangeResponse } from '../../src/kernel/etcd/api.ts'
import { Cluster, hosts } from '../../src/kernel/etcd/testing/cluster.ts'
import { integer, random, type Random } from '../../src/kernel/sim/random.ts'

/** A write or read that was answered. */
interface Op {
  readonly key: string
  readonly began: number
  readonly ended: number
  readonly revision: number
  /** What was written, or seen (with the revision it was written at). */
  readonly value: string | undefined
  readonly modRevision: number
  readonly isRead: boolean
}

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '100' }, from: { type: 'string', default: '1' } },
})
const [from, count] = [Number(values.from), Number(values.seeds)]
let failed = 0
let acknowledged = 0
for (let seed = from; seed < from + count; seed++) {
  const { ops, problems } = await fuzz(seed)
  acknowledged += ops
  if (problems.length === 0) continue
  failed++
  console.log(`seed ${seed}: ${problems.slice(0, 3).join('; ')}`)
}
console.log(`${count} seeds, ${acknowledged} operations acknowledged, ${failed} seeds failed`)
if (failed > 0) process.exitCode = 1

async function fuzz(seed: number): Promise<{ ops: number; problems: string[] }> {
  const draw = random(seed, 'fuzz')
  const cluster = new Cluster(seed, { ETCD_SNAPSHOT_COUNT: `${20 + integer(draw, 200)}` })
  await cluster.run(1500)
  const ops: Op[] = []
  for (let round = 0; round < 60; round++) {
    for (let i = integer(draw, 6); i > 0; i--) operate(cluster, draw, ops)
    if (draw() < 0.2) disturb(cluster, draw)
    await cluster.run(20 + integer(draw, 400))
  }
  heal(cluster)
  await cluster.run(15_000)
  return { ops: ops.length, problems: [...realTime(ops), ...(await history(cluster, ops))] }
}

function operate(cluster: Cluster, draw: Random, ops: Op[]): void {
  const member = integer(draw, hosts.length)
  const key = `key-${integer(draw, 3)}`
  const began = cluster.fabric.now
  const isRead = draw() < 0.4
  const value = `${began}-${draw()}`
  const done = (result: unknown) => {
    const { header, kvs } = result as Partial<RangeResponse & PutResponse>
    if (!header) return
    const { revision } = header
    const ended = cluster.client.now
    const seen = kvs?.[0]
    if (isRead)
      ops.push({
        key,
        began,
        ended,
        revision,
        value: seen?.value,
        modRevision: seen?.modRevision ?? 0,
        isRead,
      })
    else ops.push({ key, began, ended, revision, value, modRevision: revision, isRead })
  }
  cluster.request(member, isRead ? 'KV/Range' : 'KV/Put', isRead ? { key } : { key, value }, done)
}

function disturb({ fabric }: Cluster, draw: Random): void {
  const { name } = hosts[integer(draw, hosts.length)]!
  const other = hosts[integer(draw, hosts.length)]!.name
  const input = (body: object) => fabric.input('fabric', body as { type: string })
  const kind = integer(draw, 4)
  if (kind === 0) input({ type: 'power', machine: name, on: !fabric.isOn(name) })
  else if (kind === 1) input({ type: 'cable', machine: name, plugged: !fabric.isPlugged(name) })
  else if (kind === 2)
    input({
      type: 'link',
      from: name,
      to: other,
      loss: draw() * 0.6,
      delayMs: integer(draw, 60),
      duplicate: draw() * 0.3,
    })
  else input({ type: 'link', from: name, to: other, cut: draw() < 0.5 })
}

function heal({ fabric }: Cluster): void {
  const input = (body: object) => fabric.input('fabric', body as { type: string })
  for (const { name } of hosts) {
    if (!fabric.isOn(name)) input({ type: 'power', machine: name, on: true })
    input({ type: 'cable', machine: name, plugged: true })
    for (const other of hosts) if (other !== undefined) input({ type: 'link', from: name, to: other.name })
  }
}

/** What ended before another began may not come after it. */
function realTime(ops: readonly Op[]): string[] {
  const problems: string[] = []
  for (const a of ops) {
    for (const b of ops) {
      if (a.ended >= b.began) continue
      const late = b.isRead ? b.revision < a.revision : b.revision <= a.revision
      if (late) problems.push(`${show(b)} began after ${show(a)} had ended`)
    }
  }
  return problems
}

/** Each revision of each key is what was acknowledged, and all members agree. */
async function history(cluster: Cluster, ops: readonly Op[]): Promise<string[]> {
  const problems: string[] = []
  for (const op of ops) {
    const request = { key: op.key, revision: op.revision }
    const ask = () => cluster.ask<RangeResponse | undefined>(0, 'KV/Range', request)
    // A connection from before a power failure breaks once.
    let past = await ask()
    if (!past?.header) past = await ask()
    if (!past?.header) return [`no answer after healing: ${JSON.stringify(past)}`]
    const kv = past.kvs[0]
    if (kv?.value !== op.value || (kv?.modRevision ?? 0) !== op.modRevision) {
      problems.push(`${show(op)}, but the history has ${kv?.value} of revision ${kv?.modRevision}`)
    }
  }
  const hashes = new Set<number>()
  for (let i = 0; i < hosts.length; i++) {
    await cluster.ask(i, 'KV/Range', { key: 'x' })
    hashes.add((await cluster.ask<HashKVResponse>(i, 'Maintenance/HashKV', {})).hash)
  }
  if (hashes.size > 1) problems.push(`members disagree: ${[...hashes]}`)
  return problems
}

const show = ({ key, isRead, value, revision, began, ended }: Op): string =>
  `${isRead ? 'read' : 'write'} of ${key} = ${value} at revision ${revision} (${began}..${ended})`
