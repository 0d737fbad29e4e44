import type { Node, PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1'
import { compareQuantities, parseQuantity } from '../../api/quantity.ts'
import { matchesLabels, selectorFromObject } from '../../api/labels.ts'
import { unresolvable, type Plugin, type Rejection, type Storage } from '../framework.ts'
import { matchesTerms } from '../node-selector.ts'
import { classNameOf, isLate, missingClaim, podClaims } from './claims.ts'

const NAME = 'VolumeBinding'
const BOUND = 'pv.kubernetes.io/bind-completed'

/** What has to be done about a pod's claims once it has a node. */
export interface BindingPlan {
  /** Volumes to reserve for claims. */
  readonly bind: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[]
  /** Claims for which somebody is to make a volume on that node. */
  readonly provision: readonly PersistentVolumeClaim[]
}

interface State {
  readonly bound: readonly PersistentVolumeClaim[]
  readonly late: readonly PersistentVolumeClaim[]
  readonly plans: Map<string, BindingPlan>
}

// kubernetes: pkg/scheduler/framework/plugins/volumebinding
export const volumeBinding: Plugin = {
  name: NAME,
  events: [
    'Node/Add',
    'Node/UpdateLabel',
    'PersistentVolumeClaim/Add',
    'PersistentVolumeClaim/Update',
    'PersistentVolume/Add',
    'PersistentVolume/Update',
    'StorageClass/Add',
    'CSINode/Add',
    'CSINode/Update',
  ],
  preFilter(cycle) {
    const { storage } = cycle.snapshot
    const claims = podClaims(cycle.pod, storage)
    if (!claims.length) return 'skip'
    const state = {
      bound: [] as PersistentVolumeClaim[],
      late: [] as PersistentVolumeClaim[],
      plans: new Map(),
    }
    let immediate = false
    for (const { name, claim } of claims) {
      if (!claim) return missingClaim(name)
      const trouble = troubleOf(name, claim)
      if (trouble) return trouble
      if (isBound(claim)) state.bound.push(claim)
      else if (!claim.spec?.volumeName && isLate(storage?.storageClass(classNameOf(claim))))
        state.late.push(claim)
      else immediate = true
    }
    if (immediate) return unresolvable('pod has unbound immediate PersistentVolumeClaims')
    cycle.state.set(NAME, state)
    return undefined
  },
  filter(cycle, { node }) {
    const { storage } = cycle.snapshot
    const state = cycle.state.get(NAME) as State
    for (const claim of state.bound) {
      const volume = storage?.volume(claim.spec?.volumeName ?? '')
      if (!volume)
        return unresolvable('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)')
      if (!reaches(volume, node)) return unresolvable('node(s) had volume node affinity conflict')
    }
    const plan = storage && planFor(state.late, node, storage)
    if (!plan) return unresolvable("node(s) didn't find available persistent volumes to bind")
    state.plans.set(node.metadata?.name ?? '', plan)
    return undefined
  },
}

/** What was decided for a node, if anything is to be done. */
export function bindingPlan(cycleState: ReadonlyMap<string, unknown>, node: string): BindingPlan | undefined {
  const plan = (cycleState.get(NAME) as State | undefined)?.plans.get(node)
  return plan && (plan.bind.length || plan.provision.length) ? plan : undefined
}

function troubleOf(name: string, { metadata, spec, status }: PersistentVolumeClaim): Rejection | undefined {
  if (status?.phase === 'Lost')
    return unresolvable(
      `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${spec?.volumeName ?? ''}"`,
    )
  return metadata?.deletionTimestamp
    ? unresolvable(`persistentvolumeclaim "${name}" is being deleted`)
    : undefined
}

export const isBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  !!spec?.volumeName && metadata?.annotations?.[BOUND] !== undefined

/** A volume without node affinity is everywhere. */
function reaches({ spec }: PersistentVolume, node: Node): boolean {
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms
  return !terms || matchesTerms(terms, node)
}

function planFor(
  late: readonly PersistentVolumeClaim[],
  node: Node,
  storage: Storage,
): BindingPlan | undefined {
  const bind: { claim: PersistentVolumeClaim; volume: PersistentVolume }[] = []
  const provision: PersistentVolumeClaim[] = []
  for (const claim of late) {
    const volume = storage
      .freeVolumes(classNameOf(claim))
      .filter((candidate) => !bind.some((taken) => taken.volume === candidate))
      .filter((candidate) => suits(candidate, claim) && reaches(candidate, node))
      .sort(bySize)[0]
    if (volume) bind.push({ claim, volume })
    else if (isMade(claim, node, storage)) provision.push(claim)
    else return undefined
  }
  return { bind, provision }
}

const sizeOf = (list: Readonly<Record<string, string>> | undefined) => parseQuantity(list?.['storage'] ?? '0')

const bySize = (a: PersistentVolume, b: PersistentVolume): number =>
  compareQuantities(sizeOf(a.spec?.capacity), sizeOf(b.spec?.capacity)) ||
  ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1)

function suits(volume: PersistentVolume, { spec }: PersistentVolumeClaim): boolean {
  const { accessModes = [], volumeMode = 'Filesystem', selector, resources } = spec ?? {}
  return (
    accessModes.every((mode) => volume.spec?.accessModes?.includes(mode)) &&
    (volume.spec?.volumeMode ?? 'Filesystem') === volumeMode &&
    (!selector || matchesLabels(selectorFromObject(selector), volume.metadata?.labels)) &&
    compareQuantities(sizeOf(volume.spec?.capacity), sizeOf(resources?.requests)) >= 0
  )
}

/** Whether a volume of the claim's class can be made on the node. */
function isMade(claim: PersistentVolumeClaim, node: Node, storage: Storage): boolean {
  const storageClass = storage.storageClass(classNameOf(claim))
  if (!storageClass || storageClass.provisioner === 'kubernetes.io/no-provisioner') return false
  const terms = storageClass.allowedTopologies ?? []
  const labels = node.metadata?.labels ?? {}
  return (
    !terms.length ||
    terms.some(({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
    )
  )
}
