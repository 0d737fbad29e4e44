import type { ObjectMeta, OwnerReference } from 'kubernetes-types/meta/v1'
import { forbidden, goSyntax, invalid, required, type BadValue, type FieldError } from '../../field-error.ts'
import { goQuote } from '../../go-quote.ts'
import { validateQualifiedName } from '../../names.ts'
import { annotations, immutableMessage, invalids, labels, nameIsDNSLabel, nonNegative, type NameRule } from './rules.ts'

/** Finalizers without a slash that are allowed (kubernetes: pkg/apis/core/helper IsStandardFinalizerName). */
const standardFinalizers = ['kubernetes', 'orphan', 'foregroundDeletion']

/** Metadata on create, as every kind of Kubernetes' own groups checks it (kubernetes: pkg/apis/core/validation ValidateObjectMeta). */
export function validateObjectMeta(meta: ObjectMeta, namespaced: boolean, name: NameRule, field = 'metadata'): FieldError[] {
  return [...validateGenericMeta(meta, namespaced, name, field), ...kubeFinalizers(meta.finalizers, `${field}.finalizers`)]
}

/** Metadata on update (kubernetes: pkg/apis/core/validation ValidateObjectMetaUpdate). */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta, field = 'metadata'): FieldError[] {
  return [...validateGenericMetaUpdate(meta, old, field), ...kubeFinalizers(meta.finalizers, `${field}.finalizers`)]
}

/** apimachinery: pkg/api/validation/objectmeta.go ValidateObjectMetaAccessor. */
export function validateGenericMeta(meta: ObjectMeta, namespaced: boolean, name: NameRule, field: string): FieldError[] {
  return [
    ...(meta.generateName ? invalids(`${field}.generateName`, meta.generateName, name(meta.generateName, true)) : []),
    ...(meta.name
      ? invalids(`${field}.name`, meta.name, name(meta.name, false))
      : [required(`${field}.name`, 'name or generateName is required')]),
    ...validateNamespace(meta.namespace, namespaced, `${field}.namespace`),
    ...nonNegative(`${field}.generation`, meta.generation),
    ...labels(`${field}.labels`, meta.labels),
    ...annotations(`${field}.annotations`, meta.annotations),
    ...validateOwnerReferences(meta.ownerReferences ?? [], `${field}.ownerReferences`),
    ...validateFinalizers(meta.finalizers ?? [], `${field}.finalizers`),
    ...validateManagedFields(meta, `${field}.managedFields`),
  ]
}

/** apimachinery: pkg/api/validation/objectmeta.go ValidateObjectMetaAccessorUpdate. */
export function validateGenericMetaUpdate(meta: ObjectMeta, old: ObjectMeta, field: string): FieldError[] {
  return [
    ...(old.deletionTimestamp ? noNewFinalizers(meta, old, `${field}.finalizers`) : []),
    ...(meta.resourceVersion ? [] : [invalid(`${field}.resourceVersion`, '', 'must be specified for an update')]),
    ...((meta.generation ?? 0) < (old.generation ?? 0)
      ? [invalid(`${field}.generation`, meta.generation ?? 0, 'must not be decremented')]
      : []),
    ...immutableMeta.flatMap(([key, empty]) =>
      meta[key] === old[key] ? [] : [invalid(`${field}.${key}`, (meta[key] ?? empty) as BadValue, immutableMessage)],
    ),
    ...labels(`${field}.labels`, meta.labels),
    ...annotations(`${field}.annotations`, meta.annotations),
    ...validateOwnerReferences(meta.ownerReferences ?? [], `${field}.ownerReferences`),
    ...validateManagedFields(meta, `${field}.managedFields`),
  ]
}

/** Finalizers of a legacy kind: standard or qualified (validateKubeFinalizerName). */
export function kubeFinalizerName(field: string, name: string): FieldError[] {
  if (name.includes('/') || standardFinalizers.includes(name)) return []
  return [invalid(field, name, 'name is neither a standard finalizer name nor is it fully qualified')]
}

const immutableMeta: readonly (readonly [keyof ObjectMeta, BadValue])[] = [
  ['name', ''], ['namespace', ''], ['uid', ''], ['creationTimestamp', null], ['deletionTimestamp', null],
  ['deletionGracePeriodSeconds', null],
]

function validateNamespace(namespace: string | undefined, namespaced: boolean, field: string): FieldError[] {
  if (!namespaced) return namespace ? [forbidden(field, 'not allowed on this type')] : []
  return namespace ? invalids(field, namespace, nameIsDNSLabel(namespace, false)) : [required(field)]
}

function validateOwnerReferences(references: readonly OwnerReference[], field: string): FieldError[] {
  const errors = references.flatMap((reference) => validateOwnerReference(reference, field))
  const controllers = references.filter((reference) => reference.controller)
  const [first] = controllers
  for (const other of controllers.slice(1)) {
    const message = `Only one reference can have Controller set to true. Found "true" in references for ${first!.name} and ${other.name}`
    errors.push(invalid(field, goSyntax(goOwnerReferences(references)), message))
  }
  return errors
}

function validateOwnerReference(reference: OwnerReference, field: string): FieldError[] {
  const { apiVersion, kind, name, uid } = reference
  const version = apiVersion ? apiVersion.slice(apiVersion.indexOf('/') + 1) : ''
  return [
    ...(version ? [] : [invalid(`${field}.apiVersion`, apiVersion ?? '', 'version must not be empty')]),
    ...(kind ? [] : [invalid(`${field}.kind`, '', 'must not be empty')]),
    ...(name ? [] : [invalid(`${field}.name`, '', 'must not be empty')]),
    ...(uid ? [] : [invalid(`${field}.uid`, '', 'must not be empty')]),
    ...(apiVersion === 'v1' && kind === 'Event'
      ? [invalid(field, goSyntax(goOwnerReference(reference)), '/v1, Kind=Event is disallowed from being an owner')]
      : []),
  ]
}

const goOwnerReferences = (references: readonly OwnerReference[]): string =>
  `[]v1.OwnerReference{${references.map((reference) => goOwnerReference(reference)).join(', ')}}`

const goOwnerReference = ({ apiVersion, kind, name, uid }: OwnerReference): string =>
  `v1.OwnerReference{APIVersion:${goQuote(apiVersion ?? '')}, Kind:${goQuote(kind ?? '')}, Name:${goQuote(name ?? '')}, ` +
  `UID:${goQuote(uid ?? '')}, Controller:(*bool)(nil), BlockOwnerDeletion:(*bool)(nil)}`

function validateFinalizers(finalizers: readonly string[], field: string): FieldError[] {
  const both = finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')
  return [
    ...finalizers.flatMap((name) => invalids(field, name, validateQualifiedName(name))),
    ...(both ? [invalid(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')] : []),
  ]
}

function noNewFinalizers(meta: ObjectMeta, old: ObjectMeta, field: string): FieldError[] {
  const extra = (meta.finalizers ?? []).filter((name) => !old.finalizers?.includes(name)).sort()
  if (extra.length === 0) return []
  const list = `[]string{${extra.map(goQuote).join(', ')}}`
  return [forbidden(field, `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`)]
}

function kubeFinalizers(finalizers: readonly string[] | undefined, field: string): FieldError[] {
  return (finalizers ?? []).flatMap((name, i) => kubeFinalizerName(`${field}[${i}]`, name))
}

/** apimachinery: pkg/apis/meta/v1/validation/validation.go ValidateManagedFields. */
function validateManagedFields({ managedFields }: ObjectMeta, field: string): FieldError[] {
  return (managedFields ?? []).flatMap(({ operation = '', fieldsType = '' }, i) => [
    ...(operation === 'Apply' || operation === 'Update'
      ? []
      : [invalid(`${field}[${i}].operation`, operation, 'must be `Apply` or `Update`')]),
    ...(fieldsType === '' || fieldsType === 'FieldsV1' ? [] : [invalid(`${field}[${i}].fieldsType`, fieldsType, 'must be `FieldsV1`')]),
  ])
}
