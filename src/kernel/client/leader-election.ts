import type { Lease } from 'kubernetes-types/coordination/v1'
import type { KubeObject, Stored } from '../api/objects.ts'
import { formatMicroTime, parseTime } from '../api/time.ts'
import { goWords } from '../host/errno.ts'
import type { Os } from '../host/program.ts'
import type { ApiClient, ApiOutcome } from './api-client.ts'
import type { EventRecorder } from './event-recorder.ts'
import type { ResourceType } from './resource.ts'

const leases: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
}

export interface LeaderElectionOptions {
  readonly namespace: string
  readonly name: string
  readonly identity: string
  /** Others wait so long after the last renewal before they take over. */
  readonly leaseMs: number
  /** The leader gives up when it could not renew for so long. */
  readonly renewDeadlineMs: number
  readonly retryMs: number
  readonly recorder?: EventRecorder
}

export interface LeaderCallbacks {
  started(): void
  /** It was the leader and is no more: stop at once. */
  stopped(): void
  newLeader?(identity: string): void
}

/** client-go: tools/leaderelection JitterFactor. */
const JITTER = 1.2

/** One of several candidates leads, the one whose name is in a Lease that it renews (client-go: tools/leaderelection). */
export class LeaderElector {
  readonly #os: Os
  readonly #client: ApiClient
  readonly #options: LeaderElectionOptions
  readonly #callbacks: LeaderCallbacks
  #observed: Stored<Lease> | undefined
  #observedAt = 0
  /** When the leader gives up, unless it renews before. */
  #deadlineAt = 0
  #leader = ''
  #leading = false
  #reported = ''
  #done = false
  #cancel = () => {}

  constructor(os: Os, client: ApiClient, options: LeaderElectionOptions, callbacks: LeaderCallbacks) {
    this.#os = os
    this.#client = client
    this.#options = options
    this.#callbacks = callbacks
  }

  get isLeader(): boolean {
    return this.#leading
  }

  start(): void {
    this.#attempt()
  }

  /** Stop being a candidate, without a word to the others. */
  stop(): void {
    this.#done = true
    this.#cancel()
  }

  /** Read the lease, then take or renew it. A request that takes too long counts as failed. */
  #attempt(): void {
    const { namespace, name } = this.#options
    this.#guarded(
      (done) => this.#client.get(leases, namespace, name, done),
      (outcome) => {
        if (outcome.error) return this.#failed(goWords(outcome.error))
        if (outcome.status === 404) return this.#write(undefined)
        if (outcome.status !== 200) return this.#failed(messageOf(outcome))
        const lease = outcome.body as Stored<Lease>
        this.#observe(lease)
        const holder = lease.spec?.holderIdentity ?? ''
        if (holder && holder !== this.#options.identity && this.#isHeld()) this.#again()
        else this.#write(lease)
      },
    )
  }

  #write(lease: Stored<Lease> | undefined): void {
    const { identity, leaseMs, name, namespace } = this.#options
    const now = formatMicroTime(this.#os.clock)
    const mine = lease?.spec?.holderIdentity === identity
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: Math.round(leaseMs / 1000),
      acquireTime: mine ? lease.spec?.acquireTime : now,
      renewTime: now,
      leaseTransitions: lease ? (lease.spec?.leaseTransitions ?? 0) + (mine ? 0 : 1) : 0,
    }
    const metadata = lease?.metadata ?? { name, namespace }
    const wanted = {
      ...lease,
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata,
      spec,
    } as KubeObject
    this.#guarded(
      (done) =>
        lease ? this.#client.update(leases, wanted, done) : this.#client.create(leases, wanted, done),
      (outcome) => {
        if (outcome.error) return this.#failed(goWords(outcome.error))
        if (outcome.status >= 300) return this.#failed(messageOf(outcome))
        this.#observe(outcome.body as Stored<Lease>)
        this.#renewed()
      },
    )
  }

  #guarded(
    ask: (done: (outcome: ApiOutcome) => void) => () => void,
    answered: (outcome: ApiOutcome) => void,
  ): void {
    let settled = false
    const settle = (act: () => void) => {
      if (settled || this.#done) return
      settled = true
      cancelTimer()
      act()
    }
    const giveUp = ask((outcome) => settle(() => answered(outcome)))
    const left = this.#leading ? this.#deadlineAt - this.#os.now : this.#options.renewDeadlineMs
    const cancelTimer = this.#os.after(left, () =>
      settle(() => {
        giveUp()
        this.#failed('context deadline exceeded')
      }),
    )
    this.#cancel = () => {
      cancelTimer()
      giveUp()
    }
  }

  /** Only a lease that changed counts as renewed; the clocks of others are not trusted. */
  #observe(lease: Stored<Lease>): void {
    if (this.#observed?.metadata.resourceVersion !== lease.metadata.resourceVersion)
      this.#observedAt = this.#os.now
    this.#observed = lease
    this.#leader = lease.spec?.holderIdentity ?? ''
    if (this.#leader === this.#reported) return
    this.#reported = this.#leader
    this.#callbacks.newLeader?.(this.#leader)
  }

  #isHeld(): boolean {
    const heldMs = (this.#observed?.spec?.leaseDurationSeconds ?? 0) * 1000
    return this.#observedAt + heldMs > this.#os.now
  }

  #renewed(): void {
    const { name, namespace, identity, retryMs, renewDeadlineMs, recorder } = this.#options
    this.#deadlineAt = this.#os.now + retryMs + renewDeadlineMs
    if (!this.#leading) {
      this.#leading = true
      this.#os.stderr(`successfully acquired lease ${namespace}/${name}\n`)
      if (recorder && this.#observed)
        recorder.event(this.#observed, 'Normal', 'LeaderElection', `${identity} became leader`)
      this.#callbacks.started()
    }
    this.#cancel = this.#os.after(retryMs, () => this.#attempt())
  }

  #failed(why: string): void {
    const { namespace, name, identity, recorder } = this.#options
    this.#os.stderr(`error retrieving resource lock ${namespace}/${name}: ${why}\n`)
    if (this.#leading && this.#os.now >= this.#deadlineAt) {
      this.#leading = false
      this.#done = true
      if (recorder && this.#observed)
        recorder.event(this.#observed, 'Normal', 'LeaderElection', `${identity} stopped leading`)
      this.#os.stderr(`failed to renew lease ${namespace}/${name}: timed out waiting for the condition\n`)
      this.#callbacks.stopped()
      return
    }
    this.#again()
  }

  #again(): void {
    const { retryMs } = this.#options
    const wait = this.#leading
      ? Math.min(retryMs, this.#deadlineAt - this.#os.now)
      : Math.round(retryMs * (1 + JITTER * this.#os.random()))
    this.#cancel = this.#os.after(wait, () => this.#attempt())
  }
}

/** How much of the lease's time is left, by the clock that is in it; for those who only look on. */
export function leaseExpiry({ spec }: Lease): number | undefined {
  const renewed = spec?.renewTime ? parseTime(`${spec.renewTime}`) : undefined
  return renewed === undefined ? undefined : renewed + (spec?.leaseDurationSeconds ?? 0) * 1000
}

const messageOf = (outcome: ApiOutcome): string =>
  outcome.error ? goWords(outcome.error) : ((outcome.body as { message?: string } | undefined)?.message ?? '')
