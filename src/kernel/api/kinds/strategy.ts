import { equalJson } from '../json.ts'
import { decode, strictDecodingError } from '../schema/decode.ts'
import { encode } from '../schema/encode.ts'
import { structNameOf } from '../schema/types.ts'
import type { FieldError } from '../field-error.ts'
import { generateName } from '../generate-name.ts'
import { goQuote } from '../go-quote.ts'
import type { KindDefinition, StrategyContext } from '../kind.ts'
import { validatePathSegmentName } from '../names.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import type { Json, JsonObject, KubeObject } from '../objects.ts'
import { badRequest, conflict, invalidObject, optimisticLockMessage, type Status } from '../status.ts'
import { formatTime } from '../time.ts'
import { UserError } from '../user-error.ts'

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

/** Either the object or the Status that refuses it. */
export type Outcome =
  | { readonly object: KubeObject; readonly warnings?: readonly string[] }
  | { readonly status: Status }

/** What a create needs to know beyond the object. */
export interface CreateContext extends StrategyContext {
  /** The namespace of the request; empty for cluster-scoped kinds. */
  readonly namespace: string
  readonly uid: string
  /** For generateName: a number of [0, 1). */
  random(): number
}

/**
 * What came over the wire as an object of the kind: decoded, checked for unknown fields, with defaults (apiserver:
 * endpoints/handlers/create.go up to admission). Metadata's managedFields stay for the caller to strip.
 */
export function decodeObject(
  definition: KindDefinition,
  body: Json | undefined,
  validation: FieldValidation,
): Outcome {
  const { group, version, kind } = definition
  const name = structNameOf(group, version, kind)
  if (name === undefined) throw new Error(`kinds: no type for ${group}/${version} ${kind}`)
  try {
    const { object, strict } = decode(name, body)
    const complaint = strictDecodingError(strict)
    if (complaint && validation === 'Strict') return { status: cannotBeHandled(definition, complaint) }
    const typed = {
      ...object,
      apiVersion: group ? `${group}/${version}` : version,
      kind,
    } as unknown as KubeObject
    return {
      object: definition.defaults?.(typed) ?? typed,
      ...(validation === 'Warn' && strict.length > 0 && { warnings: strict }),
    }
  } catch (error) {
    if (error instanceof UserError) return { status: cannotBeHandled(definition, error.message) }
    throw error
  }
}

/** The object as it is stored and sent. */
export function encodeObject(definition: KindDefinition, object: KubeObject): KubeObject {
  const name = structNameOf(definition.group, definition.version, definition.kind)
  if (name === undefined) return object
  return encode(name, object as unknown as JsonObject) as unknown as KubeObject
}

/** An object's namespace is the request's, or absent (apiserver: rest.EnsureObjectNamespaceMatchesRequestNamespace). */
export function inNamespace(definition: KindDefinition, object: KubeObject, namespace: string): Outcome {
  const wanted = definition.namespaced ? namespace : ''
  const given = object.metadata.namespace ?? ''
  if (given === wanted) return { object }
  if (given === '') return { object: { ...object, metadata: { ...object.metadata, namespace: wanted } } }
  // A namespace on a cluster-scoped kind is dropped, one that differs is refused.
  if (wanted === '') return { object: { ...object, metadata: withoutKeys(object.metadata, 'namespace') } }
  return {
    status: badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    ),
  }
}

/** kubernetes: apiserver pkg/registry/rest/create.go BeforeCreate. */
export function beforeCreate(
  definition: KindDefinition,
  object: KubeObject,
  context: CreateContext,
): Outcome {
  const placed = inNamespace(definition, object, context.namespace)
  if ('status' in placed) return placed
  const cleared = {
    ...placed.object,
    metadata: withoutKeys(
      placed.object.metadata,
      'deletionTimestamp',
      'deletionGracePeriodSeconds',
      'selfLink',
    ),
  }
  const prepared = definition.prepareForCreate?.(cleared, context) ?? cleared
  const stamped = withSystemFields(definition, prepared, context)
  const errors = definition.validate?.(stamped) ?? []
  const refused =
    refusal(definition, stamped, errors) ?? refusal(definition, stamped, genericErrors(definition, stamped))
  return refused
    ? { status: refused }
    : {
        object: definition.canonicalize?.(stamped) ?? stamped,
        warnings: definition.warnings?.(stamped) ?? [],
      }
}

/** kubernetes: apiserver pkg/registry/rest/update.go BeforeUpdate. */
export function beforeUpdate(
  definition: KindDefinition,
  object: KubeObject,
  old: KubeObject,
  context: StrategyContext,
): Outcome {
  const placed = inNamespace(definition, object, old.metadata.namespace ?? '')
  if ('status' in placed) return placed
  const kept = withKeptMetadata(placed.object, old)
  const prepared = definition.prepareForUpdate?.(kept, old, context) ?? kept
  const counted = definition.generation ? withGeneration(definition, prepared, old) : prepared
  const errors = [
    ...commonErrors(definition, counted, old),
    ...(definition.validateUpdate?.(counted, old) ?? []),
  ]
  const refused = refusal(definition, counted, errors)
  return refused
    ? { status: refused }
    : {
        object: definition.canonicalize?.(counted) ?? counted,
        warnings: definition.warnings?.(counted, old) ?? [],
      }
}

/** The same for the status endpoint: everything but the status stays what it was. */
export function beforeStatusUpdate(
  definition: KindDefinition,
  object: KubeObject,
  old: KubeObject,
  context: StrategyContext,
): Outcome {
  const placed = inNamespace(definition, object, old.metadata.namespace ?? '')
  if ('status' in placed) return placed
  const kept = withKeptMetadata(placed.object, old)
  const status = {
    ...kept,
    ...specOf(old),
    metadata: { ...kept.metadata, ...generationOf(old) },
  } as KubeObject
  const prepared = definition.prepareForStatusUpdate?.(status, old, context) ?? status
  const errors = [
    ...commonErrors(definition, prepared, old),
    ...(definition.validateStatusUpdate?.(prepared, old) ?? []),
  ]
  const refused = refusal(definition, prepared, errors)
  return refused ? { status: refused } : { object: prepared }
}

/** A resourceVersion that is given must be that of the stored object (apiserver: generic/registry/store.go Update). */
export function checkResourceVersion(
  definition: KindDefinition,
  object: KubeObject,
  old: KubeObject,
): Status | undefined {
  const { resourceVersion: given, name = '' } = object.metadata
  if (!given || given === old.metadata.resourceVersion) return undefined
  return conflict({ group: definition.group, name: definition.plural }, name, optimisticLockMessage)
}

function cannotBeHandled({ version, kind }: KindDefinition, why: string): Status {
  return badRequest(`${kind} in version ${goQuote(version)} cannot be handled as a ${kind}: ${why}`)
}

function refusal(
  definition: KindDefinition,
  object: KubeObject,
  errors: readonly FieldError[],
): Status | undefined {
  if (errors.length === 0) return undefined
  return invalidObject({ group: definition.group, name: definition.kind }, object.metadata.name ?? '', errors)
}

/** Names that would break a URL, for kinds whose own rule is looser. */
const genericErrors = (definition: KindDefinition, { metadata }: KubeObject): FieldError[] =>
  validateObjectMeta(metadata, definition.namespaced, validatePathSegmentName)

/** What holds for an update of any kind (rest: validateCommonFields); kinds check most of it once more. */
const commonErrors = (definition: KindDefinition, object: KubeObject, old: KubeObject): FieldError[] => [
  ...genericErrors(definition, object),
  ...validateObjectMetaUpdate(object.metadata, old.metadata),
]

function withSystemFields(
  definition: KindDefinition,
  object: KubeObject,
  { now, uid, random }: CreateContext,
): KubeObject {
  const { metadata } = object
  const generated =
    metadata.generateName && !metadata.name ? { name: generateName(metadata.generateName, random) } : {}
  const generation = definition.generation ? { generation: 1 } : {}
  return {
    ...object,
    metadata: { ...metadata, ...generated, ...generation, uid, creationTimestamp: formatTime(now) },
  }
}

/** An update may leave out what only the system sets (rest.BeforeUpdate, metav1 accessors). */
function withKeptMetadata(object: KubeObject, { metadata: old }: KubeObject): KubeObject {
  const { metadata } = object
  const kept = {
    ...metadata,
    ...(metadata.uid ? {} : { uid: old.uid }),
    ...(metadata.resourceVersion ? {} : { resourceVersion: old.resourceVersion }),
    creationTimestamp: metadata.creationTimestamp ?? old.creationTimestamp,
    ...(metadata.deletionTimestamp ? {} : { deletionTimestamp: old.deletionTimestamp }),
    ...(metadata.deletionGracePeriodSeconds === undefined
      ? { deletionGracePeriodSeconds: old.deletionGracePeriodSeconds }
      : {}),
    generation: old.generation,
  }
  return { ...object, metadata: withoutUndefined(kept) }
}

/** A new generation where the spec is another, unless the kind has counted already (most strategies' PrepareForUpdate). */
function withGeneration(definition: KindDefinition, object: KubeObject, old: KubeObject): KubeObject {
  if (object.metadata.generation !== old.metadata.generation) return object
  // As they are stored: an explicit null, or another order of fields, is no change.
  const partOf = (one: KubeObject) => specOf(encodeObject(definition, one))
  const changed = !equalJson(partOf(object), partOf(old))
  return {
    ...object,
    metadata: { ...object.metadata, generation: (old.metadata.generation ?? 0) + (changed ? 1 : 0) },
  }
}

/** All but type, metadata and status. */
function specOf(object: KubeObject): JsonObject {
  const { apiVersion, kind, metadata, status, ...rest } = object as KubeObject & { readonly status?: unknown }
  return rest as JsonObject
}

const generationOf = ({ metadata: { generation } }: KubeObject) =>
  generation === undefined ? {} : { generation }

function withoutKeys<T extends object>(object: T, ...keys: readonly string[]): T {
  if (!keys.some((key) => key in object)) return object
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key))) as T
}

const withoutUndefined = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
