import type { ObjectMeta, OwnerReference } from 'kubernetes-types/meta/v1'
import {
  forbidden,
  goSyntax,
  invalid,
  required,
  tooLong,
  type BadValue,
  type FieldError,
} from './field-error.ts'
import { goQuote, goStrings } from './go-quote.ts'
import { validateLabels } from './label-validation.ts'
import { validateManagedFields } from './managed-fields-validation.ts'
import { maskTrailingDash, validateDNS1123Label, validateQualifiedName } from './names.ts'
import { groupVersionOf } from './objects.ts'
import { parseTime, printGoTime } from './time.ts'
import { byteLength } from './utf8.ts'

// apimachinery: pkg/api/validation/objectmeta.go, generic.go

/** What is wrong with a name; see names.ts. */
export type NameRule = (name: string) => string[]

/** Metadata of an object to be created; its name is generated already (ValidateObjectMeta). */
export function validateObjectMeta(
  meta: ObjectMeta,
  namespaced: boolean,
  rule: NameRule,
  path = 'metadata',
): FieldError[] {
  const { name = '', generateName = '', namespace = '', generation = 0 } = meta
  const prefixErrors = generateName ? rule(maskTrailingDash(generateName)) : []
  return [
    ...prefixErrors.map((error) => invalid(`${path}.generateName`, generateName, error)),
    ...(name === ''
      ? [required(`${path}.name`, 'name or generateName is required')]
      : rule(name).map((error) => invalid(`${path}.name`, name, error))),
    ...namespaceErrors(namespace, namespaced, `${path}.namespace`),
    ...validateNonnegative(generation, `${path}.generation`),
    ...mapErrors(meta, path),
    ...validateFinalizers(meta.finalizers ?? [], `${path}.finalizers`),
    ...validateManagedFields(meta.managedFields ?? [], `${path}.managedFields`),
  ]
}

/** Metadata of an object that replaces another (ValidateObjectMetaUpdate). */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta, path = 'metadata'): FieldError[] {
  const errors: FieldError[] = []
  if (old.deletionTimestamp)
    errors.push(...noNewFinalizers(meta.finalizers ?? [], old.finalizers ?? [], `${path}.finalizers`))
  if (!meta.resourceVersion)
    errors.push(invalid(`${path}.resourceVersion`, '', 'must be specified for an update'))
  if ((meta.generation ?? 0) < (old.generation ?? 0))
    errors.push(invalid(`${path}.generation`, meta.generation ?? 0, 'must not be decremented'))
  errors.push(
    ...validateImmutable(meta.name ?? '', old.name ?? '', `${path}.name`),
    ...validateImmutable(meta.namespace ?? '', old.namespace ?? '', `${path}.namespace`),
    ...validateImmutable(meta.uid ?? '', old.uid ?? '', `${path}.uid`),
    ...validateImmutable(
      shownTime(meta.creationTimestamp),
      shownTime(old.creationTimestamp),
      `${path}.creationTimestamp`,
    ),
    ...validateImmutable(
      shownTime(meta.deletionTimestamp),
      shownTime(old.deletionTimestamp),
      `${path}.deletionTimestamp`,
    ),
    ...validateImmutable(
      meta.deletionGracePeriodSeconds,
      old.deletionGracePeriodSeconds,
      `${path}.deletionGracePeriodSeconds`,
    ),
    ...mapErrors(meta, path),
    ...validateManagedFields(meta.managedFields ?? [], `${path}.managedFields`),
  )
  return errors
}

/** `field is immutable` unless nothing changed (ValidateImmutableField); for scalars and lists of strings, or what Go prints of others. */
export const validateImmutable = (
  value: BadValue,
  old: BadValue,
  path: string,
  shown: BadValue = value,
): FieldError[] =>
  JSON.stringify(value ?? null) === JSON.stringify(old ?? null)
    ? []
    : [invalid(path, shown, 'field is immutable')]

/** `must be greater than or equal to 0` (ValidateNonnegativeField). */
export const validateNonnegative = (value: number, path: string): FieldError[] =>
  value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : []

/** Keys like label keys whatever their case, 256 KiB altogether (ValidateAnnotations). */
export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
): FieldError[] {
  const entries = Object.entries(annotations ?? {})
  const size = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0)
  return [
    ...entries.flatMap(([key]) =>
      validateQualifiedName(key.toLowerCase()).map((error) => invalid(path, key, error)),
    ),
    ...(size > annotationLimit ? [tooLong(path, annotationLimit)] : []),
  ]
}

/** Owners must be named whole, and only one may be the controller (ValidateOwnerReferences). */
export function validateOwnerReferences(references: readonly OwnerReference[], path: string): FieldError[] {
  const errors: FieldError[] = []
  let controller = ''
  for (const reference of references) {
    errors.push(...ownerErrors(reference, path))
    if (!reference.controller) continue
    const name = `${reference.kind}/${reference.name}`
    if (controller) {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`
      errors.push(
        invalid(path, goSyntax(`[]v1.OwnerReference{${references.map(ownerSyntax).join(', ')}}`), detail),
      )
    } else controller = name
  }
  return errors
}

/** Finalizers are qualified names; orphan and foregroundDeletion exclude each other (ValidateFinalizers). */
export function validateFinalizers(finalizers: readonly string[], path: string): FieldError[] {
  const errors = finalizers.flatMap((name) =>
    validateQualifiedName(name).map((error) => invalid(path, name, error)),
  )
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'))
  return errors
}

const annotationLimit = 256 * 1024

function namespaceErrors(namespace: string, namespaced: boolean, path: string): FieldError[] {
  if (!namespaced) return namespace === '' ? [] : [forbidden(path, 'not allowed on this type')]
  if (namespace === '') return [required(path)]
  return validateDNS1123Label(namespace).map((error) => invalid(path, namespace, error))
}

const mapErrors = (meta: ObjectMeta, path: string): FieldError[] => [
  ...validateLabels(meta.labels, `${path}.labels`),
  ...validateAnnotations(meta.annotations, `${path}.annotations`),
  ...validateOwnerReferences(meta.ownerReferences ?? [], `${path}.ownerReferences`),
]

function noNewFinalizers(finalizers: readonly string[], old: readonly string[], path: string): FieldError[] {
  const extra = [...new Set(finalizers.filter((name) => !old.includes(name)))].sort()
  if (!extra.length) return []
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${goStrings(extra)}`
  return [forbidden(path, detail)]
}

function ownerErrors(reference: OwnerReference, path: string): FieldError[] {
  const [group, version] = groupVersionOf(reference.apiVersion ?? '')
  const empty = (name: 'kind' | 'name' | 'uid') =>
    reference[name] ? [] : [invalid(`${path}.${name}`, '', 'must not be empty')]
  const banned = group === '' && version === 'v1' && reference.kind === 'Event'
  return [
    ...(version
      ? []
      : [invalid(`${path}.apiVersion`, reference.apiVersion ?? '', 'version must not be empty')]),
    ...empty('kind'),
    ...empty('name'),
    ...empty('uid'),
    ...(banned
      ? [invalid(path, goSyntax(ownerSyntax(reference)), '/v1, Kind=Event is disallowed from being an owner')]
      : []),
  ]
}

/** %#v of a v1.OwnerReference; where Go would print the address of a bool, its value stands. */
function ownerSyntax({
  apiVersion,
  kind,
  name,
  uid,
  controller,
  blockOwnerDeletion,
}: OwnerReference): string {
  const bool = (value: boolean | undefined) => `(*bool)(${value ?? 'nil'})`
  const names = `APIVersion:${goQuote(apiVersion)}, Kind:${goQuote(kind)}, Name:${goQuote(name)}, UID:${goQuote(uid)}`
  return `v1.OwnerReference{${names}, Controller:${bool(controller)}, BlockOwnerDeletion:${bool(blockOwnerDeletion)}}`
}

function shownTime(time: string | undefined): BadValue {
  const ms = time === undefined || time === null ? undefined : parseTime(time)
  return ms === undefined ? undefined : goSyntax(printGoTime(ms))
}
