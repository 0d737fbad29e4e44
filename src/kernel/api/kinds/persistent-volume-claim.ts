import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1'
import { forbidden, invalid, notSupported, type FieldError } from '../field-error.ts'
import { goDifference } from '../go-value/difference.ts'
import { goValueOf } from '../go-value/value.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable } from '../object-meta-validation.ts'
import type { JsonObject } from '../objects.ts'
import { canonicalQuantity, compareQuantities, parseQuantity, quantityValue } from '../quantity.ts'
import { accessModesOf, classOf } from './access-modes.ts'
import { defaultClaim } from './claim-defaults.ts'
import { ageColumn, doc, nameColumn, text, wide } from './column.ts'
import { semanticallyEqual } from './validation/equality.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { fractions } from './warnings/fractions.ts'
import { isNativeResource } from './validation/resources.ts'
import { qualifiedName, sortedEntries } from './validation/rules.ts'
import { validatePVCSpec } from './validation/volume-claim.ts'

type ClaimSpec = PersistentVolumeClaimSpec & { readonly volumeAttributesClassName?: string }

/** kubernetes: pkg/registry/core/persistentvolumeclaim/strategy.go */
export const persistentVolumeClaim = kind<Typed<PersistentVolumeClaim>>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  namespaced: true,
  status: true,
  defaults: (object) => defaultClaim(object),
  prepareForCreate: (object) => ({
    ...object,
    spec: withBothSources(withoutDisabled(object.spec ?? {})),
    status: { phase: 'Pending' },
  }),
  prepareForUpdate: (object, old) => ({
    ...object,
    spec: withBothSources(withoutDisabled(object.spec ?? {})),
    status: old.status,
  }),
  validate,
  validateUpdate: (object, old) => [
    // The strategy asks ValidatePersistentVolumeClaim, and so does ValidatePersistentVolumeClaimUpdate.
    ...validate(object, badGroup(old)),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validate(object, badGroup(old)),
    ...validateChange(object, old),
  ],
  validateStatusUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateStatus(object.status ?? {}),
  ],
  warnings: ({ spec }) => fractions(spec?.resources?.requests, 'spec.resources.requests', ['storage']),
  columns: [
    nameColumn,
    text('Status', doc('core.v1.PersistentVolumeClaimStatus.phase'), ({ metadata, status }) =>
      metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    ),
    text('Volume', doc('core.v1.PersistentVolumeClaimSpec.volumeName'), ({ spec }) => spec?.volumeName ?? ''),
    text('Capacity', doc('core.v1.PersistentVolumeClaimStatus.capacity'), ({ spec, status }) =>
      spec?.volumeName ? canonicalQuantity(status?.capacity?.['storage'] ?? '0') : '',
    ),
    text('Access Modes', doc('core.v1.PersistentVolumeClaimStatus.accessModes'), ({ spec, status }) =>
      spec?.volumeName ? accessModesOf(status?.accessModes) : '',
    ),
    text('StorageClass', 'StorageClass of the pvc', (object) => classOf(object)),
    // The feature is off by default in 1.32, so the class is never shown.
    text('VolumeAttributesClass', 'VolumeAttributesClass of the pvc', () => '<unset>'),
    ageColumn,
    wide(
      'VolumeMode',
      doc('core.v1.PersistentVolumeClaimSpec.volumeMode'),
      ({ spec }) => spec?.volumeMode ?? '<unset>',
    ),
  ],
})

function validate(
  { metadata, spec = {} }: Typed<PersistentVolumeClaim>,
  allowBadGroup = false,
): FieldError[] {
  return [
    ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
    ...validatePVCSpec(spec, 'spec', allowBadGroup),
  ]
}

type ClaimStatus = NonNullable<PersistentVolumeClaim['status']>

/** What a claim has, and what it is being given (ValidatePersistentVolumeClaimStatusUpdate). */
function validateStatus({
  capacity,
  allocatedResources: allocated,
  allocatedResourceStatuses: states,
}: ClaimStatus): FieldError[] {
  const amounts = (field: string, list: Readonly<Record<string, string>> | undefined) =>
    sortedEntries(list).flatMap(([name, text]) => {
      const value = quantityValue(parseQuantity(text))
      return value < 0 ? [invalid(`${field}[${name}]`, value, 'must be a valid resource quantity')] : []
    })
  const names = (field: string, list: object | undefined) =>
    Object.keys(list ?? {})
      .sort()
      .flatMap((name) => claimResource(field, name))
  const path = 'status.allocatedResourceStatuses'
  return [
    ...amounts('status.capacity', capacity),
    ...names(path, states),
    ...sortedEntries(states).flatMap(([, state]) =>
      resizeStates.includes(state) ? [] : [notSupported(path, state, resizeStates)],
    ),
    ...names('status.allocatedResources', allocated),
    ...amounts('status.allocatedResources', allocated),
  ]
}

/** Of Kubernetes' own resources a claim has storage alone. */
function claimResource(field: string, name: string): FieldError[] {
  const errors = qualifiedName(field, name)
  if (errors.length > 0 || name === 'storage' || !isNativeResource(name)) return errors
  return [notSupported(field, name, ['storage'])]
}

const resizeStates = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizePending',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
]

/** What was stored before groups were checked may stay. */
const badGroup = ({ spec }: Typed<PersistentVolumeClaim>): boolean =>
  [spec?.dataSource, spec?.dataSourceRef].some(
    (source) => source?.apiGroup && validateDNS1123Subdomain(source.apiGroup).length > 0,
  )

/** VolumeAttributesClass and CrossNamespaceVolumeDataSource are off by default in 1.32. */
function withoutDisabled({ volumeAttributesClassName, ...spec }: ClaimSpec): PersistentVolumeClaimSpec {
  const { dataSourceRef: reference } = spec
  if (!reference?.namespace) return spec
  const { dataSourceRef, ...rest } = spec
  return rest
}

/** The older and the newer field say the same (NormalizeDataSources). */
function withBothSources(spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  const { dataSource, dataSourceRef } = spec
  if (dataSource && !dataSourceRef) return { ...spec, dataSourceRef: dataSource }
  if (!dataSource && dataSourceRef) return { ...spec, dataSource: dataSourceRef }
  return spec
}

/** kubernetes: pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaimUpdate. */
function validateChange(
  object: Typed<PersistentVolumeClaim>,
  old: Typed<PersistentVolumeClaim>,
): FieldError[] {
  const { spec = {}, status } = object
  const was = old.spec ?? {}
  const bound = status?.phase === 'Bound'
  const [size, before] = [storageOf(spec), storageOf(was)]
  const [classErrors, storageClassName] = classChange(object, old)
  const unchanged = {
    ...spec,
    storageClassName,
    ...(bound && {
      resources: { ...spec.resources, requests: { ...spec.resources?.requests, storage: before } },
    }),
  }
  // A name is given once.
  const named = { ...was, volumeName: was.volumeName || spec.volumeName }
  const smaller = compareQuantities(parseQuantity(size), parseQuantity(before)) < 0
  const capacity = parseQuantity(old.status?.capacity?.['storage'] ?? '0')
  const path = 'spec.resources.requests.storage'
  return [
    ...classErrors,
    ...(semanticallyEqual(unchanged, named)
      ? []
      : [forbidden('spec', `${immutable}\n${specDifference(unchanged, named)}`)]),
    ...(smaller && compareQuantities(parseQuantity(size), capacity) <= 0
      ? [forbidden(path, 'field can not be less than status.capacity')]
      : []),
    ...validateImmutable(spec.volumeMode, was.volumeMode, 'spec.volumeMode'),
  ]
}

const classAnnotation = 'volume.beta.kubernetes.io/storage-class'

/** A class may move from the annotation to the field, and a claim without one may be given one; the class to compare with. */
function classChange(
  { metadata, spec }: Typed<PersistentVolumeClaim>,
  old: Typed<PersistentVolumeClaim>,
): [FieldError[], string | undefined] {
  const annotation = metadata.annotations?.[classAnnotation]
  const before = old.metadata.annotations?.[classAnnotation]
  const now = spec?.storageClassName
  if (old.spec?.storageClassName !== undefined) return [sameAnnotation(annotation, before), now]
  const moved = before !== undefined && now === before && (annotation === undefined || annotation === before)
  if (moved) return [[], undefined]
  const given = now && (before === undefined || before === now)
  return [sameAnnotation(annotation, before), given ? undefined : now]
}

const sameAnnotation = (now: string | undefined, old: string | undefined): FieldError[] =>
  validateImmutable(now ?? '', old ?? '', `metadata.annotations.${classAnnotation}`)

const immutable =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

const specDifference = (now: PersistentVolumeClaimSpec, was: PersistentVolumeClaimSpec): string =>
  goDifference(specValue(was), specValue(now))

const specValue = (spec: PersistentVolumeClaimSpec) =>
  goValueOf('core.v1.PersistentVolumeClaimSpec', spec as unknown as JsonObject)

const storageOf = ({ resources }: PersistentVolumeClaimSpec): string =>
  resources?.requests?.['storage'] ?? '0'
