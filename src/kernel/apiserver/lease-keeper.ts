import type { Os } from '../host/program.ts'
import type { EtcdClient } from './etcd-client.ts'
import type { LeaseGrantResponse } from '../etcd/api.ts'
import type { Task } from './task.ts'

/** Keys written within this time share a lease (apiserver: storage/etcd3/lease_manager.go, LeaseReuseDurationSeconds). */
const REUSE_SECONDS = 60

/** Leases of etcd for objects that vanish by themselves, such as events. */
export class LeaseKeeper {
  readonly #os: Os
  readonly #etcd: EtcdClient
  #leases = new Map<number, { readonly id: number; readonly reusableUntil: number }>()

  constructor(os: Os, etcd: EtcdClient) {
    this.#os = os
    this.#etcd = etcd
  }

  /** A lease that lasts at least so long. */
  *lease(ttlSeconds: number): Task<number> {
    const known = this.#leases.get(ttlSeconds)
    if (known && this.#os.now < known.reusableUntil) return known.id
    const reuseSeconds = Math.min(REUSE_SECONDS, Math.floor(ttlSeconds / 20))
    const response = yield* this.#etcd.call<LeaseGrantResponse>('/etcdserverpb.Lease/LeaseGrant', {
      TTL: ttlSeconds + reuseSeconds,
      ID: 0,
    })
    this.#leases.set(ttlSeconds, { id: response.ID, reusableUntil: this.#os.now + reuseSeconds * 1000 })
    return response.ID
  }
}
