import type { PersistentVolumeSpec } from 'kubernetes-types/core/v1'
import { forbidden, required, type FieldError } from '../../field-error.ts'
import { validateSource } from './persistent-volume.ts'
import { validateAccessModes } from './volume-claim.ts'

const unfit = 'may not be specified in the context of inline volumes'

/** A volume that stands in a VolumeAttachment, where only CSI has volumes (ValidatePersistentVolumeSpec). */
export function validateInlineVolumeSpec(spec: PersistentVolumeSpec, field: string): FieldError[] {
  const { accessModes = [], persistentVolumeReclaimPolicy: policy, volumeMode } = spec
  const never = (name: string, given: boolean): FieldError[] =>
    given ? [forbidden(`${field}.${name}`, unfit)] : []
  return [
    ...never('claimRef', spec.claimRef !== undefined),
    ...never('capacity', Object.keys(spec.capacity ?? {}).length > 0),
    ...(spec.csi ? [] : [required(`${field}.csi`, 'has to be specified in the context of inline volumes')]),
    ...(accessModes.length > 0 ? [] : [required(`${field}.accessModes`)]),
    ...validateAccessModes(accessModes, `${field}.accessModes`),
    ...(policy && policy !== 'Retain'
      ? [
          forbidden(
            `${field}.persistentVolumeReclaimPolicy`,
            'may only be Retain in the context of inline volumes',
          ),
        ]
      : []),
    ...never('nodeAffinity', spec.nodeAffinity !== undefined),
    ...validateSource(spec, field),
    ...never('storageClassName', Boolean(spec.storageClassName)),
    ...(volumeMode !== undefined && volumeMode !== 'Filesystem'
      ? [
          forbidden(
            `${field}.volumeMode`,
            'may not specify volumeMode other than Filesystem in the context of inline volumes',
          ),
        ]
      : []),
  ]
}
