import type { PersistentVolumeClaim, Pod, Service } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../objects.ts'
import { parseQuantity, quantityOf, type Quantity } from '../quantity.ts'
import { amountsOf, podAmounts, type Amounts } from '../kinds/pod/amounts.ts'

// kubernetes: pkg/quota/v1/evaluator/core

const one = quantityOf(1, 'DecimalSI')

/** Resources of the core group that a quota may call by their plain name. */
const plainCounts = [
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
]

/** A kind of objects that quotas count. */
export interface Counted {
  readonly group: string
  readonly plural: string
  readonly kind: string
}

/** What one more object of a kind uses of a quota. */
export function usageOf({ group, plural, kind }: Counted, object: KubeObject): Amounts {
  const usage = new Map<string, Quantity>([[`count/${group ? `${plural}.${group}` : plural}`, one]])
  if (group !== '') return usage
  if (kind === 'Pod' && isTerminal(object as Pod)) return usage
  if (plainCounts.includes(plural)) usage.set(plural, one)
  if (kind === 'Pod') addPod(usage, object as Pod)
  if (kind === 'Service') addService(usage, object as Service)
  if (kind === 'PersistentVolumeClaim') addClaim(usage, object as PersistentVolumeClaim)
  return usage
}

const isTerminal = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'

/** Names of requests that need no prefix. */
const bareRequests = ['cpu', 'memory', 'ephemeral-storage']

function addPod(usage: Map<string, Quantity>, pod: Pod): void {
  for (const [name, value] of podAmounts(pod, 'requests')) {
    usage.set(`requests.${name}`, value)
    if (bareRequests.includes(name) || name.startsWith('hugepages-')) usage.set(name, value)
  }
  for (const [name, value] of podAmounts(pod, 'limits'))
    if (bareRequests.includes(name)) usage.set(`limits.${name}`, value)
}

function addService(usage: Map<string, Quantity>, { spec }: Service): void {
  const ports = quantityOf(spec?.ports?.length ?? 0, 'DecimalSI')
  if (spec?.type === 'NodePort') usage.set('services.nodeports', ports)
  if (spec?.type !== 'LoadBalancer') return
  usage.set('services.loadbalancers', one)
  if (spec.allocateLoadBalancerNodePorts !== false) usage.set('services.nodeports', ports)
}

function addClaim(usage: Map<string, Quantity>, { spec }: PersistentVolumeClaim): void {
  const storage = amountsOf(spec?.resources?.requests).get('storage') ?? parseQuantity('0')
  usage.set('requests.storage', storage)
  const { storageClassName } = spec ?? {}
  if (!storageClassName) return
  usage.set(`${storageClassName}.storageclass.storage.k8s.io/persistentvolumeclaims`, one)
  usage.set(`${storageClassName}.storageclass.storage.k8s.io/requests.storage`, storage)
}

const constrained = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']

/** Amounts that a quota counts and containers do not name: `must specify limits.cpu for: c`. */
export function missingAmounts(pod: Pod, counted: readonly string[]): string | undefined {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
  const missing = counted
    .filter((name) => constrained.includes(name))
    .sort()
    .flatMap((name) => {
      const key = name.replace(/^(requests|limits)\./, '')
      const list = name.startsWith('limits.') ? 'limits' : 'requests'
      const without = containers.filter(({ resources }) => resources?.[list]?.[key] === undefined)
      const names = without.map((container) => container.name).sort()
      return names.length ? [`${name} for: ${names.join(',')}`] : []
    })
  return missing.length ? `must specify ${missing.join('; ')}` : undefined
}
