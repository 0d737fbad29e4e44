import {
  applyDeleteRange,
  applyLeaseRevoke,
  applyPut,
  applyRange,
  applyTxn,
  type Backend,
} from '../../etcd/apply.ts'
import type { LeaseGrantRequest, WatchRequest } from '../../etcd/api.ts'
import { EtcdError } from '../../etcd/errors.ts'
import { Lessor } from '../../etcd/lessor.ts'
import { Store } from '../../etcd/mvcc.ts'
import { Watchable, WatchStream } from '../../etcd/watchable.ts'
import { serveHttp, type Exchange } from '../../host/http.ts'
import type { Os } from '../../host/program.ts'

type Handler = (request: never) => unknown

/** One store behind etcd's paths, without raft: what tests of the API server talk to. */
export function fakeEtcd(os: Os): void {
  const store = new Store()
  const lessor = new Lessor(1)
  lessor.promote(os.now)
  const backend: Backend = { store, lessor }
  const watchable = new Watchable(store)
  let notified = store.revision
  const notify = () => {
    const changes = store.writtenSince(notified + 1)
    for (let revision = notified + 1; revision <= store.revision; revision++)
      watchable.notify(changes.filter((kv) => kv.modRevision === revision))
    notified = store.revision
  }
  const tick = () => {
    for (const id of lessor.expired(os.now)) applyLeaseRevoke(backend, id)
    notify()
    os.after(500, tick)
  }
  tick()
  serveHttp(os, 2379, (exchange) => {
    const { path, body } = exchange.request
    if (path === '/etcdserverpb.Watch/Watch')
      return serveWatch(exchange, watchable, store, body as WatchRequest)
    answer(exchange, handlersOf(backend, os)[path], body)
    notify()
  })
}

function handlersOf(backend: Backend, os: Os): Readonly<Record<string, Handler>> {
  return {
    '/etcdserverpb.KV/Range': (request) => applyRange(backend.store, request),
    '/etcdserverpb.KV/Put': (request) => applyPut(backend, request),
    '/etcdserverpb.KV/DeleteRange': (request) => applyDeleteRange(backend, request),
    '/etcdserverpb.KV/Txn': (request) => applyTxn(backend, request),
    '/etcdserverpb.KV/Compaction': ({ revision }: { revision: number }) => {
      backend.store.compact(revision)
      return {}
    },
    '/etcdserverpb.Lease/LeaseGrant': ({ TTL, ID = 0 }: LeaseGrantRequest) => {
      const id = ID || Math.floor(os.random() * 2 ** 48) + 1
      return { ID: id, TTL: backend.lessor.grant(id, TTL, os.now), error: '' }
    },
    '/etcdserverpb.Maintenance/Status': () => ({ leader: '1' }),
  } as Readonly<Record<string, Handler>>
}

function answer(exchange: Exchange, handler: Handler | undefined, body: unknown): void {
  try {
    if (!handler)
      return exchange.respond({ status: 404, headers: {}, body: { code: 12, message: 'unimplemented' } })
    exchange.respond({ status: 200, headers: {}, body: handler(body as never) })
  } catch (error) {
    if (!(error instanceof EtcdError)) throw error
    exchange.respond({
      status: error.status,
      headers: {},
      body: { code: error.code, message: error.message },
    })
  }
}

function serveWatch(exchange: Exchange, watchable: Watchable, store: Store, first: WatchRequest): void {
  const stream = exchange.stream({ status: 200, headers: {} })
  const watches = new WatchStream(watchable, store, (response) => stream.send(response))
  const take = ({ createRequest, cancelRequest, progressRequest }: WatchRequest) => {
    if (createRequest) watches.create(createRequest)
    if (cancelRequest) watches.cancel(cancelRequest.watchId)
    if (progressRequest) watches.progress(true)
  }
  stream.handle({ data: (data) => take(data as WatchRequest), closed: () => watches.close() })
  take(first)
}
