import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1'
import { matchesLabels, selectorFromObject } from '../../api/labels.ts'
import { canonicalQuantity, compareQuantities, parseQuantity, type Quantity } from '../../api/quantity.ts'

// kubernetes: pkg/controller/volume/persistentvolume (index.go, pv_controller.go), component-helpers: storage/volume/pv_helpers.go

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller'
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed'
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node'
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by'

export const classOf = ({ metadata, spec }: PersistentVolume | PersistentVolumeClaim): string =>
  metadata?.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? ''

const sizeOf = (list: Readonly<Record<string, string>> | undefined): Quantity =>
  parseQuantity(list?.['storage'] ?? '0')

const modeOf = ({ spec }: PersistentVolume | PersistentVolumeClaim): string =>
  spec?.volumeMode ?? 'Filesystem'

export const isReservedFor = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean => {
  const { namespace, name, uid } = volume.spec?.claimRef ?? {}
  const { metadata } = claim
  return namespace === metadata?.namespace && name === metadata?.name && (!uid || uid === metadata?.uid)
}

/** Why a volume that a claim names will not do (checkVolumeSatisfyClaim). */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (compareQuantities(sizeOf(volume.spec?.capacity), sizeOf(claim.spec?.resources?.requests)) < 0)
    return 'requested PV is too small'
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match'
  if (modeOf(volume) !== modeOf(claim)) return 'incompatible volumeMode'
  if (!hasModes(volume, claim)) return 'incompatible accessMode'
  return undefined
}

const hasModes = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (claim.spec?.accessModes ?? []).every((mode) => volume.spec?.accessModes?.includes(mode))

/** The volume that was made for the claim, or the smallest that will do (FindMatchingVolume). */
export function bestMatch<V extends PersistentVolume>(
  claim: PersistentVolumeClaim,
  volumes: readonly V[],
): V | undefined {
  const selector = claim.spec?.selector && selectorFromObject(claim.spec.selector)
  const wanted = sizeOf(claim.spec?.resources?.requests)
  const sized = volumes
    .filter((volume) => modeOf(volume) === modeOf(claim) && hasModes(volume, claim))
    .map((volume) => ({ volume, size: sizeOf(volume.spec?.capacity) }))
    .filter(({ size, volume }) => compareQuantities(size, wanted) >= 0 && !volume.metadata?.deletionTimestamp)
  const reserved = sized.find(({ volume }) => volume.spec?.claimRef && isReservedFor(volume, claim))
  if (reserved) return reserved.volume
  const free = sized.filter(
    ({ volume }) =>
      !volume.spec?.claimRef &&
      volume.status?.phase === 'Available' &&
      (!selector || matchesLabels(selector, volume.metadata?.labels)) &&
      classOf(volume) === classOf(claim),
  )
  return free.sort(
    (a, b) =>
      compareQuantities(a.size, b.size) ||
      ((a.volume.metadata?.name ?? '') < (b.volume.metadata?.name ?? '') ? -1 : 1),
  )[0]?.volume
}

export const capacityOf = (volume: PersistentVolume): Record<string, string> => ({
  storage: canonicalQuantity(volume.spec?.capacity?.['storage'] ?? '0'),
})
