import { depthExceeds, equalJson, isList, own, without } from '../json.ts'
import type { Column, KindDefinition } from '../kind.ts'
import type { ManagedType } from '../managed-fields/managed-type.ts'
import type { Json, JsonObject, KubeObject } from '../objects.ts'
import { goQuote } from '../go-quote.ts'
import { customColumns } from './columns.ts'
import { withDefaults, withoutNulls } from './defaulting.ts'
import type { CustomResourceDefinition, DefinitionVersion } from './definition.ts'
import { managedRootType } from './managed-type.ts'
import { coerceEmbedded, coerceMeta } from './object-meta.ts'
import { prune } from './pruning.ts'
import { UserError } from '../user-error.ts'
import { scaleOf, wordsOf } from './scale-paths.ts'
import type { Schema } from './schema.ts'
import { CustomValidation } from './custom-validation.ts'

/** A kind that a CustomResourceDefinition makes, in one of its versions. */
export interface CustomKind {
  readonly definition: KindDefinition
  readonly schema: Schema
  /** Who can own which fields. */
  readonly managedType: ManagedType
  /** What is said to everybody who uses the version. */
  readonly deprecation?: string
  /** What came over the wire, as the schema has it, and what strict decoding complains about. Throws UserError. */
  decode(value: JsonObject): { readonly object: JsonObject; readonly strict: readonly string[] }
  /** An object of another version of the kind, in this one. */
  convert(object: JsonObject): JsonObject
}

/** No deeper than objects of Go's types may be. */
const MAX_DEPTH = 500

/** As the API server lists them. */
const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']

/** The kind of a version; the definition has been accepted. */
export function customKind(crd: CustomResourceDefinition, version: DefinitionVersion): CustomKind {
  const { group = '', scope, preserveUnknownFields = false } = crd.spec ?? {}
  const names = { ...crd.spec?.names, ...crd.status?.acceptedNames }
  const { kind = '', plural = '', singular = '', shortNames, categories, listKind } = names
  const { name = '', schema: { openAPIV3Schema: schema = {} } = {}, subresources } = version
  const apiVersion = `${group}/${name}`
  const validation = new CustomValidation(
    kind,
    apiVersion,
    scope === 'Namespaced',
    schema,
    subresources?.scale,
  )
  const labels = (version.selectableFields ?? []).map(({ jsonPath = '' }) => jsonPath.replace(/^\./, ''))
  const columns = lazyColumns(version)
  const definition: KindDefinition = {
    group,
    version: name,
    kind,
    plural,
    singular,
    namespaced: scope === 'Namespaced',
    verbs,
    generation: true,
    allowUnconditionalUpdate: false,
    fieldLabels: labels,
    get columns() {
      return columns()
    },
    ...(listKind && { listKind }),
    ...(shortNames?.length && { shortNames }),
    ...(categories?.length && { categories }),
    ...(subresources?.status && { status: true }),
    ...(subresources?.scale && { scale: scaleOf(subresources.scale) }),
    ...(labels.length && { selectableFields: (object) => selectable(object, labels) }),
    ...hooks(subresources?.status !== undefined),
    validate: (object) => validation.create(object),
    validateUpdate: (object, old) => validation.update(object, old),
    validateStatusUpdate: (object, old) => validation.statusUpdate(object, old),
    warnings: (object, old) => finalizerWarnings(object, old),
  }
  const coercion = new Coercion(schema, preserveUnknownFields)
  const deprecation = version.deprecated
    ? (version.deprecationWarning ?? `${apiVersion} ${kind} is deprecated`)
    : undefined
  return {
    definition,
    schema,
    managedType: lazyType(schema, `${group}.${name}.${kind}`, preserveUnknownFields),
    ...(deprecation && { deprecation }),
    decode: (value) => coercion.decode(value),
    convert: (object) => ({ ...coercion.clean(object), apiVersion }),
  }
}

/** Parsed when somebody looks. */
function lazyColumns(version: DefinitionVersion): () => readonly Column[] {
  let made: readonly Column[] | undefined
  return () => (made ??= customColumns(version.additionalPrinterColumns))
}

const lazyType = (schema: Schema, name: string, open: boolean): ManagedType =>
  managedRootType(open ? { ...schema, 'x-kubernetes-preserve-unknown-fields': true } : schema, name)

/** apiextensions-apiserver: pkg/registry/customresource/strategy.go, status_strategy.go. */
function hooks(hasStatus: boolean): Partial<KindDefinition> {
  const withStatusOf = (object: KubeObject, status: Json | undefined): KubeObject => {
    const { status: _, ...rest } = object as unknown as JsonObject
    return { ...rest, ...(status !== undefined && { status }) } as unknown as KubeObject
  }
  const statusOf = (object: KubeObject) => (object as unknown as JsonObject)['status']
  return {
    prepareForCreate: (object) => (hasStatus ? withStatusOf(object, undefined) : object),
    prepareForUpdate: (object, old) => {
      const kept = hasStatus ? withStatusOf(object, statusOf(old)) : object
      if (equalJson(withoutMeta(kept), withoutMeta(old))) return kept
      // Every change but of the metadata counts.
      const generation = (old.metadata.generation ?? 0) + 1
      return { ...kept, metadata: { ...kept.metadata, generation } }
    },
    prepareForStatusUpdate: (object, old) => {
      const { managedFields, resourceVersion } = object.metadata
      const metadata = { ...old.metadata, managedFields, resourceVersion } as KubeObject['metadata']
      return withStatusOf({ ...old, metadata }, statusOf(object))
    },
  }
}

const withoutMeta = (object: KubeObject): JsonObject => without(object as unknown as JsonObject, 'metadata')

/** Makes of JSON what the schema has; the metadata is as that of every object. */
class Coercion {
  readonly #schema: Schema
  readonly #open: boolean

  constructor(schema: Schema, open: boolean) {
    this.#schema = schema
    this.#open = open
  }

  decode(value: JsonObject): { object: JsonObject; strict: string[] } {
    if (depthExceeds(value, MAX_DEPTH)) throw new UserError('exceeded max depth')
    const { metadata = {}, ...rest } = value
    const coerced = coerceMeta(metadata)
    const { value: pruned, unknown } = this.#pruned(rest)
    const object = withDefaults(coerceEmbedded(pruned, this.#schema), this.#schema) as JsonObject
    const strict = [...unknown.map((path) => `unknown field ${goQuote(path)}`), ...coerced.strict]
    return { object: { ...object, metadata: coerced.metadata }, strict }
  }

  /** What is stored already needs no more than to fit the schema as it is now. */
  clean(object: JsonObject): JsonObject {
    const { metadata, ...rest } = object
    return { ...(withDefaults(this.#pruned(rest).value, this.#schema) as JsonObject), metadata: metadata! }
  }

  #pruned(value: JsonObject): { value: Json; unknown: readonly string[] } {
    if (this.#open) return { value, unknown: [] }
    const pruned = prune(value, this.#schema, true)
    return { value: withoutNulls(pruned.value, this.#schema), unknown: pruned.unknown }
  }
}

function selectable(object: KubeObject, labels: readonly string[]): Record<string, string> {
  const textAt = (path: string): string => {
    let value: Json | undefined = object as unknown as Json
    for (const word of wordsOf(path))
      value = typeof value === 'object' && value && !isList(value) ? own(value, word) : undefined
    return value === undefined || value === null || typeof value === 'object' ? '' : String(value)
  }
  return Object.fromEntries(labels.map((label) => [label, textAt(label)]))
}

/** apimachinery: names of finalizers should say whose they are. */
function finalizerWarnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const before = old?.metadata.finalizers ?? []
  const known = ['orphan', 'foregroundDeletion', 'kubernetes']
  return (object.metadata.finalizers ?? [])
    .filter((name) => !before.includes(name) && !name.includes('/') && !known.includes(name))
    .sort()
    .map(
      (name) =>
        `metadata.finalizers: ${goQuote(name)}: prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers`,
    )
}
