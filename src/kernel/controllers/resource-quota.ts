import type { Pod, ResourceQuota } from 'kubernetes-types/core/v1'
import { kinds } from '../api/kinds/index.ts'
import { amountsOf } from '../api/kinds/pod/amounts.ts'
import type { KubeObject, Stored } from '../api/objects.ts'
import {
  addQuantities,
  compareQuantities,
  parseQuantity,
  printQuantity,
  type Quantity,
} from '../api/quantity.ts'
import { inScopes } from '../api/quota/scopes.ts'
import { usageOf, type Counted } from '../api/quota/usage.ts'
import { controller } from '../client/controller.ts'
import type { Change, View } from '../client/informer.ts'
import { attempt, request, updateStatus, type Writes } from '../client/writes.ts'
import type { ControllerOptions } from './options.ts'
import { isTerminal } from './pods.ts'
import { semanticEqual } from './semantic-equal.ts'

/** Kinds that are followed: what goes away gives room at once. */
const FOLLOWED = [
  'Pod',
  'Service',
  'PersistentVolumeClaim',
  'ConfigMap',
  'ReplicationController',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
]
/** Others are counted anew this often, while a quota names them. */
const RECOUNT_MS = 30_000
/** What happens within this time is one look. */
const PACE_MS = 500

const zero = parseQuantity('0')

/** Counts what quotas count; admission adds, this takes away (kubernetes: pkg/controller/resourcequota). */
export const resourceQuotaController = controller<'ResourceQuota', ControllerOptions>({
  name: 'resourcequota-controller',
  reconciles: 'ResourceQuota',
  // What admission has charged for may not be heard of yet: its writes are no reason to count.
  matters: ({ type, object, old }) =>
    type === 'added' || (type === 'updated' && !semanticEqual(hardOf(object), hardOf(old))),
  watches: Object.fromEntries(FOLLOWED.map((kind) => [kind, quotasGivenRoom])),
  workers: (flags) => flags['concurrent-resource-quota-syncs'],
  paceMs: () => PACE_MS,
  *reconcile(object, view) {
    const quota = object as Stored<ResourceQuota>
    const hard = quota.spec?.hard ?? {}
    const counted = countedBy(Object.keys(hard))
    const groups: Group[] = []
    for (const type of counted) groups.push({ type, objects: yield* objectsOf(type, quota, view) })
    const status = { hard, used: usedBy(quota, groups) }
    if (!sameAmounts(status.hard, quota.status?.hard) || !sameAmounts(status.used, quota.status?.used))
      yield updateStatus({ ...quota, status } as unknown as KubeObject)
    return counted.some(({ kind }) => !FOLLOWED.includes(kind)) ? { requeueAfterMs: RECOUNT_MS } : undefined
  },
})

const hardOf = (quota: KubeObject) => (quota as ResourceQuota).spec?.hard

/** An object that went, a pod that is over, a service that changed: quotas of its namespace count anew. */
function quotasGivenRoom(object: KubeObject, view: View, { type, object: current }: Change): string[] {
  if (type === 'added' || (type === 'updated' && !givesRoom(current))) return []
  return view
    .list('ResourceQuota', object.metadata.namespace)
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
}

const givesRoom = (object: KubeObject): boolean =>
  object.kind === 'Service' ||
  object.kind === 'PersistentVolumeClaim' ||
  (object.kind === 'Pod' && isTerminal(object as Pod))

/** Objects of one kind. */
export interface Group {
  readonly type: Counted
  readonly objects: readonly KubeObject[]
}

/** How much of what is limited is used. */
export function usedBy(quota: ResourceQuota, groups: readonly Group[]): Record<string, string> {
  const used = new Map<string, Quantity>(Object.keys(quota.spec?.hard ?? {}).map((name) => [name, zero]))
  for (const { type, objects } of groups)
    for (const object of objects) {
      if (!inScopes(quota, type.kind === 'Pod' && type.group === '' ? (object as Pod) : undefined)) continue
      for (const [name, amount] of usageOf(type, object)) {
        const before = used.get(name)
        if (before) used.set(name, before === zero ? amount : addQuantities(before, amount))
      }
    }
  return Object.fromEntries([...used].map(([name, amount]) => [name, printQuantity(amount)]))
}

/** The kinds that the names of a quota speak of. */
export function countedBy(names: readonly string[]): Counted[] {
  const byName = new Map(
    kinds
      .filter(({ namespaced }) => namespaced)
      .map((type) => [type.group ? `${type.plural}.${type.group}` : type.plural, type]),
  )
  const wanted = new Set(names.map(resourceOf))
  return [...wanted].flatMap((resource) => byName.get(resource) ?? [])
}

/** `count/jobs.batch` is of jobs, `services.nodeports` of services, `requests.storage` of claims, what is left of pods. */
function resourceOf(name: string): string {
  if (name.startsWith('count/')) return name.slice('count/'.length)
  if (name.startsWith('services')) return 'services'
  if (name.includes('storageclass.storage.k8s.io/') || name === 'requests.storage')
    return 'persistentvolumeclaims'
  return PLAIN.includes(name) ? name : 'pods'
}

const PLAIN = ['configmaps', 'persistentvolumeclaims', 'replicationcontrollers', 'resourcequotas', 'secrets']

function* objectsOf(type: Counted, quota: Stored<ResourceQuota>, view: View): Writes<readonly KubeObject[]> {
  const { namespace = '' } = quota.metadata
  if (FOLLOWED.includes(type.kind) || type.kind === 'ResourceQuota') return view.list(type.kind, namespace)
  const definition = kinds.find(({ group, plural }) => group === type.group && plural === type.plural)
  const base = type.group ? `/apis/${type.group}/${definition?.version}` : '/api/v1'
  const path = `${base}/namespaces/${namespace}/${type.plural}`
  const { object, error } = yield* attempt<{ items?: KubeObject[] }>(request({ method: 'GET', path }))
  if (error) throw error
  return object.items ?? []
}

type Amounts = Readonly<Record<string, string>> | undefined

function sameAmounts(a: Amounts, b: Amounts): boolean {
  const [left, right] = [amountsOf(a), amountsOf(b)]
  if (b === undefined || left.size !== right.size) return false
  return [...left].every(([name, amount]) => {
    const other = right.get(name)
    return other !== undefined && compareQuantities(amount, other) === 0
  })
}
