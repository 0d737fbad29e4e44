import type { CompactionRequest, TxnResponse } from '../etcd/api.ts'
import type { Api } from './call.ts'
import { runTask, type Task } from './task.ts'

const key = 'compact_rev_key'

/** What the last round left: how often the key has been written, and the revision of then. */
interface Round {
  readonly times: number
  readonly revision: number
}

/**
 * Lets etcd forget what is older than one interval. Of several API servers the one whose transaction comes first does it
 * (apiserver: pkg/storage/etcd3/compact.go).
 */
export function keepCompacting(api: Api, last: Round = { times: 0, revision: 0 }): void {
  const interval = api.flags.milliseconds('etcd-compaction-interval')
  if (interval === 0) return
  api.os.after(interval, () =>
    runTask(
      round(api, last),
      (next) => keepCompacting(api, next),
      () => keepCompacting(api, last),
    ),
  )
}

function* round({ etcd }: Api, { times, revision }: Round): Task<Round> {
  const response = yield* etcd.call<TxnResponse>('/etcdserverpb.KV/Txn', {
    compare: [{ target: 'VERSION', result: 'EQUAL', key, version: times }],
    success: [{ requestPut: { key, value: String(revision) } }],
    failure: [{ requestRange: { key } }],
  })
  const now = response.header.revision
  if (!response.succeeded) {
    const found = response.responses[0]?.responseRange?.kvs[0]
    return { times: found?.version ?? 0, revision: now }
  }
  if (revision > 0) yield* etcd.call('/etcdserverpb.KV/Compaction', { revision } satisfies CompactionRequest)
  return { times: times + 1, revision: now }
}
