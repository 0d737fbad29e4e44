import type { KubeObject } from '../api/objects.ts'
import { expired, notAcceptable, StatusError, type Status } from '../api/status.ts'
import { encodeBase64 } from '../api/base64.ts'
import { utf8Bytes } from '../api/utf8.ts'
import type { HttpResponse, Stream } from '../host/http.ts'
import type { ResourceCall } from './call.ts'
import type { Change, Entry, WatchEvent } from './entry.ts'
import { listOptions, parseRevision, selects, type ListOptions } from './list-options.ts'
import { freshness, transformOf } from './read.ts'
import type { Resource } from './resources.ts'
import type { Task } from './task.ts'
import type { Transform } from './transform.ts'

const BOOKMARK_MS = 60_000

const streamTypes =
  'only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch'

/** GET with watch: a stream of events. */
export function* watch(call: ResourceCall): Task<HttpResponse | undefined> {
  const { api, target, resource, exchange } = call
  if (call.form.media !== 'application/json') throw new StatusError(notAcceptable(streamTypes))
  // A watch of one object is one of the collection, by its name.
  const byName = target.name && target.resource !== 'namespaces' ? target.name : ''
  const options = listOptions(call.query, resource, true)
  const named: ListOptions = byName
    ? { ...options, fields: [...options.fields, { field: 'metadata.name', value: byName, negated: false }] }
    : options
  const { resourceVersion, sendInitialEvents } = named
  const transform = transformOf(call)
  const since = parseRevision(resourceVersion)
  // Without a revision, or from 0, a watch begins with what there is; so does one that asks for it.
  const withInitial = sendInitialEvents ?? (resourceVersion === '' || resourceVersion === '0')
  if (withInitial || sendInitialEvents === false) yield* freshness(api.storage, resourceVersion)
  const stream = exchange.stream({ status: 200, headers: { 'content-type': 'application/json' } })
  const watching = new Watching(call, stream, named, transform)
  watching.begin(withInitial ? undefined : since)
  return undefined
}

/** One watch and its client. */
class Watching {
  readonly namespace?: string
  readonly key?: string
  readonly indexed?: string
  readonly #stream: Stream
  readonly #resource: Resource
  readonly #api: ResourceCall['api']
  readonly #options: ListOptions
  readonly #matches: (entry: Entry) => boolean
  readonly #transform: Transform
  readonly #namespace: string
  #first = true
  #stops: (() => void)[] = []
  #since = 0

  constructor(call: ResourceCall, stream: Stream, options: ListOptions, transform: Transform) {
    this.#api = call.api
    this.#stream = stream
    this.#resource = call.resource
    this.#options = options
    this.#matches = selects(call.resource, options)
    this.#transform = transform
    this.#namespace = call.target.resource === 'namespaces' ? '' : call.target.namespace
    Object.assign(this, call.resource.watchIndex(this.#namespace, options.fields))
  }

  /** From a revision on, or with what there is. */
  begin(since: number | undefined): void {
    this.#stream.handle({ closed: () => this.#stop() })
    const { cache } = this.#resource
    const past = since === undefined ? [] : cache.changesAfter(since)
    if (!past) return this.#tooOld(since ?? 0)
    this.#since = since ?? 0
    if (since === undefined) this.#initial()
    for (const change of past) this.changed(change)
    this.#stops.push(cache.watch(this))
    this.#stops.push(this.#api.os.after(this.#timeoutMs(), () => this.close()))
    if (this.#options.allowWatchBookmarks) this.#bookmarkLater()
  }

  changed(change: Change): void {
    if (change.revision <= this.#since || !this.#inNamespace(change.entry)) return
    const type = change.typeFor(this.#matches)
    if (!type) return
    if (this.#transform.plain) this.#stream.send(change.frame(type))
    else this.#send(type, change.objectFor(type) as KubeObject)
  }

  close(): void {
    this.#stop()
    this.#stream.end()
  }

  #stop(): void {
    for (const stop of this.#stops.splice(0)) stop()
  }

  #initial(): void {
    for (const entry of this.#resource.cache.list(this.#namespace || undefined))
      if (this.#matches(entry)) this.#send('ADDED', entry.object as KubeObject)
    if (this.#options.sendInitialEvents && this.#options.allowWatchBookmarks)
      this.#bookmark({
        'k8s.io/initial-events-end': 'true',
        'kubernetes.io/initial-events-list-blueprint': this.#blueprint(),
      })
  }

  #inNamespace({ key }: Entry): boolean {
    return (
      !this.#namespace ||
      this.#resource.definition.namespaced === false ||
      key.startsWith(`${this.#namespace}/`)
    )
  }

  #send(type: WatchEvent['type'], object: KubeObject): void {
    const event = { type, object: this.#transform.event(object, this.#first) }
    this.#first = false
    this.#stream.send(event)
  }

  #bookmarkLater(): void {
    const cancel = this.#api.os.after(BOOKMARK_MS, () => {
      this.#stops = this.#stops.filter((stop) => stop !== cancel)
      this.#bookmark(undefined)
      this.#bookmarkLater()
    })
    this.#stops.push(cancel)
  }

  /** apiserver: storage/cacher: an object with nothing but the revision. */
  #bookmark(annotations: Readonly<Record<string, string>> | undefined): void {
    const { kind } = this.#resource.definition
    const object = {
      kind,
      apiVersion: this.#resource.apiVersion,
      metadata: {
        resourceVersion: String(this.#api.storage.revision),
        creationTimestamp: null,
        ...(annotations ? { annotations } : {}),
      },
    }
    this.#stream.send({ type: 'BOOKMARK', object: this.#transform.bookmark(object as unknown as KubeObject) })
  }

  /** An empty list of the kind, from which a client can make one of what it was sent (KEP-3157). */
  #blueprint(): string {
    const list = { kind: `${this.#resource.definition.kind}List`, apiVersion: this.#resource.apiVersion }
    return encodeBase64(utf8Bytes(`${JSON.stringify({ ...list, metadata: {}, items: null })}\n`))
  }

  #tooOld(since: number): void {
    const oldest = this.#resource.cache.oldestRevision + 1
    const status: Status = expired(`too old resource version: ${since} (${oldest})`)
    this.#stream.send({ type: 'ERROR', object: status })
    this.#stream.end()
  }

  /** Half an hour or more if the client does not say (apiserver: endpoints/handlers/get.go). */
  #timeoutMs(): number {
    const { timeoutSeconds } = this.#options
    if (timeoutSeconds) return timeoutSeconds * 1000
    return this.#api.flags.number('min-request-timeout') * 1000 * (1 + this.#api.os.random())
  }
}
