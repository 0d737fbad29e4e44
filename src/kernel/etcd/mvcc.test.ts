import { describe, expect, it } from 'vitest'
import type { KeyValue, WatchResponse } from './api.ts'
import { applyLeaseRevoke, applyPut } from './apply.ts'
import { Lessor } from './lessor.ts'
import { Store } from './mvcc.ts'
import { Watchable, WatchStream } from './watchable.ts'

const backend = () => ({ store: new Store(), lessor: new Lessor(2) })

const write = (store: Store, pairs: Record<string, string | undefined>): readonly KeyValue[] => {
  const txn = store.write()
  for (const [key, value] of Object.entries(pairs)) {
    if (value === undefined) txn.deleteRange(key, undefined)
    else txn.put(key, value, 0)
  }
  txn.end()
  return txn.changes
}

describe('Store', () => {
  it('keeps revisions until they are compacted, and survives a copy', () => {
    const store = new Store()
    write(store, { a: '1', b: '1' })
    write(store, { a: '2' })
    write(store, { b: undefined })
    const at = (revision: number) =>
      store.range('a', 'z', { revision }).kvs.map(({ key, value }) => key + value)
    expect([2, 3, 4].map(at)).toEqual([['a1', 'b1'], ['a2', 'b1'], ['a2']])
    store.compact(3)
    expect(() => at(2)).toThrow('required revision has been compacted')
    expect(at(3)).toEqual(['a2', 'b1'])
    const copy = new Store()
    copy.restore(JSON.parse(JSON.stringify(store.image())))
    expect(copy.hash()).toEqual(store.hash())
    expect(copy.range('a', 'z', { revision: 3 }).kvs).toEqual(store.range('a', 'z', { revision: 3 }).kvs)
  })

  it('deletes the keys of a lease with it', () => {
    const all = backend()
    all.lessor.grant(7, 10, 0)
    applyPut(all, { key: 'a', value: '1', lease: 7 })
    applyPut(all, { key: 'b', value: '1', lease: 7 })
    applyPut(all, { key: 'a', value: '2' })
    applyLeaseRevoke(all, 7)
    expect(all.store.range('', '').kvs.map(({ key }) => key)).toEqual(['a'])
  })
})

describe('Watchable', () => {
  it('tells keys, prefixes and ranges of changes, old and new, each revision once', () => {
    const store = new Store()
    const watchable = new Watchable(store)
    const sent: WatchResponse[] = []
    const stream = new WatchStream(watchable, store, (response) => sent.push(response))
    watchable.notify(write(store, { '/a/1': 'x' }))
    stream.create({ key: '/a/', rangeEnd: '/a0', startRevision: 1 })
    stream.create({ key: '/a/1' })
    stream.create({ key: '/b', rangeEnd: '\0' })
    sent.length = 0
    watchable.notify(write(store, { '/a/1': 'y', '/b/1': 'x' }))
    expect(sent.map(({ watchId, events }) => [watchId, events.map(({ kv }) => kv.key)])).toEqual([
      [1, ['/a/1']],
      [0, ['/a/1']],
      [2, ['/b/1']],
    ])
    stream.close()
    watchable.notify(write(store, { '/a/1': 'z' }))
    expect(sent.length).toBe(3)
  })
})
