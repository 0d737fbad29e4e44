import type {
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  TypedObjectReference,
} from 'kubernetes-types/core/v1'
import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { compareQuantities, parseQuantity } from '../../quantity.ts'
import { validateLabels, validateLabelSelector } from '../../label-validation.ts'
import { validateAnnotations } from '../../object-meta-validation.ts'
import { dnsSubdomain, invalids, nameIsDNSLabel, nameIsDNSSubdomain } from './rules.ts'

// kubernetes: pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaimSpec, ValidatePersistentVolumeClaimTemplate

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const volumeModes = ['Block', 'Filesystem']

/** The claim that an ephemeral volume makes: only labels and annotations of its metadata count. */
export function validatePVCTemplate(
  { metadata = {}, spec }: PersistentVolumeClaimTemplate,
  field: string,
): FieldError[] {
  const others = Object.keys(metadata)
    .filter((key) => key !== 'labels' && key !== 'annotations')
    .sort()
  return [
    ...validateAnnotations(metadata.annotations, `${field}.metadata.annotations`),
    ...validateLabels(metadata.labels, `${field}.metadata.labels`),
    ...others.map((key) => forbidden(`${field}.metadata.${key}`, 'cannot be set')),
    ...validatePVCSpec(spec, `${field}.spec`),
  ]
}

export function validatePVCSpec(
  spec: PersistentVolumeClaimSpec,
  field: string,
  allowBadGroup = false,
): FieldError[] {
  const { selector, resources, storageClassName, volumeMode, dataSource, dataSourceRef } = spec
  return [
    ...(spec.accessModes?.length
      ? []
      : [required(`${field}.accessModes`, 'at least 1 access mode is required')]),
    ...validateLabelSelector(selector, `${field}.selector`),
    ...validateAccessModes(spec.accessModes ?? [], `${field}.accessModes`),
    ...validateStorage(resources?.requests?.['storage'], `${field}.resources[storage]`),
    ...(storageClassName
      ? invalids(`${field}.storageClassName`, storageClassName, nameIsDNSSubdomain(storageClassName, false))
      : []),
    ...(volumeMode !== undefined && !volumeModes.includes(volumeMode)
      ? [notSupported(`${field}.volumeMode`, volumeMode, volumeModes)]
      : []),
    ...(dataSource ? validateDataSource(dataSource, allowBadGroup, `${field}.dataSource`) : []),
    ...(dataSourceRef ? validateDataSource(dataSourceRef, allowBadGroup, `${field}.dataSourceRef`) : []),
    ...bothSources(spec, field),
  ]
}

export function validateAccessModes(modes: readonly string[], field: string): FieldError[] {
  const single = modes.includes('ReadWriteOncePod')
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && accessModes.includes(mode))
  return [
    ...modes
      .filter((mode) => !accessModes.includes(mode))
      .map((mode) => notSupported(field, mode, accessModes)),
    ...(single && others ? [forbidden(field, 'may not use ReadWriteOncePod with other access modes')] : []),
  ]
}

function validateStorage(storage: string | undefined, field: string): FieldError[] {
  if (storage === undefined) return [required(field)]
  const positive = compareQuantities(parseQuantity(storage), parseQuantity('0')) > 0
  return positive ? [] : [invalid(field, storage, 'must be greater than zero')]
}

function validateDataSource(
  { name, kind, apiGroup, namespace }: Partial<TypedObjectReference>,
  allowBadGroup: boolean,
  field: string,
): FieldError[] {
  return [
    ...(name ? [] : [required(`${field}.name`)]),
    ...(kind ? [] : [required(`${field}.kind`)]),
    ...(!apiGroup && kind !== 'PersistentVolumeClaim'
      ? [invalid(field, kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup")]
      : []),
    ...(apiGroup && !allowBadGroup ? dnsSubdomain(`${field}.apiGroup`, apiGroup) : []),
    ...(namespace ? invalids(`${field}.namespace`, namespace, nameIsDNSLabel(namespace, false)) : []),
  ]
}

function bothSources({ dataSource, dataSourceRef }: PersistentVolumeClaimSpec, field: string): FieldError[] {
  if (!dataSource || !dataSourceRef) return []
  const shown = `${field}.dataSource`
  if (dataSourceRef.namespace)
    return [invalid(field, shown, 'may not be specified when dataSourceRef.namespace is specified')]
  const equal =
    dataSource.apiGroup === dataSourceRef.apiGroup &&
    dataSource.kind === dataSourceRef.kind &&
    dataSource.name === dataSourceRef.name
  return equal ? [] : [invalid(field, shown, 'must match dataSourceRef')]
}
