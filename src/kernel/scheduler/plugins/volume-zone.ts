import { unresolvable, type Plugin } from '../framework.ts'
import { classNameOf, isLate, missingClaim, podClaims } from './claims.ts'

const NAME = 'VolumeZone'
const REASON = 'node(s) had no available volume zone'

const LABELS = [
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
]
/** What the old labels are called today. */
const STABLE: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
}

interface Topology {
  readonly label: string
  /** Zones are joined by `__`. */
  readonly values: readonly string[]
}

// kubernetes: pkg/scheduler/framework/plugins/volumezone
export const volumeZone: Plugin = {
  name: NAME,
  events: [
    'Node/Add',
    'Node/UpdateLabel',
    'PersistentVolumeClaim/Add',
    'PersistentVolumeClaim/Update',
    'PersistentVolume/Add',
    'PersistentVolume/Update',
    'StorageClass/Add',
  ],
  preFilter(cycle) {
    const { storage } = cycle.snapshot
    const topologies: Topology[] = []
    for (const { name, claim } of podClaims(cycle.pod, storage)) {
      if (!claim) return missingClaim(name)
      const volumeName = claim.spec?.volumeName
      if (!volumeName) {
        const className = classNameOf(claim)
        if (!className) return unresolvable('PersistentVolumeClaim had no pv name and storageClass name')
        const storageClass = storage?.storageClass(className)
        if (!storageClass) return unresolvable(`storageclass.storage.k8s.io "${className}" not found`)
        if (!storageClass.volumeBindingMode)
          return unresolvable(`VolumeBindingMode not set for StorageClass "${className}"`)
        if (isLate(storageClass)) continue
        return unresolvable('PersistentVolume had no name')
      }
      const volume = storage?.volume(volumeName)
      if (!volume) return unresolvable(`persistentvolume "${volumeName}" not found`)
      const labels = volume.metadata?.labels ?? {}
      for (const label of LABELS)
        if (labels[label] !== undefined) topologies.push({ label, values: labels[label].split('__') })
    }
    if (!topologies.length) return 'skip'
    cycle.state.set(NAME, topologies)
    return undefined
  },
  filter({ state }, { node }) {
    const labels = node.metadata?.labels ?? {}
    if (!LABELS.some((label) => labels[label] !== undefined)) return undefined
    for (const { label, values } of state.get(NAME) as readonly Topology[]) {
      const value = labels[label] ?? labels[STABLE[label] ?? '']
      if (value === undefined || !values.includes(value)) return unresolvable(REASON)
    }
    return undefined
  },
}
