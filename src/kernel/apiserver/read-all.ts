import type { KeyValue, RangeResponse } from '../etcd/api.ts'
import type { EtcdClient } from './etcd-client.ts'
import type { Task } from './task.ts'

const PAGE = 1000

/** Read everything below a root, page by page, as it is at one revision; that revision. */
export function* readAll(etcd: EtcdClient, root: string, each: (kv: KeyValue) => void): Task<number> {
  let from = `${root}/`
  let revision = 0
  for (let more = true; more; ) {
    const page: RangeResponse = yield* etcd.call<RangeResponse>(
      '/etcdserverpb.KV/Range',
      { key: from, rangeEnd: `${root}0`, limit: PAGE, revision },
      { repeatable: true },
    )
    revision ||= page.header.revision
    for (const kv of page.kvs) each(kv)
    from = `${page.kvs.at(-1)?.key ?? from}\0`
    more = page.more
  }
  return revision
}
