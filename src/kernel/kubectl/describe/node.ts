import type { Lease } from 'kubernetes-types/coordination/v1'
import type { Container, Node, Pod } from 'kubernetes-types/core/v1'
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  milliValue,
  parseQuantity,
  printQuantity,
  quantityValue,
  type Quantity,
} from '../../api/quantity.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { ageOf } from '../ages.ts'
import { chunkSize, describer, listOr, type Context } from './describer.ts'
import { describeEvents } from './events.ts'
import { annotations, labels, many } from './metadata.ts'
import { longTime, type Writer } from './writer.ts'

export const node = describer<Node>({
  group: '',
  kind: 'Node',
  *describe(w, object, context) {
    const { metadata = {}, spec = {}, status = {} } = object
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Roles', roles(metadata.labels))
    labels(w, 'Labels', metadata.labels)
    annotations(w, 'Annotations', metadata.annotations)
    w.field(0, 'CreationTimestamp', longTime(String(metadata.creationTimestamp)))
    many(
      w,
      'Taints',
      (spec.taints ?? []).map(
        ({ key, value, effect }) => `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`,
      ),
    )
    w.field(0, 'Unschedulable', spec.unschedulable ?? false)
    yield* lease(w, context, metadata.name ?? '')
    conditions(w, object)
    w.line(0, 'Addresses:')
    for (const { type, address } of status.addresses ?? []) w.field(1, type, address)
    amounts(w, 'Capacity', status.capacity)
    if (Object.keys(status.allocatable ?? {}).length) amounts(w, 'Allocatable', status.allocatable)
    system(w, object)
    yield* pods(w, object, context)
    describeEvents(w, context.events, context.now)
  },
})

/** From the node-role labels (kubectl: findNodeRoles). */
function roles(map: Readonly<Record<string, string>> = {}): string {
  const prefix = 'node-role.kubernetes.io/'
  const found = Object.entries(map).flatMap(([key, value]) =>
    key.startsWith(prefix) && key !== prefix
      ? [key.slice(prefix.length)]
      : key === 'kubernetes.io/role' && value
        ? [value]
        : [],
  )
  return [...new Set(found)].sort().join(',') || '<none>'
}

function* lease(w: Writer, context: Context, name: string): Sys<void> {
  try {
    const found = (yield* context.kubectl.api.call({
      path: `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`,
    })) as unknown as Lease
    const time = (value: unknown) => (value ? longTime(String(value)) : '<unset>')
    w.line(0, 'Lease:')
    w.field(1, 'HolderIdentity', found.spec?.holderIdentity ?? '<unset>')
    w.field(1, 'AcquireTime', time(found.spec?.acquireTime))
    w.field(1, 'RenewTime', time(found.spec?.renewTime))
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    w.field(0, 'Lease', `Failed to get lease: ${error.message}`)
  }
}

function conditions(w: Writer, { status = {} }: Node): void {
  if (!status.conditions?.length) return
  w.line(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage')
  w.line(1, '----\t------\t-----------------\t------------------\t------\t-------')
  for (const {
    type,
    status: state,
    lastHeartbeatTime,
    lastTransitionTime,
    reason = '',
    message = '',
  } of status.conditions)
    w.line(
      1,
      `${type} \t${state} \t${longTime(lastHeartbeatTime as unknown as string)} \t${longTime(lastTransitionTime as unknown as string)} \t${reason} \t${message}`,
    )
}

function amounts(w: Writer, title: string, list: Readonly<Record<string, string>> | undefined): void {
  w.line(0, `${title}:`)
  for (const name of Object.keys(list ?? {}).sort()) w.field(1, name, canonicalQuantity(String(list?.[name])))
}

function system(w: Writer, { spec = {}, status = {} }: Node): void {
  const info = (status.nodeInfo ?? {}) as unknown as Readonly<Record<string, string>>
  w.line(0, 'System Info:')
  const fields: readonly (readonly [string, string])[] = [
    ['Machine ID', 'machineID'],
    ['System UUID', 'systemUUID'],
    ['Boot ID', 'bootID'],
    ['Kernel Version', 'kernelVersion'],
    ['OS Image', 'osImage'],
    ['Operating System', 'operatingSystem'],
    ['Architecture', 'architecture'],
    ['Container Runtime Version', 'containerRuntimeVersion'],
    ['Kubelet Version', 'kubeletVersion'],
    ['Kube-Proxy Version', 'kubeProxyVersion'],
  ]
  for (const [label, key] of fields) w.field(1, label, info[key] ?? '')
  if (spec.podCIDR) w.field(0, 'PodCIDR', spec.podCIDR)
  if (spec.podCIDRs?.length) w.field(0, 'PodCIDRs', spec.podCIDRs.join(','))
  if (spec.providerID) w.field(0, 'ProviderID', spec.providerID)
}

type Amounts = ReadonlyMap<string, Quantity>
const zero = parseQuantity('0')

function* pods(w: Writer, { metadata = {}, status = {} }: Node, context: Context): Sys<void> {
  const found = yield* listOr<Pod>(context, '/api/v1/pods', {
    fieldSelector: `spec.nodeName=${metadata.name},status.phase!=Succeeded,status.phase!=Failed`,
    limit: chunkSize(context),
  })
  w.field(0, 'Non-terminated Pods', `(${found.length} in total)`)
  w.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge')
  w.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---')
  const allocatable = (Object.keys(status.allocatable ?? {}).length ? status.allocatable : status.capacity) as
    | Readonly<Record<string, string>>
    | undefined
  const [allRequests, allLimits] = [new Map<string, Quantity>(), new Map<string, Quantity>()]
  for (const pod of found) {
    const [requests, limits] = [podAmounts(pod, 'requests'), podAmounts(pod, 'limits')]
    const cells = [
      ['cpu', requests],
      ['cpu', limits],
      ['memory', requests],
      ['memory', limits],
    ] as const
    const shown = cells.map(([name, amountsOf]) => share(allocatable, name, amountsOf.get(name) ?? zero))
    w.line(
      1,
      `${pod.metadata?.namespace}\t${pod.metadata?.name}\t\t${shown.join('\t')}\t${ageOf(String(pod.metadata?.creationTimestamp), context.now)}`,
    )
    addAll(allRequests, requests)
    addAll(allLimits, limits)
  }
  allocated(w, allocatable, allRequests, allLimits)
}

type Whole = Readonly<Record<string, string>> | undefined

function allocated(w: Writer, allocatable: Whole, allRequests: Amounts, allLimits: Amounts): void {
  w.line(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)')
  w.line(1, 'Resource\tRequests\tLimits')
  w.line(1, '--------\t--------\t------')
  for (const name of ['cpu', 'memory', 'ephemeral-storage'])
    w.line(
      1,
      `${name}\t${share(allocatable, name, allRequests.get(name) ?? zero)}\t${share(allocatable, name, allLimits.get(name) ?? zero)}`,
    )
  const extended = Object.keys(allocatable ?? {})
    .filter((name) => name.includes('/') || name.startsWith('hugepages-'))
    .sort()
  for (const name of extended)
    w.line(
      1,
      `${name}\t${printQuantity(allRequests.get(name) ?? zero)}\t${printQuantity(allLimits.get(name) ?? zero)}`,
    )
}

const share = (whole: Whole, name: string, amount: Quantity) =>
  `${printQuantity(amount)} (${percent(name, amount, whole?.[name])}%)`

function percent(name: string, amount: Quantity, total: string | undefined): number {
  const measure = name === 'cpu' ? milliValue : quantityValue
  const whole = total === undefined ? 0 : measure(parseQuantity(total))
  return whole ? Math.trunc((measure(amount) / whole) * 100) : 0
}

function addAll(sum: Map<string, Quantity>, more: Amounts): void {
  for (const [name, amount] of more) {
    const before = sum.get(name)
    sum.set(name, before ? addQuantities(before, amount) : amount)
  }
}

/** What a pod asks for: its containers together, or an init container that asks for more (resource.PodRequests). */
function podAmounts({ spec }: Pod, kind: 'requests' | 'limits'): Map<string, Quantity> {
  const of = ({ resources }: Container) =>
    new Map(
      Object.entries(resources?.[kind] ?? {}).map(([name, text]) => [name, parseQuantity(String(text))]),
    )
  const sum = new Map<string, Quantity>()
  for (const container of spec?.containers ?? []) addAll(sum, of(container))
  const sidecars = new Map<string, Quantity>()
  const widest = new Map<string, Quantity>()
  for (const container of spec?.initContainers ?? []) {
    const own = of(container)
    const restarting = (container as { restartPolicy?: string }).restartPolicy === 'Always'
    if (restarting) {
      addAll(sum, own)
      addAll(sidecars, own)
    }
    const need = new Map(sidecars)
    if (!restarting) addAll(need, own)
    for (const [name, amount] of need)
      if (compareQuantities(amount, widest.get(name) ?? zero) > 0) widest.set(name, amount)
  }
  for (const [name, amount] of widest)
    if (compareQuantities(amount, sum.get(name) ?? zero) > 0) sum.set(name, amount)
  addAll(
    sum,
    new Map(
      Object.entries((kind === 'requests' ? spec?.overhead : undefined) ?? {}).map(([name, text]) => [
        name,
        parseQuantity(String(text)),
      ]),
    ),
  )
  return sum
}
