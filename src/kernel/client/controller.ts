import { controllerOf, type KubeObject } from '../api/objects.ts'
import type { Os } from '../host/program.ts'
import type { ApiClient } from './api-client.ts'
import type { EventRecorder } from './event-recorder.ts'
import type { Change, Informers, View } from './informer.ts'
import type { ObjectOf } from './objects-by-kind.ts'
import type { ResourceType } from './resource.ts'
import { ReconcileLoop } from './reconcile-loop.ts'
import type { IndexFunction } from './store.ts'
import type { Writes } from './writes.ts'

/** What a controller works with. */
export interface ControllerContext<Options = unknown> {
  readonly os: Os
  readonly client: ApiClient
  readonly informers: Informers
  readonly recorder: EventRecorder
  /** Flags of the program it runs in. */
  readonly options: Options
  /** Where objects of a kind are. */
  resourceOf(object: { readonly apiVersion: string; readonly kind: string }): ResourceType
}

/** Something that brings a part of the cluster to its desired state. */
export interface Controller<Options = unknown> {
  readonly name: string
  /** Kinds that must have been heard of before it starts. */
  readonly kinds: readonly string[]
  readonly indexes?: Indexes
  start(context: ControllerContext<Options>): void
}

/** Indexes by kind and name. */
export type Indexes = Readonly<Record<string, Readonly<Record<string, IndexFunction>>>>

/** When to look again although nothing changes. */
export interface Again {
  readonly requeueAfterMs?: number
}

/** One look at an object. */
// biome-ignore lint/suspicious/noConfusingVoidType: a generator without a return statement ends with void
export type Look = Writes<Again | undefined | void>

/** A controller that brings objects of one kind, one at a time, to their desired state. */
export interface Reconciler<K extends string, Options = unknown> {
  readonly name: string
  readonly reconciles: K
  /** Kinds whose changes wake their controlling owner. */
  readonly owns?: readonly string[]
  /** Kinds that are looked at, but whose changes wake nobody. */
  readonly reads?: readonly string[]
  /** Kinds whose changes wake other objects: the keys of these. An update asks for the new and the old object. */
  readonly watches?: Readonly<
    Record<string, (object: KubeObject, view: View, change: Change) => Iterable<string>>
  >
  readonly indexes?: Indexes
  /** Whether a change of the reconciled object itself matters; all do by default. */
  matters?(change: Change<ObjectOf<K>>): boolean
  /** How many objects it works on at once (the `--concurrent-*-syncs` flags). */
  workers?(options: Options): number
  /** Rest this long after a look at an object, so that what happens meanwhile is one wake-up. */
  paceMs?(object: ObjectOf<K>, view: View): number
  reconcile(object: ObjectOf<K>, view: View, options: Options): Look
  /** The object is gone from the cache. */
  gone?(key: string, view: View): Look
}

/** Hold a reconciler to its kind where it is written; forget the kind where many are listed. */
export function controller<K extends string, Options>(
  reconciler: Reconciler<K, Options>,
): Controller<Options> {
  const { name, reconciles, owns = [], reads = [], watches = {}, indexes } = reconciler
  return {
    name,
    kinds: [...new Set([reconciles, ...owns, ...reads, ...Object.keys(watches)])],
    indexes,
    start: (context) => start(reconciler as unknown as Reconciler<string, Options>, context),
  }
}

function start<Options>(reconciler: Reconciler<string, Options>, context: ControllerContext<Options>): void {
  const { reconciles, owns = [], watches = {} } = reconciler
  const { informers } = context
  const loop = new ReconcileLoop(reconciler, context)
  follow(informers, reconciles, (change) => {
    if (reconciler.matters?.(change as Change<ObjectOf<string>>) ?? true) loop.wake(keyFor(change.object))
  })
  for (const kind of owns) {
    follow(informers, kind, (change) => {
      wakeOwner(loop, reconciles, change.object)
      if (change.old && controllerOf(change.old)?.uid !== controllerOf(change.object)?.uid)
        wakeOwner(loop, reconciles, change.old)
    })
  }
  for (const [kind, keysFor] of Object.entries(watches)) {
    follow(informers, kind, (change) => {
      const keys = new Set(keysFor(change.object, informers, change))
      if (change.old) for (const key of keysFor(change.old, informers, change)) keys.add(key)
      for (const key of keys) loop.wake(key)
    })
  }
}

/** Hear of what is there already, then of every change. */
export function follow(informers: Informers, kind: string, handle: (change: Change) => void): void {
  const informer = informers.of(kind)
  for (const object of informer.store.values()) handle({ type: 'added', object })
  informer.onChange(handle)
}

function wakeOwner(loop: ReconcileLoop, kind: string, object: KubeObject): void {
  const owner = controllerOf(object)
  if (owner?.kind === kind)
    loop.wake(object.metadata.namespace ? `${object.metadata.namespace}/${owner.name}` : owner.name)
}

const keyFor = ({ metadata }: KubeObject): string =>
  metadata.namespace ? `${metadata.namespace}/${metadata.name}` : `${metadata.name}`
