import type { KubeObject } from '../api/objects.ts'
import type { Status } from '../api/status.ts'
import { goWords, type Errno } from '../host/errno.ts'
import type { Os } from '../host/program.ts'
import type { ApiAnswer, ApiClient, WatchEvent } from './api-client.ts'
import { Backoff } from './backoff.ts'
import { collectionPath, type ResourceType } from './resource.ts'

/** Which part of a collection to follow. */
export interface Selection {
  readonly namespace?: string
  readonly fieldSelector?: string
  readonly labelSelector?: string
}

/** What a reflector tells. */
export interface ReflectorSink {
  /** These are all there are. */
  replace(objects: readonly KubeObject[], revision: number): void
  event(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void
  /** Nothing has changed up to this revision but what was told. */
  bookmark(revision: number): void
}

interface List {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: { readonly resourceVersion: string }
  readonly items: readonly KubeObject[]
}

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'
/** client-go: tools/cache/reflector.go defaultMinWatchTimeout; the server ends a watch after one to two of these. */
const MIN_WATCH_SECONDS = 300

/**
 * Follows one collection for ever (client-go: tools/cache/reflector.go): list and watch are one exchange where the server
 * can do that, otherwise two; what breaks is taken up again where it was, or from the start when that is too old.
 */
export class Reflector {
  readonly #os: Os
  readonly #client: ApiClient
  readonly #resource: ResourceType
  readonly #selection: Selection
  readonly #sink: ReflectorSink
  readonly #backoff: Backoff
  #revision: string | undefined
  #streamsLists = true
  #cancel = () => {}

  constructor(os: Os, client: ApiClient, resource: ResourceType, selection: Selection, sink: ReflectorSink) {
    this.#os = os
    this.#client = client
    this.#resource = resource
    this.#selection = selection
    this.#sink = sink
    this.#backoff = new Backoff(os, { initialMs: 800, maxMs: 30_000, resetMs: 120_000, jitter: 1 })
  }

  start(): void {
    this.#relist()
  }

  stop(): void {
    this.#cancel()
  }

  get #path(): string {
    return collectionPath(this.#resource, this.#selection.namespace)
  }

  get #selectors() {
    const { fieldSelector, labelSelector } = this.#selection
    return { fieldSelector, labelSelector }
  }

  #relist(): void {
    this.#revision = undefined
    if (this.#streamsLists) this.#watchList()
    else this.#list()
  }

  /** A watch that begins with what there is and says when that is over. */
  #watchList(): void {
    let initial: Map<string, KubeObject> | undefined = new Map()
    const query = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', resourceVersion: '' }
    this.#follow(query, (event) => {
      if (!initial) return this.#event(event)
      const { uid = '', resourceVersion = '', annotations } = event.object.metadata
      if (event.type === 'BOOKMARK' && annotations?.[INITIAL_EVENTS_END]) {
        this.#revision = resourceVersion
        this.#sink.replace([...initial.values()], Number(resourceVersion))
        initial = undefined
      } else if (event.type === 'DELETED') initial.delete(uid)
      else if (event.type !== 'BOOKMARK') initial.set(uid, event.object)
    })
  }

  #list(): void {
    const query = { ...this.#selectors, resourceVersion: '0' }
    this.#cancel = this.#client.request({ method: 'GET', path: this.#path, query }, (outcome) => {
      if (outcome.error || outcome.status !== 200) return this.#failed('list', outcome, () => this.#relist())
      const list = outcome.body as List
      const items = list.items.map((item) => withType(item, list))
      this.#revision = list.metadata.resourceVersion
      this.#sink.replace(items, Number(this.#revision))
      this.#watch()
    })
  }

  #watch(): void {
    this.#follow({ resourceVersion: this.#revision }, (event) => this.#event(event))
  }

  #follow(query: Record<string, string | boolean | undefined>, receive: (event: WatchEvent) => void): void {
    const timeoutSeconds = Math.floor(MIN_WATCH_SECONDS * (1 + this.#os.random()))
    const began = this.#os.now
    let events = 0
    let failure: Status | undefined
    this.#cancel = this.#client.watch(
      this.#path,
      { ...this.#selectors, ...query, allowWatchBookmarks: true, timeoutSeconds },
      {
        event: (event) => {
          events++
          if (event.type === 'ERROR') failure = event.object as unknown as Status
          else if (!failure) receive(event)
        },
        closed: ({ status, error }) => {
          if (error) return this.#failed('watch', { error }, () => this.#resume())
          const refusal = failure ?? status
          if (refusal) return this.#refused(refusal)
          // An end that comes at once is no timeout (reflector.go: VeryShortWatchError).
          if (this.#os.now - began < 1000 && events === 0) this.#again(() => this.#resume())
          else this.#resume()
        },
      },
    )
  }

  #resume(): void {
    if (this.#revision === undefined) this.#relist()
    else this.#watch()
  }

  #refused(status: Status): void {
    // A server that does not know sendInitialEvents says so (reflector.go: fallback from watchList to list).
    if (status.code === 422 && this.#streamsLists && this.#revision === undefined) {
      this.#streamsLists = false
      this.#list()
    } else if (status.code === 410) this.#relist()
    else this.#failed('watch', { status: status.code ?? 0, headers: {}, body: status }, () => this.#resume())
  }

  #event({ type, object }: WatchEvent): void {
    if (type === 'ERROR') return
    const revision = object.metadata.resourceVersion ?? ''
    this.#revision = revision
    if (type === 'BOOKMARK') this.#sink.bookmark(Number(revision))
    else this.#sink.event(type, object)
  }

  #failed(verb: string, outcome: ApiAnswer | { readonly error: Errno }, again: () => void): void {
    const why = outcome.error ? goWords(outcome.error) : ((outcome.body as Status | undefined)?.message ?? '')
    this.#os.stderr(`failed to ${verb} *v1.${this.#resource.kind}: ${why}\n`)
    if (!outcome.error && outcome.status === 410) this.#relist()
    else this.#again(again)
  }

  #again(action: () => void): void {
    this.#cancel = this.#os.after(this.#backoff.next(), action)
  }
}

/** Items of a list carry no type of their own. */
const withType = (item: KubeObject, { kind, apiVersion }: List): KubeObject =>
  item.kind ? item : { ...item, apiVersion, kind: kind.replace(/List$/, '') }
