import type { Pod } from 'kubernetes-types/core/v1'
import { controllerOf, type KubeObject } from '../../kernel/api/objects.ts'
import type { ClusterModel } from '../cluster-model.ts'
import { ownersOf } from '../inspector/owners.ts'
import type { Selection } from '../page-state.svelte.ts'

const NONE: ReadonlySet<string> = new Set()

/** Uids of the pods that belong together with what is chosen: those of the same owner, or those a Service sends to. */
export function kinOf(selection: Selection | undefined, model: ClusterModel): ReadonlySet<string> {
  if (selection?.type !== 'object') return NONE
  const object = model.get(selection.kind, selection.namespace, selection.name)
  if (!object) return NONE
  if (object.kind === 'Service') return new Set(servedBy(object, model).map(uidOf))
  const top = object.kind === 'Pod' ? ownersOf(object, model).at(-1) : object
  return top ? podsUnder(top, model) : NONE
}

/** The pods that a Service's selector names. */
export function servedBy(service: KubeObject, model: ClusterModel): Pod[] {
  const { selector } = (service as { spec?: { selector?: Record<string, string> } }).spec ?? {}
  const wanted = Object.entries(selector ?? {})
  if (!wanted.length) return []
  return model
    .list<Pod>('Pod', service.metadata.namespace)
    .filter(({ metadata }) => wanted.every(([key, value]) => metadata?.labels?.[key] === value))
}

/** Pods that an object controls, through others if need be. */
function podsUnder(top: KubeObject, model: ClusterModel): ReadonlySet<string> {
  const known = new Set([top.metadata.uid ?? ''])
  for (const kind of BETWEEN) {
    for (const object of model.list(kind))
      if (known.has(controllerOf(object)?.uid ?? '-')) known.add(object.metadata.uid ?? '')
  }
  const pods = model.list('Pod').filter((pod) => known.has(controllerOf(pod)?.uid ?? '-'))
  return new Set(pods.map(({ metadata }) => metadata.uid ?? ''))
}

/** What may stand between a workload and its pods. */
const BETWEEN = ['ReplicaSet', 'Job'] as const

const uidOf = ({ metadata }: Pod): string => metadata?.uid ?? ''
