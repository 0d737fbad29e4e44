import type { Pod, Volume } from 'kubernetes-types/core/v1'
import { unschedulable, type Plugin } from '../framework.ts'
import { claimNames, missingClaim, podClaims } from './claims.ts'

const NAME = 'VolumeRestrictions'
const DISK = 'node(s) had no available disk'
const ALONE = 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode'

// kubernetes: pkg/scheduler/framework/plugins/volumerestrictions
export const volumeRestrictions: Plugin = {
  name: NAME,
  events: ['Pod/Delete', 'Node/Add', 'PersistentVolumeClaim/Add', 'PersistentVolumeClaim/Update'],
  preFilter(cycle) {
    const { pod, snapshot } = cycle
    const alone = new Set<string>()
    for (const { key, name, claim } of podClaims(pod, snapshot.storage)) {
      if (!claim) return missingClaim(name)
      if (claim.spec?.accessModes?.includes('ReadWriteOncePod')) alone.add(key)
    }
    const disks = (pod.spec?.volumes ?? []).some(isDisk)
    if (!alone.size && !disks) return 'skip'
    cycle.state.set(NAME, alone)
    return undefined
  },
  filter({ pod, state }, node) {
    const alone = state.get(NAME) as ReadonlySet<string>
    const others = [...node.pods.values()].map((info) => info.pod)
    if (others.some((other) => shareDisk(pod, other))) return unschedulable(DISK)
    const taken = others.some((other) => claimNames(other).some(({ key }) => alone.has(key)))
    return taken ? unschedulable(ALONE) : undefined
  },
}

const isDisk = ({ gcePersistentDisk, awsElasticBlockStore, rbd, iscsi }: Volume): boolean =>
  !!(gcePersistentDisk ?? awsElasticBlockStore ?? rbd ?? iscsi)

const shareDisk = (a: Pod, b: Pod): boolean =>
  (a.spec?.volumes ?? []).some((volume) => b.spec?.volumes?.some((other) => conflict(volume, other)))

/** A disk that is written may be attached once; one that all only read, often. */
export function conflict(a: Volume, b: Volume): boolean {
  if (a.gcePersistentDisk && b.gcePersistentDisk)
    return (
      a.gcePersistentDisk.pdName === b.gcePersistentDisk.pdName &&
      !(a.gcePersistentDisk.readOnly && b.gcePersistentDisk.readOnly)
    )
  if (a.awsElasticBlockStore && b.awsElasticBlockStore)
    return a.awsElasticBlockStore.volumeID === b.awsElasticBlockStore.volumeID
  if (a.iscsi && b.iscsi) return a.iscsi.iqn === b.iscsi.iqn && !(a.iscsi.readOnly && b.iscsi.readOnly)
  if (a.rbd && b.rbd) {
    const { monitors, pool = 'rbd', image, readOnly } = a.rbd
    const other = b.rbd
    return (
      monitors.some((monitor) => other.monitors.includes(monitor)) &&
      pool === (other.pool ?? 'rbd') &&
      image === other.image &&
      !(readOnly && other.readOnly)
    )
  }
  return false
}
