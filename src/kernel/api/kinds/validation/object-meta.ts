import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import { invalid, type FieldError } from '../../field-error.ts'
import {
  validateObjectMeta as validateGeneric,
  validateObjectMetaUpdate as validateGenericUpdate,
  type NameRule,
} from '../../object-meta-validation.ts'

/** Finalizers without a slash that are allowed (kubernetes: pkg/apis/core/helper IsStandardFinalizerName). */
const standardFinalizers = ['kubernetes', 'orphan', 'foregroundDeletion']

/** Metadata on create as the kinds of the core group check it (kubernetes: pkg/apis/core/validation ValidateObjectMeta). */
export function validateObjectMeta(meta: ObjectMeta, namespaced: boolean, name: NameRule): FieldError[] {
  return [...validateGeneric(meta, namespaced, name), ...kubeFinalizers(meta.finalizers)]
}

/** The same for an update (ValidateObjectMetaUpdate). */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta): FieldError[] {
  return [...validateGenericUpdate(meta, old), ...kubeFinalizers(meta.finalizers)]
}

/** Finalizers of a legacy kind: standard or qualified (validateKubeFinalizerName). */
export function kubeFinalizerName(field: string, name: string): FieldError[] {
  if (name.includes('/') || standardFinalizers.includes(name)) return []
  return [invalid(field, name, 'name is neither a standard finalizer name nor is it fully qualified')]
}

const kubeFinalizers = (finalizers: readonly string[] | undefined): FieldError[] =>
  (finalizers ?? []).flatMap((name, i) => kubeFinalizerName(`metadata.finalizers[${i}]`, name))
