import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1'
import { forbidden, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable } from '../object-meta-validation.ts'
import { canonicalQuantity, compareQuantities, parseQuantity } from '../quantity.ts'
import { accessModesOf, classOf } from './access-modes.ts'
import { defaultClaim } from './claim-defaults.ts'
import { ageColumn, doc, nameColumn, text, wide } from './column.ts'
import { semanticallyEqual } from './validation/equality.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
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
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validate(object),
    ...validateChange(object, old),
  ],
  validateStatusUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
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

function validate({ metadata, spec = {} }: Typed<PersistentVolumeClaim>): FieldError[] {
  return [...validateObjectMeta(metadata, true, validateDNS1123Subdomain), ...validatePVCSpec(spec, 'spec')]
}

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

/** kubernetes: pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaimUpdate; upstream's message ends with a diff of Go structs. */
function validateChange(
  { spec = {} }: Typed<PersistentVolumeClaim>,
  { spec: old = {}, status }: Typed<PersistentVolumeClaim>,
): FieldError[] {
  const bound = status?.phase === 'Bound'
  const [size, before] = [storageOf(spec), storageOf(old)]
  const unchanged = {
    ...spec,
    ...(bound && {
      resources: { ...spec.resources, requests: { ...spec.resources?.requests, storage: before } },
    }),
    ...(old.volumeName ? {} : { volumeName: old.volumeName }),
  }
  const smaller = compareQuantities(parseQuantity(size), parseQuantity(before)) < 0
  const capacity = parseQuantity(status?.capacity?.['storage'] ?? '0')
  const path = 'spec.resources.requests.storage'
  return [
    ...(semanticallyEqual(unchanged, old) ? [] : [forbidden('spec', immutable)]),
    ...(smaller && compareQuantities(parseQuantity(size), capacity) <= 0
      ? [forbidden(path, 'field can not be less than status.capacity')]
      : []),
    ...validateImmutable(spec.volumeMode, old.volumeMode, 'spec.volumeMode'),
  ]
}

const immutable =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

const storageOf = ({ resources }: PersistentVolumeClaimSpec): string =>
  resources?.requests?.['storage'] ?? '0'
