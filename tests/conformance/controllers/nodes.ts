import type { NamespaceCondition, Node, Pod, Taint, Toleration } from 'kubernetes-types/core/v1'
import { CidrSet } from '../../../src/kernel/controllers/cidr-set.ts'
import { namespaceConditions, type Remains } from '../../../src/kernel/controllers/namespace-content.ts'
import { nodeTaints, withNoScheduleTaints } from '../../../src/kernel/controllers/node/taints.ts'
import { zoneStates } from '../../../src/kernel/controllers/node/zones.ts'
import { silentConditions } from '../../../src/kernel/controllers/node/health.ts'
import { tooManyTerminated } from '../../../src/kernel/controllers/pod-gc.ts'
import { evictAfterMs, noExecuteTaints } from '../../../src/kernel/controllers/taint-eviction.ts'
import { difference, notApplicable } from '../suite.ts'
import { vectorSuite } from '../vector.ts'

const IPV6 = notApplicable('pod networks are IPv4')

const cidrSuite = vectorSuite('pkg__controller__nodeipam__ipam__cidrset__cidr_set_test', {
  TestCIDRSetFullyAllocated: (c: {
    clusterCIDRStr: string
    subNetMaskSize: number
    expectedCIDR: string
  }) => {
    const set = new CidrSet(c.clusterCIDRStr, c.subNetMaskSize)
    const taken = [set.allocate(), set.allocate()]
    set.release(c.expectedCIDR)
    return difference([...taken, set.allocate()], [c.expectedCIDR, undefined, c.expectedCIDR])
  },
  TestIndexToCIDRBlock: (c: {
    clusterCIDRStr: string
    subnetMaskSize: number
    index?: number
    CIDRBlock: string
  }) => {
    if (c.clusterCIDRStr.includes(':')) return IPV6
    const set = new CidrSet(c.clusterCIDRStr, c.subnetMaskSize)
    for (let i = 0; i < (c.index ?? 0); i++) set.allocate()
    return difference(set.allocate(), c.CIDRBlock)
  },
  TestCIDRSet_RandomishAllocation: (c: { clusterCIDRStr: string }) => {
    if (c.clusterCIDRStr.includes(':')) return IPV6
    const set = new CidrSet(c.clusterCIDRStr, 24)
    const all = Array.from({ length: 256 }, () => set.allocate())
    if (set.allocate() !== undefined) return 'one too many'
    for (const cidr of all) set.release(cidr as string)
    return difference(
      Array.from({ length: 256 }, () => set.allocate()),
      all,
    )
  },
  TestCIDRSet_AllocationOccupied: (c: { clusterCIDRStr: string }) => {
    if (c.clusterCIDRStr.includes(':')) return IPV6
    const set = new CidrSet(c.clusterCIDRStr, 24)
    const all = Array.from({ length: 256 }, () => set.allocate() as string)
    for (const cidr of all) set.release(cidr)
    for (const cidr of all.slice(128)) set.occupy(cidr)
    const rest = Array.from({ length: 128 }, () => set.allocate())
    return set.allocate() === undefined ? difference(rest.sort(), all.slice(0, 128).sort()) : 'one too many'
  },
  TestGetBitforCIDR: (c: {
    clusterCIDRStr: string
    subNetCIDRStr: string
    subNetMaskSize: number
    expectedBit?: number
  }) => {
    if (c.clusterCIDRStr.includes(':')) return IPV6
    const set = new CidrSet(c.clusterCIDRStr, c.subNetMaskSize)
    for (let i = 0; i < (c.expectedBit ?? 0); i++) set.allocate()
    return difference(set.allocate(), c.subNetCIDRStr)
  },
  TestOccupy: (c: {
    clusterCIDRStr: string
    subNetCIDRStr: string
    subNetMaskSize: number
    expectedUsedBegin?: number
    expectedUsedEnd?: number
  }) => {
    if (c.clusterCIDRStr.includes(':')) return IPV6
    const set = new CidrSet(c.clusterCIDRStr, c.subNetMaskSize)
    set.occupy(c.subNetCIDRStr)
    return difference(
      [
        set.isUsed((c.expectedUsedBegin ?? 0) - 1),
        set.isUsed(c.expectedUsedBegin ?? 0),
        set.isUsed(c.expectedUsedEnd ?? 0),
        set.isUsed((c.expectedUsedEnd ?? 0) + 1),
      ],
      [false, true, true, false],
    )
  },
  TestCIDRSetv6: (c: {
    clusterCIDRStr: string
    subNetMaskSize: number
    expectedCIDR?: string
    expectedCIDR2?: string
  }) => {
    if (c.clusterCIDRStr.includes(':')) return IPV6
    const set = new CidrSet(c.clusterCIDRStr, c.subNetMaskSize)
    return difference([set.allocate(), set.allocate()], [c.expectedCIDR, c.expectedCIDR2])
  },
  Test_getMaxCIDRs: 'a helper of Go',
})

const nothingLeft = (): Remains => ({
  estimate: 0,
  contentErrors: [],
  resources: new Map(),
  finalizers: new Map(),
})
const untimed = (conditions: readonly NamespaceCondition[]) =>
  conditions.map(({ lastTransitionTime: _time, ...rest }) => rest)

const namespaceSuite = vectorSuite('pkg__controller__namespace__deletion__status_condition_utils_test', {
  TestUpdateConditions: (c: {
    startingStatus: { conditions?: NamespaceCondition[] }
    expecteds: NamespaceCondition[]
  }) =>
    difference(
      untimed(namespaceConditions(c.startingStatus.conditions ?? [], nothingLeft(), 0)),
      untimed(c.expecteds),
    ),
  TestProcessContentTotals: (c: {
    contentTotals: {
      finalizersToNumRemaining: Record<string, number>
      gvrToNumRemaining: Record<string, number>
    }
    expecteds: NamespaceCondition[]
  }) => {
    const remains = nothingLeft()
    for (const [gvr, count] of Object.entries(c.contentTotals.gvrToNumRemaining)) {
      const [, group, resource] = /^([^/]*)\/.*Resource=(.*)$/.exec(gvr) ?? []
      remains.resources.set(group ? `${resource}.${group}` : resource, count)
    }
    for (const [finalizer, count] of Object.entries(c.contentTotals.finalizersToNumRemaining))
      remains.finalizers.set(finalizer, count)
    const bad = namespaceConditions([], remains, 0).filter(({ status }) => status === 'True')
    return difference(untimed(bad), untimed(c.expecteds))
  },
})

const lifecycleSuite = vectorSuite('pkg__controller__nodelifecycle__node_lifecycle_controller_test', {
  TestMonitorNodeHealth: (c: {
    nodeList: Node[]
    updatedNodeStatuses: Node['status'][]
    expectedInitialStates: Record<string, string>
    expectedFollowingStates: Record<string, string>
  }) => {
    const states = (nodes: Node[]) => Object.fromEntries(zoneStates(nodes, 0.55))
    const later = c.nodeList.map((node, i) => ({ ...node, status: c.updatedNodeStatuses[i] }))
    return (
      difference(states(c.nodeList), c.expectedInitialStates) ??
      difference(states(later), c.expectedFollowingStates)
    )
  },
  TestTaintsNodeByCondition: (c: { Node: Node; ExpectedTaints: Taint[] }) => {
    const taints = withNoScheduleTaints(c.Node, 0) ?? nodeTaints(c.Node)
    const plain = (list: readonly Taint[]) => list.map(({ key, effect }) => ({ key, effect }))
    return difference(plain(taints), plain(c.ExpectedTaints))
  },
  TestTryUpdateNodeHealth: (c: { node: Node; name: string }) => {
    if (!c.name.includes('after grace period'))
      return notApplicable('what was known before is not in the row')
    const ready = (silentConditions(c.node, 0) ?? c.node.status?.conditions ?? []).find(
      ({ type }) => type === 'Ready',
    )
    return difference(ready?.status, 'Unknown')
  },
  Test_isNodeExcludedFromDisruptionChecks: (c: { input: Node; want?: boolean }) =>
    difference(zoneStates([c.input], 0.55).size === 0, c.want ?? false),
  TestReconcileNodeLabels: 'kubelets set both labels themselves',
  TestMonitorNodeHealthMarkPodsNotReadyWithWorkerSize: 'counts Go workers',
})

const podGcSuite = vectorSuite('pkg__controller__podgc__gc_controller_test', {
  TestGCTerminated: (c: {
    pods: { name: string; phase: string; reason?: string }[]
    threshold?: number
    deletedPodNames?: string[]
  }) => {
    const pods: Pod[] = c.pods.map(({ name, phase, reason }, i) => ({
      metadata: { name, creationTimestamp: new Date(i * 1000).toISOString() },
      status: { phase, reason },
    }))
    const gone = tooManyTerminated(pods, c.threshold ?? 0).map(({ metadata }) => metadata?.name)
    return difference(gone.sort(), [...(c.deletedPodNames ?? [])].sort())
  },
  TestGCOrphaned: 'steps of a fake lister and clock; tried on the whole programs',
  TestGCUnscheduledTerminating: 'the deletion times are lost in the recording',
  TestGCTerminating: 'the deletion times are lost in the recording',
  TestGCInspectingPatchedPodBeforeDeletion: 'a fake client; tried on the whole programs',
})

/** The tests wait a moment: what is to go within it goes. */
const goesSoon = (pod: Pod | undefined, taints: readonly Taint[]): boolean => {
  if (!pod?.spec?.nodeName || !taints.length) return false
  const after = evictAfterMs(taints, pod.spec.tolerations ?? [])
  return after !== undefined && after <= 2000
}

const taintSuite = vectorSuite('pkg__controller__tainteviction__taint_eviction_test', {
  TestCreatePod: (c: { pod: Pod; taintedNodes: Record<string, Taint[]>; expectDelete?: boolean }) =>
    difference(goesSoon(c.pod, c.taintedNodes[c.pod.spec?.nodeName ?? ''] ?? []), c.expectDelete ?? false),
  TestUpdatePod: (c: {
    prevPod: Pod
    newPod: Pod
    taintedNodes: Record<string, Taint[]>
    expectDelete?: boolean
  }) => {
    const taints = (pod: Pod) => c.taintedNodes[pod.spec?.nodeName ?? ''] ?? []
    // A longer toleration does not call off what is planned already.
    const goes = goesSoon(c.newPod, taints(c.newPod)) || goesSoon(c.prevPod, taints(c.prevPod))
    return difference(goes, c.expectDelete ?? false)
  },
  TestCreateNode: (c: { node: Node; pods: Pod[]; expectDelete?: boolean }) =>
    difference(
      c.pods.some((pod) => goesSoon(pod, noExecuteTaints(c.node))),
      c.expectDelete ?? false,
    ),
  TestUpdateNode: (c: { newNode: Node; pods: Pod[]; expectDelete?: boolean }) =>
    difference(
      c.pods.some((pod) => goesSoon(pod, noExecuteTaints(c.newNode))),
      c.expectDelete ?? false,
    ),
  TestEventualConsistency: (c: { newNode: Node; pods: Pod[]; expectDelete?: boolean }) =>
    difference(
      c.pods.some((pod) => goesSoon(pod, noExecuteTaints(c.newNode))),
      c.expectDelete ?? false,
    ),
  TestGetMinTolerationTime: (c: { tolerations: Toleration[]; expected: string }) => {
    // Each of these tolerations tolerates a taint of its own.
    const taints = c.tolerations.map((_toleration, i) => ({ key: `k${i}`, effect: 'NoExecute' as const }))
    const tolerations = c.tolerations.map((toleration, i) => ({
      ...toleration,
      key: `k${i}`,
      operator: 'Exists' as const,
    }))
    return difference(evictAfterMs(taints, tolerations), Number.parseInt(c.expected, 10) * 1000)
  },
})

export const nodeSuites = [cidrSuite, namespaceSuite, lifecycleSuite, podGcSuite, taintSuite]
