import type { PersistentVolume, PersistentVolumeSpec } from 'kubernetes-types/core/v1'
import type { FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { canonicalQuantity } from '../quantity.ts'
import { formatTime } from '../time.ts'
import { accessModesOf, classOf } from './access-modes.ts'
import { ageColumn, doc, nameColumn, text, wide } from './column.ts'
import { roundedUp } from './pod/resources.ts'
import { defaultSources } from './pod/volume-defaults.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import {
  validatePersistentVolumeChange,
  validatePersistentVolumeSpec,
} from './validation/persistent-volume.ts'

/** kubernetes: pkg/registry/core/persistentvolume/strategy.go */
export const persistentVolume = kind<Typed<PersistentVolume>>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  namespaced: false,
  status: true,
  defaults: (object) => ({
    ...object,
    spec: defaultSpec(object.spec ?? {}),
    status: { ...object.status, phase: object.status?.phase || 'Pending' },
  }),
  prepareForCreate: (object, { now }) => ({
    ...object,
    status: { phase: 'Pending', lastPhaseTransitionTime: formatTime(now) } as PersistentVolume['status'],
  }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  prepareForStatusUpdate: (object, old, { now }) =>
    object.status?.phase === old.status?.phase
      ? object
      : {
          ...object,
          status: {
            ...object.status,
            lastPhaseTransitionTime: formatTime(now),
          } as PersistentVolume['status'],
        },
  validate,
  validateUpdate: (object, old) => [
    // The strategy asks ValidatePersistentVolume, and so does ValidatePersistentVolumeUpdate.
    ...validate(object),
    ...validate(object),
    ...validatePersistentVolumeChange(object.spec ?? {}, old.spec ?? {}, 'spec'),
  ],
  validateStatusUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
  columns: [
    nameColumn,
    text('Capacity', doc('core.v1.PersistentVolumeSpec.capacity'), ({ spec }) =>
      canonicalQuantity(spec?.capacity?.['storage'] ?? '0'),
    ),
    text('Access Modes', doc('core.v1.PersistentVolumeSpec.accessModes'), ({ spec }) =>
      accessModesOf(spec?.accessModes),
    ),
    text(
      'Reclaim Policy',
      doc('core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy'),
      ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? '',
    ),
    text('Status', doc('core.v1.PersistentVolumeStatus.phase'), ({ metadata, status }) =>
      metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    ),
    text('Claim', doc('core.v1.PersistentVolumeSpec.claimRef'), ({ spec }) =>
      spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '',
    ),
    text('StorageClass', 'StorageClass of the pv', (object) => classOf(object)),
    // The feature is off by default in 1.32, so the class is never shown.
    text('VolumeAttributesClass', 'VolumeAttributesClass of the pv', () => '<unset>'),
    text('Reason', doc('core.v1.PersistentVolumeStatus.reason'), ({ status }) => status?.reason ?? ''),
    ageColumn,
    wide(
      'VolumeMode',
      doc('core.v1.PersistentVolumeSpec.volumeMode'),
      ({ spec }) => spec?.volumeMode ?? '<unset>',
    ),
  ],
})

/** kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_PersistentVolume. */
const defaultSpec = (spec: PersistentVolumeSpec): PersistentVolumeSpec => ({
  persistentVolumeReclaimPolicy: 'Retain',
  volumeMode: 'Filesystem',
  ...defaultSources(spec),
  ...(spec.capacity && { capacity: roundedUp(spec.capacity) }),
})

function validate({ metadata, spec }: Typed<PersistentVolume>): FieldError[] {
  return [
    ...validateObjectMeta(metadata, false, validateDNS1123Subdomain),
    ...validatePersistentVolumeSpec(spec ?? {}, 'spec'),
  ]
}
