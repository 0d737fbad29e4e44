import { Cluster } from '../../../src/kernel/etcd/testing/cluster.ts'
import type { PutResponse } from '../../../src/kernel/etcd/api.ts'
import { stopwatch, type Cost } from './stopwatch.ts'

export interface EtcdOptions {
  readonly puts: number
  readonly clients: number
}

/** The cost of so many puts of 256 bytes on three members, by clients that each wait for their answer. */
export async function etcdTask({ puts, clients }: EtcdOptions): Promise<Cost & { virtualMs: number }> {
  const cluster = new Cluster(1)
  await cluster.run(3000)
  const value = 'v'.repeat(256)
  let sent = 0
  let answered = 0
  const put = () => {
    if (sent >= puts) return
    cluster.request(0, 'KV/Put', { key: `key-${sent++}`, value }, (result) => {
      if ((result as Partial<PutResponse>).header) answered++
      put()
    })
  }
  const cost = stopwatch()
  const began = cluster.fabric.now
  for (let i = 0; i < clients; i++) put()
  while (answered < puts && cluster.fabric.now < began + 600_000) await cluster.run(10)
  if (answered < puts) throw new Error(`only ${answered} of ${puts} puts were acknowledged`)
  return { ...cost(), virtualMs: cluster.fabric.now - began }
}
