import type { KubeObject } from '../api/objects.ts'
import type { ControllerContext, Look, Reconciler } from './controller.ts'
import type { ObjectOf } from './objects-by-kind.ts'
import { WriteRunner } from './write-runner.ts'
import { WriteError, type WriteResult } from './writes.ts'

/** Wake-ups within this time are one. */
const COALESCE_MS = 2
/** client-go: workqueue.DefaultTypedControllerRateLimiter. */
const FIRST_RETRY_MS = 5
const LAST_RETRY_MS = 1_000_000
/** What has not been heard of by then will not be (pkg/controller: ExpectationsTimeout). */
const EXPECTATIONS_MS = 300_000

/** Writes whose results come back through the watch. */
const AWAITED = new Set(['create', 'update', 'patch', 'delete'])

interface Work {
  readonly key: string
  /** Not before this moment. */
  notBefore: number
  running: boolean
  failures: number
  /** Writes of the last look that the cache must have heard of before the next. */
  awaited: Awaited[]
  awaitedUntil: number
}

type Awaited =
  | { readonly kind: string; readonly revision: number }
  | { readonly kind: string; readonly key: string; readonly uid: string | undefined }

/**
 * Looks at objects when they were woken: one look at an object at a time, not before the cache has heard of the writes of the
 * look before, again after growing pauses when one failed.
 */
export class ReconcileLoop {
  readonly #reconciler: Reconciler<string>
  readonly #context: ControllerContext
  readonly #workers: number
  readonly #runner: WriteRunner
  #work = new Map<string, Work>()
  #dirty = new Set<Work>()
  #running = 0
  #timer: (() => void) | undefined
  #timerAt = Number.POSITIVE_INFINITY

  constructor(reconciler: Reconciler<string>, context: ControllerContext) {
    this.#reconciler = reconciler
    this.#context = context
    this.#workers = reconciler.workers?.(context.options) ?? 5
    this.#runner = new WriteRunner(context)
    const { reconciles, owns = [], watches = {} } = reconciler
    for (const kind of new Set([reconciles, ...owns, ...Object.keys(watches)])) {
      context.informers.of(kind).onHeard(() => {
        if (this.#dirty.size) this.#schedule(this.#now + COALESCE_MS)
      })
    }
  }

  /** Something about this object may have to be done. */
  wake(key: string, afterMs = 0): void {
    if (afterMs > 0) return void this.#context.os.after(afterMs, () => this.wake(key))
    let work = this.#work.get(key)
    if (!work) {
      work = { key, notBefore: 0, running: false, failures: 0, awaited: [], awaitedUntil: 0 }
      this.#work.set(key, work)
    }
    this.#dirty.add(work)
    this.#schedule(Math.max(this.#now + COALESCE_MS, work.notBefore))
  }

  get #now(): number {
    return this.#context.os.now
  }

  #schedule(at: number): void {
    if (this.#timerAt <= at) return
    this.#timer?.()
    this.#timerAt = at
    this.#timer = this.#context.os.after(at - this.#now, () => {
      this.#timerAt = Number.POSITIVE_INFINITY
      this.#pump()
    })
  }

  #pump(): void {
    let next = Number.POSITIVE_INFINITY
    for (const work of this.#dirty) {
      if (this.#running >= this.#workers) return
      if (work.running) continue
      if (work.notBefore > this.#now) next = Math.min(next, work.notBefore)
      else if (!this.#hasHeardItself(work)) next = Math.min(next, work.awaitedUntil)
      else this.#look(work)
    }
    if (next < Number.POSITIVE_INFINITY) this.#schedule(next)
  }

  /** A reconciler that has not yet heard of its own writes would repeat them. */
  #hasHeardItself(work: Work): boolean {
    if (this.#now < work.awaitedUntil) {
      work.awaited = work.awaited.filter((awaited) => !this.#isHeard(awaited))
      if (work.awaited.length) return false
    }
    work.awaited = []
    return true
  }

  #isHeard(awaited: Awaited): boolean {
    const informer = this.#context.informers.of(awaited.kind)
    if ('revision' in awaited) return informer.heard >= awaited.revision
    const object = informer.store.get(awaited.key)
    return !object || object.metadata.uid !== awaited.uid || object.metadata.deletionTimestamp !== undefined
  }

  #look(work: Work): void {
    this.#dirty.delete(work)
    work.running = true
    this.#running++
    const { informers, options } = this.#context
    const object = informers.get(this.#reconciler.reconciles, work.key)
    const writes = object
      ? this.#reconciler.reconcile(object as ObjectOf<string>, informers, options)
      : this.#reconciler.gone?.(work.key, informers)
    if (writes) this.#run(work, writes, object)
    else this.#finished(work, 0, undefined)
  }

  #run(work: Work, writes: Look, object: KubeObject | undefined): void {
    work.awaitedUntil = this.#now + EXPECTATIONS_MS
    this.#runner.run(
      writes,
      (write, result) => this.#expect(work, write.verb, result),
      (count, outcome) => {
        if (outcome.error) this.#failed(work, outcome.error)
        else {
          work.failures = 0
          const after = outcome.value?.requeueAfterMs
          if (after !== undefined) this.wake(work.key, Math.max(1, after))
        }
        this.#finished(work, count, object)
      },
    )
  }

  /** Note what the cache has to hear of. */
  #expect(work: Work, verb: string, { object, error }: WriteResult): void {
    if (error || !object?.metadata || !AWAITED.has(verb) || !this.#follows(object.kind)) return
    const { uid, resourceVersion, namespace, name } = object.metadata
    const key = namespace ? `${namespace}/${name}` : `${name}`
    if (verb === 'delete') work.awaited.push({ kind: object.kind, key, uid })
    else if (resourceVersion) work.awaited.push({ kind: object.kind, revision: Number(resourceVersion) })
  }

  #follows(kind: string): boolean {
    const { reconciles, owns = [], watches = {} } = this.#reconciler
    return kind === reconciles || owns.includes(kind) || kind in watches
  }

  #failed(work: Work, error: Error): void {
    if (!(error instanceof WriteError)) throw error
    const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(work.failures, 30))
    work.failures++
    this.#context.os.stderr(`error syncing ${this.#reconciler.name} ${work.key}: ${error.message}\n`)
    this.wake(work.key, wait)
  }

  #finished(work: Work, count: number, object: KubeObject | undefined): void {
    work.running = false
    this.#running--
    const { os, informers } = this.#context
    const { name } = this.#reconciler
    if (object) os.observe({ type: 'reconcile', controller: name, key: work.key, writes: count })
    const pace = object ? (this.#reconciler.paceMs?.(object as ObjectOf<string>, informers) ?? 0) : 0
    work.notBefore = this.#now + pace
    if (!object && !this.#dirty.has(work)) this.#work.delete(work.key)
    if (this.#dirty.size) this.#schedule(this.#now)
  }
}
