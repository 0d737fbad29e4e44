import { columnsOf, describeColumn, type Docs } from '../api/kinds/table.ts'
import type { JsonObject, KubeObject } from '../api/objects.ts'
import { badRequest, notAcceptable, StatusError } from '../api/status.ts'
import { goQuote } from '../api/go-quote.ts'
import type { Form } from './negotiation.ts'
import type { Resource } from './resources.ts'

/** What stands beside the items of a list. */
export interface ListMeta {
  readonly resourceVersion: string
  readonly continue?: string
  readonly remainingItemCount?: number
}

type Include = 'Metadata' | 'Object' | 'None'

/** Turns objects into the representation that a client asked for. */
export class Transform {
  readonly #resource: Resource
  readonly #form: Form
  readonly #include: Include
  readonly #now: () => number
  readonly #docs: () => Docs

  constructor(
    resource: Resource,
    form: Form,
    { includeObject, now, docs }: { includeObject: string; now: () => number; docs: () => Docs },
  ) {
    this.#resource = resource
    this.#form = form
    this.#now = now
    this.#docs = docs
    this.#include = form.as === 'Table' ? checkedInclude(includeObject) : 'Metadata'
  }

  /** True when objects are sent as they are. */
  get plain(): boolean {
    return this.#form.as === undefined && this.#resource.stored === this.#resource
  }

  /** Equal for two transforms that give the same. */
  get id(): string {
    return `${this.#form.as}/${this.#form.version}/${this.#include}`
  }

  one(object: KubeObject): unknown {
    const { as } = this.#form
    if (as === undefined) return this.#resource.shown(object)
    if (as === 'PartialObjectMetadata') return this.#partial(object)
    if (as === 'Table')
      return this.#table([object], { resourceVersion: object.metadata.resourceVersion ?? '' }, true)
    throw new StatusError(
      notAcceptable(`you requested ${as}, but the requested object is not a list (${this.#goType('')})`),
    )
  }

  list(objects: readonly KubeObject[], metadata: ListMeta): unknown {
    const { as } = this.#form
    const { kind, listKind = `${kind}List` } = this.#resource.definition
    if (as === undefined)
      return {
        kind: listKind,
        apiVersion: this.#resource.apiVersion,
        // Lists that Go has no type for always say where they go on.
        metadata: this.#resource.custom ? { continue: '', ...metadata } : metadata,
        items: this.#resource.custom
          ? objects
          : objects.map((object) => withoutType(this.#resource.shown(object))),
      }
    if (as === 'Table') return this.#table(objects, metadata, true)
    if (as === 'PartialObjectMetadataList')
      return {
        kind: as,
        apiVersion: this.#meta,
        metadata,
        items: objects.map((object) => this.#partial(object)),
      }
    throw new StatusError(
      notAcceptable(`you requested ${as}, but the requested object is a list (${this.#goType('List')})`),
    )
  }

  /** The object of a watch event; the first Table of a watch names the columns. */
  event(object: KubeObject, first: boolean): unknown {
    const { as } = this.#form
    if (as === 'Table')
      return this.#table([object], { resourceVersion: object.metadata.resourceVersion ?? '' }, first)
    return as === undefined ? this.#resource.shown(object) : this.#partial(object)
  }

  /** A bookmark has nothing to show in a row. */
  bookmark(object: KubeObject): unknown {
    if (this.#form.as === undefined) return object
    if (this.#form.as !== 'Table') return this.event(object, false)
    return this.#table([], { resourceVersion: object.metadata.resourceVersion ?? '' }, false)
  }

  get #meta(): string {
    return `meta.k8s.io/${this.#form.version ?? 'v1'}`
  }

  /** The internal type, as Go prints it. */
  #goType(suffix: string): string {
    const [owner] = this.#resource.struct.split('.')
    return `*${owner}.${this.#resource.definition.kind}${suffix}`
  }

  #partial(object: KubeObject): JsonObject {
    const { metadata } = this.#resource.shown(object)
    return { kind: 'PartialObjectMetadata', apiVersion: this.#meta, metadata: metadata as JsonObject }
  }

  #table(objects: readonly KubeObject[], metadata: ListMeta, withColumns: boolean): JsonObject {
    const columns = columnsOf(this.#resource.stored.definition)
    const now = this.#now()
    return {
      kind: 'Table',
      apiVersion: this.#meta,
      metadata: metadata as unknown as JsonObject,
      columnDefinitions: withColumns
        ? columns.map((column) => describeColumn(column, this.#docs()) as unknown as JsonObject)
        : null,
      rows: objects.map((object) => ({
        cells: columns.map((column) => column.cell(object, now)),
        object: this.#rowObject(object),
      })),
    }
  }

  #rowObject(object: KubeObject): JsonObject | null {
    if (this.#include === 'None') return null
    return this.#include === 'Object'
      ? (this.#resource.shown(object) as unknown as JsonObject)
      : this.#partial(object)
  }
}

/** Items of a list do not repeat their type, as the fields of Go's typed lists are empty; Go has no type for custom resources. */
function withoutType(object: KubeObject): unknown {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object
  return rest
}

function checkedInclude(value: string): Include {
  if (value === '' || value === 'Metadata') return 'Metadata'
  if (value === 'Object' || value === 'None') return value
  throw new StatusError(
    badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${goQuote(value)}: must be 'Metadata', 'Object', 'None', or empty`,
    ),
  )
}
