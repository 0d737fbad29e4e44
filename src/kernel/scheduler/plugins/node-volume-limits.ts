import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1'
import { unresolvable, unschedulable, type Cycle, type Plugin, type Storage } from '../framework.ts'
import type { NodeInfo } from '../node-info.ts'
import { claimNames, classNameOf, podClaims } from './claims.ts'

const NAME = 'NodeVolumeLimits'

// kubernetes: pkg/scheduler/framework/plugins/nodevolumelimits/csi.go
export const nodeVolumeLimits: Plugin = {
  name: NAME,
  events: [
    'CSINode/Add',
    'CSINode/Update',
    'Pod/Delete',
    'PersistentVolumeClaim/Add',
    'PersistentVolume/Add',
  ],
  preFilter: ({ pod }) => (claimNames(pod).length ? undefined : 'skip'),
  filter(cycle, node) {
    const { storage } = cycle.snapshot
    const limits = storage?.volumeLimits(node.name)
    if (!storage || !limits?.size) return undefined
    const wanted = new Map<string, string>()
    for (const { name, claim } of podClaims(cycle.pod, storage)) {
      if (!claim)
        return unresolvable(`looking up PVC default/${name}: persistentvolumeclaim "${name}" not found`)
      note(wanted, claim, storage)
    }
    const counts = countOnNode(cycle, node, wanted, storage)
    for (const driver of new Set(wanted.values())) {
      const limit = limits.get(driver)
      if (limit !== undefined && (counts.get(driver) ?? 0) > limit)
        return unschedulable('node(s) exceed max volume count')
    }
    return undefined
  },
}

/** Volumes by driver, those of the pods that are there and those wanted. */
function countOnNode(
  cycle: Cycle,
  node: NodeInfo,
  wanted: ReadonlyMap<string, string>,
  storage: Storage,
): Map<string, number> {
  const all = new Map(wanted)
  for (const { pod } of node.pods.values())
    for (const { claim } of podClaims(pod, storage)) if (claim) note(all, claim, storage)
  const counts = new Map<string, number>()
  for (const driver of all.values()) counts.set(driver, (counts.get(driver) ?? 0) + 1)
  return counts
}

/** The volume behind a claim, under its driver; a claim without volume counts for its class's. */
function note(volumes: Map<string, string>, claim: PersistentVolumeClaim, storage: Storage): void {
  const { volumeName } = claim.spec ?? {}
  const volume = volumeName ? storage.volume(volumeName) : undefined
  const csi = volume?.spec?.csi
  if (csi) return void volumes.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver)
  if (volumeName) return
  const provisioner = storage.storageClass(classNameOf(claim))?.provisioner
  const key = `${claim.metadata?.namespace}/${claim.metadata?.name}`
  if (provisioner) volumes.set(`${provisioner}/${key}`, provisioner)
}
