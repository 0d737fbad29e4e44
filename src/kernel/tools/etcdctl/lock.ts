import type { LeaseGrantResponse, RangeResponse, TxnResponse, WatchResponse } from '../../etcd/api.ts'
import type { Sys } from '../../host/sys.ts'
import { sleep, wait } from '../../host/sys.ts'
import type { Client } from './client.ts'
import type { Command } from './command.ts'
import { badArgs } from './exit.ts'

/** How a client waits its turn: a key of its own under a prefix, and the one before it to go. etcd: client/v3/concurrency */
interface Turn {
  readonly key: string
  readonly lease: number
  readonly ttl: number
}

export const lock: Command = {
  usage: 'lock <lockname> [exec-command arg1 arg2 ...]',
  short: 'Acquires a named lock',
  flags: { ttl: '10' },
  *run({ client, flags, args, os, print }) {
    const [name] = args
    if (name === undefined)
      throw badArgs('lock takes a lock name argument and an optional command to execute')
    const turn = yield* queue(client, `${name}/`, '', flags.number('ttl'))
    yield* untilFirst(client, `${name}/`, turn)
    const argv = [...args.slice(1), ...(flags.rest ?? [])]
    if (argv.length === 0) {
      yield* print(`${turn.key}\n`)
      return yield* keep(client, turn)
    }
    const pid = os.spawn({ argv, env: { ...os.env, ETCD_LOCK_KEY: turn.key, ETCD_LOCK_REV: '0' } })
    const { status } = yield* wait(pid)
    yield* client.call('Lease/LeaseRevoke', { ID: turn.lease })
    return status
  },
}

export const elect: Command = {
  usage: 'elect <election-name> [proposal]',
  short: 'Observes and participates in leader election',
  flags: { listen: 'false' },
  *run({ client, flags, args, print }) {
    const [name, proposal] = args
    if (name === undefined || args.length > 2) {
      throw badArgs('elect takes one election name argument and an optional proposal argument')
    }
    const prefix = `${name}/`
    if (flags.has('listen') || proposal === undefined) return yield* observe(client, prefix, print)
    const turn = yield* queue(client, prefix, proposal, 60)
    yield* untilFirst(client, prefix, turn)
    yield* print(`${turn.key}\n${proposal}\n`)
    return yield* keep(client, turn)
  },
}

function* queue(client: Client, prefix: string, value: string, ttl: number): Sys<Turn> {
  const { ID } = yield* client.call<LeaseGrantResponse>('Lease/LeaseGrant', { TTL: ttl, ID: 0 })
  const key = prefix + ID.toString(16)
  yield* client.call<TxnResponse>('KV/Txn', {
    compare: [{ target: 'CREATE', result: 'EQUAL', key, createRevision: 0 }],
    success: [{ requestPut: { key, value, lease: ID } }],
    failure: [{ requestRange: { key } }],
  })
  return { key, lease: ID, ttl }
}

/** Renews our lease while others are before us. */
function* untilFirst(client: Client, prefix: string, turn: Turn): Sys<void> {
  for (;;) {
    const first = yield* oldest(client, prefix)
    if (first?.key === turn.key) return
    yield* client.call('Lease/LeaseKeepAlive', { ID: turn.lease })
    yield* sleep(200)
  }
}

function* oldest(client: Client, prefix: string): Sys<RangeResponse['kvs'][number] | undefined> {
  const rangeEnd = `${prefix.slice(0, -1)}0`
  const order = { sortTarget: 'CREATE', sortOrder: 'ASCEND', limit: 1 } as const
  const { kvs } = yield* client.call<RangeResponse>('KV/Range', { key: prefix, rangeEnd, ...order })
  return kvs[0]
}

/** Until somebody interrupts us. */
function* keep(client: Client, { lease, ttl }: Turn): Sys<number> {
  for (;;) {
    yield* sleep((ttl * 1000) / 3)
    yield* client.call('Lease/LeaseKeepAlive', { ID: lease })
  }
}

function* observe(client: Client, prefix: string, print: (text: string) => Sys<void>): Sys<number> {
  const rangeEnd = `${prefix.slice(0, -1)}0`
  const stream = client.stream('Watch/Watch', { createRequest: { key: prefix, rangeEnd } })
  let shown = ''
  for (;;) {
    const leader = yield* oldest(client, prefix)
    const text = leader ? `${leader.key}\n${leader.value}\n` : ''
    if (text !== shown) yield* print(text)
    shown = text
    if (!((yield* stream.next()) as WatchResponse | null)) return 1
  }
}
