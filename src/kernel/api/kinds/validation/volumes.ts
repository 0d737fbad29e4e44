import type { Volume } from 'kubernetes-types/core/v1'
import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import { duplicate, forbidden, invalid, required, type FieldError } from '../../field-error.ts'
import { dnsLabel, nameIsDNSSubdomain } from './rules.ts'
import { volumeSources, type VolumeSources } from './volume-sources.ts'

/** The volumes that passed, by name, for the mounts. */
export type KnownVolumes = ReadonlyMap<string, Volume>

/** kubernetes: pkg/apis/core/validation/validation.go ValidateVolumes; `meta` only of a real pod. */
export function validateVolumes(
  volumes: readonly Volume[],
  meta: ObjectMeta | undefined,
  field: string,
): [KnownVolumes, FieldError[]] {
  const known = new Map<string, Volume>()
  const errors: FieldError[] = []
  const podName = meta?.name
  const created = new Set(
    podName ? volumes.filter(({ ephemeral }) => ephemeral).map(({ name }) => `${podName}-${name}`) : [],
  )
  for (const [i, volume] of volumes.entries()) {
    const found = validateVolume(volume, podName, known, `${field}[${i}]`)
    if (found.length === 0) known.set(volume.name, volume)
    errors.push(...found)
    const claim = volume.persistentVolumeClaim?.claimName
    if (claim !== undefined && created.has(claim)) {
      const message = 'must not reference a PVC that gets created for an ephemeral volume'
      errors.push(invalid(`${field}[${i}].persistentVolumeClaim.claimName`, claim, message))
    }
  }
  return [known, errors]
}

function validateVolume(
  volume: Volume,
  podName: string | undefined,
  known: KnownVolumes,
  field: string,
): FieldError[] {
  const { name } = volume
  return [
    ...validateSource(volume, podName, field),
    ...(name ? dnsLabel(`${field}.name`, name) : [required(`${field}.name`)]),
    ...(known.has(name ?? '') ? [duplicate(`${field}.name`, name ?? '')] : []),
  ]
}

/** Exactly one source; upstream looks at them in this order. */
function validateSource(volume: Volume, podName: string | undefined, field: string): FieldError[] {
  const errors: FieldError[] = []
  let count = 0
  for (const [key, check, named] of volumeSources) {
    const source = (volume as VolumeSources)[key]
    if (source === undefined) continue
    if (count++ > 0)
      errors.push(forbidden(`${field}.${named ?? key}`, 'may not specify more than 1 volume type'))
    else {
      errors.push(
        ...check(source as never, `${field}.${key === 'gcePersistentDisk' ? 'persistentDisk' : key}`),
      )
      if (key === 'ephemeral') errors.push(...claimName(volume.name, podName, field))
    }
    if (key === 'iscsi') errors.push(...iscsiNameLength(volume, field))
  }
  return count === 0 ? [...errors, required(field, 'must specify a volume type')] : errors
}

/** The claim of an ephemeral volume is named after the pod. */
function claimName(volumeName: string | undefined, podName: string | undefined, field: string): FieldError[] {
  if (!podName || !volumeName) return []
  const claim = `${podName}-${volumeName}`
  return nameIsDNSSubdomain(claim, false).map((message) =>
    invalid(`${field}.name`, volumeName, `PVC name "${claim}": ${message}`),
  )
}

function iscsiNameLength({ name, iscsi }: Volume, field: string): FieldError[] {
  if (iscsi?.initiatorName === undefined || `${name}:${iscsi.targetPortal ?? ''}`.length <= 64) return []
  const message =
    'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'
  return [invalid(`${field}.name`, name, message)]
}
