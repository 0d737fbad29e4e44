import { Buffer } from 'node:buffer'
import type {
  CompactionRequest,
  DeleteRangeRequest,
  LeaseGrantRequest,
  LeaseTimeToLiveRequest,
  PutRequest,
  RangeRequest,
  TxnRequest,
  WatchCreateRequest,
  WatchResponse,
} from '../../../src/kernel/etcd/api.ts'
import {
  applyDeleteRange,
  applyLeaseRevoke,
  applyPut,
  applyRange,
  applyTxn,
  headerAt,
} from '../../../src/kernel/etcd/apply.ts'
import { checkDeleteRange, checkPut, checkRange, checkTxn } from '../../../src/kernel/etcd/check.ts'
import { EtcdError } from '../../../src/kernel/etcd/errors.ts'
import { Lessor } from '../../../src/kernel/etcd/lessor.ts'
import { Store } from '../../../src/kernel/etcd/mvcc.ts'
import { Watchable, WatchStream } from '../../../src/kernel/etcd/watchable.ts'
import type { OracleSuite } from '../suite.ts'
import { difference, jsonLines, tally } from '../suite.ts'

interface Sequence {
  readonly seed: number
  readonly ops: readonly { path: string; request: unknown; status: number; response: unknown }[]
  readonly watches: readonly { create_request: unknown; messages: readonly unknown[] }[]
}

/** etcd's own answers to programs of requests: a case per request, and one per watch of the whole history. */
export const etcdKvSequencesSuite: OracleSuite = {
  pattern: /^etcd\/kv-sequences\.jsonl\.gz$/,
  run(_path, text) {
    const cases = jsonLines<Sequence>(text).flatMap(casesOf)
    return tally(
      cases,
      ({ name }) => name,
      ({ judge }) => judge(),
    )
  },
}

function casesOf({ seed, ops, watches }: Sequence) {
  const backend = { store: new Store(), lessor: new Lessor(2) }
  return [
    ...ops.map(({ path, request, status, response }, i) => ({
      name: `seed ${seed} op ${i} ${path}`,
      judge: () =>
        difference(answer(backend, path, fromGateway(request)), { status, response: strip(response) }),
    })),
    ...watches.map(({ create_request, messages }, i) => ({
      name: `seed ${seed} watch ${i}`,
      judge: () => difference(watch(backend, fromGateway(create_request)), strip(messages)),
    })),
  ]
}

type Backend = { readonly store: Store; readonly lessor: Lessor }

function answer(backend: Backend, path: string, request: unknown): unknown {
  try {
    return { status: 200, response: toGateway(handlers[path]!(backend, request)) }
  } catch (error) {
    if (!(error instanceof EtcdError)) throw error
    return { status: error.status, response: { code: error.code, message: error.message } }
  }
}

const now = 0

const handlers: Readonly<Record<string, (backend: Backend, request: unknown) => unknown>> = {
  '/v3/kv/range': ({ store }, request) => {
    checkRange(request as RangeRequest)
    return applyRange(store, request as RangeRequest)
  },
  '/v3/kv/put': (backend, request) => {
    checkPut(request as PutRequest)
    return applyPut(backend, request as PutRequest)
  },
  '/v3/kv/deleterange': (backend, request) => {
    checkDeleteRange(request as DeleteRangeRequest)
    return applyDeleteRange(backend, request as DeleteRangeRequest)
  },
  '/v3/kv/txn': (backend, request) => {
    checkTxn(request as TxnRequest)
    return applyTxn(backend, request as TxnRequest)
  },
  '/v3/kv/compaction': ({ store }, request) => {
    store.compact((request as CompactionRequest).revision ?? 0)
    return { header: headerAt(store.revision) }
  },
  '/v3/lease/grant': ({ store, lessor }, request) => {
    const { ID = 0, TTL } = request as LeaseGrantRequest
    return { header: headerAt(store.revision), ID, TTL: lessor.grant(ID, TTL, now) }
  },
  '/v3/lease/revoke': (backend, request) => {
    applyLeaseRevoke(backend, (request as LeaseTimeToLiveRequest).ID)
    return { header: headerAt(backend.store.revision) }
  },
  '/v3/lease/leases': ({ store, lessor }) => ({
    header: headerAt(store.revision),
    leases: lessor.list().map((ID) => ({ ID })),
  }),
  '/v3/lease/timetolive': ({ store, lessor }, request) => {
    const { ID, keys } = request as LeaseTimeToLiveRequest
    const header = headerAt(store.revision)
    if (!lessor.has(ID)) return { header, ID, TTL: -1 }
    const lease = lessor.timeToLive(ID, now)
    return { header, ID, TTL: '<ttl>', grantedTTL: lease.grantedTtl, keys: keys ? lease.keys : [] }
  },
}

function watch({ store }: Backend, request: unknown): unknown {
  const sent: WatchResponse[] = []
  new WatchStream(new Watchable(store), store, (response) => sent.push(response)).create(
    request as WatchCreateRequest,
  )
  return sent.map((result) => ({ result: toGateway(result) }))
}

const bytesFields = new Set(['key', 'value', 'range_end', 'keys'])
const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
const snake = (name: string) =>
  /^[A-Z]|TTL$/.test(name) ? name : name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)

/** The gateway's JSON: names in snake case, bytes in base64, 64-bit numbers as texts. */
function fromGateway(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => fromGateway(item, field))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [camel(name), fromGateway(item, name)]),
    )
  }
  if (typeof value !== 'string') return value
  if (bytesFields.has(field)) return Buffer.from(value, 'base64').toString('latin1')
  return /^-?\d+$/.test(value) ? Number(value) : value
}

function toGateway(value: unknown, field = ''): unknown {
  if (field === 'header') {
    const { revision } = value as { revision: number }
    return revision === 0 ? {} : { revision: String(revision) }
  }
  if (Array.isArray(value)) return value.map((item) => toGateway(item, field))
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([name, item]) => [snake(name), toGateway(item, snake(name))] as const,
    )
    return Object.fromEntries(entries.filter(([, item]) => !isZero(item)))
  }
  if (typeof value === 'number') return String(value)
  if (value === 'PUT') return ''
  if (typeof value === 'string' && bytesFields.has(field))
    return Buffer.from(value, 'latin1').toString('base64')
  return value
}

/** Who answered, in which term, is not compared. */
function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip)
  if (typeof value !== 'object' || value === null) return value
  const masked = (item: unknown) => item === '<id>' || item === '<term>'
  const entries = Object.entries(value).filter(([, item]) => !masked(item))
  return Object.fromEntries(entries.map(([name, item]) => [name, strip(item)]))
}

const isZero = (item: unknown): boolean =>
  item === '' || item === '0' || item === false || (Array.isArray(item) && item.length === 0)
