import type { Pod } from 'kubernetes-types/core/v1'
import { keyOf } from '../api/objects.ts'

/** kubernetes: pkg/scheduler/internal/queue/scheduling_queue.go */
const INITIAL_BACKOFF_MS = 1000
const MAX_BACKOFF_MS = 10_000
const UNSCHEDULABLE_LIMIT_MS = 300_000

/** A pod that waits for a node. */
export interface QueuedPod {
  pod: Pod
  readonly key: string
  /** When it first came, for the order within a priority. */
  readonly since: number
  attempts: number
  /** Plugins that rejected it last, and that a change in the cluster must concern before it is tried again. */
  rejectors: ReadonlySet<string>
  backoffUntil: number
  parkedAt: number
}

/** The three places where pods wait: ready to be tried, backing off, and parked until something changes. */
export class SchedulingQueue {
  #active = new Map<string, QueuedPod>()
  #backoff = new Map<string, QueuedPod>()
  #unschedulable = new Map<string, QueuedPod>()
  /** Changes that came while a pod was being scheduled: it must not miss them. */
  #inFlight = new Map<string, string[]>()

  get sizes(): { active: number; backoff: number; unschedulable: number } {
    return { active: this.#active.size, backoff: this.#backoff.size, unschedulable: this.#unschedulable.size }
  }

  has(key: string): boolean {
    return this.#active.has(key) || this.#backoff.has(key) || this.#unschedulable.has(key)
  }

  add(pod: Pod, now: number): void {
    const key = keyOf(pod)
    this.delete(key)
    this.#active.set(key, {
      pod,
      key,
      since: now,
      attempts: 0,
      rejectors: new Set(),
      backoffUntil: 0,
      parkedAt: 0,
    })
  }

  /** The pod is another version now; one that was parked is tried again if the change may matter. */
  update(pod: Pod, now: number, retry: boolean): void {
    const key = keyOf(pod)
    const queued = this.#active.get(key) ?? this.#backoff.get(key) ?? this.#unschedulable.get(key)
    if (!queued) return this.add(pod, now)
    queued.pod = pod
    if (retry && this.#unschedulable.delete(key)) this.#requeue(queued, now)
  }

  delete(key: string): void {
    this.#active.delete(key)
    this.#backoff.delete(key)
    this.#unschedulable.delete(key)
  }

  /** The pod of the highest priority, then the one that waited longest (PrioritySort). */
  pop(): QueuedPod | undefined {
    let first: QueuedPod | undefined
    for (const queued of this.#active.values()) if (!first || before(queued, first)) first = queued
    if (!first) return undefined
    this.#active.delete(first.key)
    this.#inFlight.set(first.key, [])
    first.attempts++
    return first
  }

  /** It was bound, or is gone. */
  done(key: string): void {
    this.#inFlight.delete(key)
  }

  /** It found no node: park it, unless something that matters has changed meanwhile. No rejectors: an error, try again soon. */
  park(
    queued: QueuedPod,
    rejectors: ReadonlySet<string>,
    events: ReadonlyMap<string, ReadonlySet<string>>,
    now: number,
  ): void {
    const missed = this.#inFlight.get(queued.key) ?? []
    this.#inFlight.delete(queued.key)
    queued.rejectors = rejectors
    queued.parkedAt = now
    queued.backoffUntil = now + Math.min(MAX_BACKOFF_MS, INITIAL_BACKOFF_MS * 2 ** (queued.attempts - 1))
    if (!rejectors.size || missed.some((event) => concerns(event, rejectors, events)))
      this.#requeue(queued, now)
    else this.#unschedulable.set(queued.key, queued)
  }

  /** Something changed in the cluster: try again whom it may help. */
  moveOn(event: string, events: ReadonlyMap<string, ReadonlySet<string>>, now: number): void {
    for (const missed of this.#inFlight.values()) missed.push(event)
    for (const queued of [...this.#unschedulable.values()]) {
      if (!concerns(event, queued.rejectors, events)) continue
      this.#unschedulable.delete(queued.key)
      this.#requeue(queued, now)
    }
  }

  /** Pods whose backoff is over become ready; those parked for five minutes are tried whatever happened. */
  flush(now: number): void {
    for (const queued of [...this.#backoff.values()]) {
      if (queued.backoffUntil > now) continue
      this.#backoff.delete(queued.key)
      this.#active.set(queued.key, queued)
    }
    for (const queued of [...this.#unschedulable.values()]) {
      if (now - queued.parkedAt <= UNSCHEDULABLE_LIMIT_MS) continue
      this.#unschedulable.delete(queued.key)
      this.#requeue(queued, now)
    }
  }

  /** When `flush` has something to do next, or Infinity. */
  get nextFlush(): number {
    let next = Number.POSITIVE_INFINITY
    for (const { backoffUntil } of this.#backoff.values()) next = Math.min(next, backoffUntil)
    for (const { parkedAt } of this.#unschedulable.values())
      next = Math.min(next, parkedAt + UNSCHEDULABLE_LIMIT_MS + 1)
    return next
  }

  #requeue(queued: QueuedPod, now: number): void {
    if (queued.backoffUntil > now) this.#backoff.set(queued.key, queued)
    else this.#active.set(queued.key, queued)
  }
}

const concerns = (
  event: string,
  rejectors: ReadonlySet<string>,
  events: ReadonlyMap<string, ReadonlySet<string>>,
): boolean => [...rejectors].some((plugin) => events.get(plugin)?.has(event))

const priorityOf = ({ pod }: QueuedPod): number => pod.spec?.priority ?? 0
const before = (a: QueuedPod, b: QueuedPod): boolean =>
  priorityOf(a) !== priorityOf(b) ? priorityOf(a) > priorityOf(b) : a.since < b.since
