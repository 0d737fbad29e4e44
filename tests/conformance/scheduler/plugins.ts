import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from 'kubernetes-types/core/v1'
import type { StorageClass } from 'kubernetes-types/storage/v1'
import { normalizeToMax, type Plugin, type Storage } from '../../../src/kernel/scheduler/framework.ts'
import { NodeInfo } from '../../../src/kernel/scheduler/node-info.ts'
import { balancedAllocationOf } from '../../../src/kernel/scheduler/plugins/balanced-allocation.ts'
import { imageLocality } from '../../../src/kernel/scheduler/plugins/image-locality.ts'
import { interPodAffinityWith } from '../../../src/kernel/scheduler/plugins/inter-pod-affinity.ts'
import { nodeAffinity } from '../../../src/kernel/scheduler/plugins/node-affinity.ts'
import { nodeName } from '../../../src/kernel/scheduler/plugins/node-name.ts'
import { nodePorts } from '../../../src/kernel/scheduler/plugins/node-ports.ts'
import { nodeResourcesFitBy } from '../../../src/kernel/scheduler/plugins/node-resources-fit.ts'
import { nodeUnschedulable } from '../../../src/kernel/scheduler/plugins/node-unschedulable.ts'
import { podTopologySpread } from '../../../src/kernel/scheduler/plugins/pod-topology-spread.ts'
import {
  brokenLinear,
  leastAllocated,
  type ScoringStrategy,
  type ShapePoint,
} from '../../../src/kernel/scheduler/plugins/resource-scoring.ts'
import { schedulingGates } from '../../../src/kernel/scheduler/plugins/scheduling-gates.ts'
import { taintToleration } from '../../../src/kernel/scheduler/plugins/taint-toleration.ts'
import { volumeRestrictions } from '../../../src/kernel/scheduler/plugins/volume-restrictions.ts'
import { volumeZone } from '../../../src/kernel/scheduler/plugins/volume-zone.ts'
import { difference, notApplicable, type OracleSuite, type Verdict } from '../suite.ts'
import { vectorSuite, type VectorCheck } from '../vector.ts'
import {
  cycleOf,
  filterBy,
  nodeOf,
  sameScores,
  sameStatus,
  scoresBy,
  snapshotOf,
  type GoNodeInfo,
  type GoStatus,
} from './cluster.ts'

const PLUGINS = 'pkg__scheduler__framework__plugins__'
const HINTS = 'a hint for one object; our queue is told by plugin and kind of change'
const INSIDE = 'state inside the Go plugin; filters and scores are judged'

const bare = (node: Node | undefined): Node => ({ ...node, metadata: { name: 'node', ...node?.metadata } })

/** One node, one pod, a status. */
const onNode =
  (plugin: Plugin): VectorCheck =>
  (c: { node?: Node; pod?: Pod; pods?: Pod[]; wantStatus?: GoStatus; wantFilterStatus?: GoStatus }) => {
    const node = bare(c.node)
    const pods = (c.pods ?? []).map((pod) => ({
      ...pod,
      spec: { nodeName: node.metadata?.name, ...pod.spec },
    }))
    const cycle = cycleOf(c.pod ?? {}, snapshotOf([node], pods as Pod[]))
    return sameStatus(filterBy(plugin, cycle, cycle.snapshot.nodes[0]), c.wantStatus ?? c.wantFilterStatus)
  }

/** Several nodes, a status each. */
const onNodes =
  (plugin: Plugin): VectorCheck =>
  (c: {
    nodes: Node[]
    pod: Pod
    pods?: Pod[]
    wantFilterStatuses?: GoStatus[]
    wantPreFilterStatus?: GoStatus
  }) => {
    const snapshot = snapshotOf(c.nodes, c.pods)
    for (const [i, node] of snapshot.nodes.entries()) {
      const wrong = sameStatus(
        filterBy(plugin, cycleOf(c.pod, snapshot), node),
        c.wantPreFilterStatus ?? c.wantFilterStatuses?.[i],
      )
      if (wrong) return wrong
    }
    return undefined
  }

interface ScoreRow {
  readonly nodes: Node[]
  readonly pod?: Pod
  readonly pods?: Pod[]
  readonly existingPods?: Pod[]
  readonly requestedPod?: Pod
  readonly failedNodes?: Node[]
  readonly wantStatus?: GoStatus
  readonly wantPreScoreStatus?: GoStatus
  readonly expectedList?: { Name: string; Score?: number }[]
  readonly expectedScores?: { Name: string; Score?: number }[]
  readonly expectedPriorities?: { Name: string; Score?: number }[]
  readonly want?: { Name: string; Score?: number }[]
}

function judgeScores(plugin: Plugin, c: ScoreRow, normalize = true): Verdict {
  if (c.wantStatus?.code === 1 || c.wantPreScoreStatus) return notApplicable('an error of Go')
  const all = [...c.nodes, ...(c.failedNodes ?? [])]
  const snapshot = snapshotOf(all, c.pods ?? c.existingPods)
  const cycle = cycleOf(c.pod ?? c.requestedPod ?? {}, snapshot)
  plugin.preFilter?.(cycle)
  const scores = scoresBy(plugin, cycle, snapshot.nodes.slice(0, c.nodes.length), normalize)
  if (c.wantStatus?.code === 5) return scores === 'skip' ? undefined : 'is not skipped'
  return sameScores(scores, c.expectedList ?? c.expectedScores ?? c.expectedPriorities ?? c.want)
}

const scored =
  (plugin: Plugin): VectorCheck =>
  (c: ScoreRow) =>
    judgeScores(plugin, c)

interface GoStrategy {
  readonly Type?: ScoringStrategy['type']
  readonly Resources?: { Name: string; Weight?: number }[]
  readonly RequestedToCapacityRatio?: { Shape: GoPoint[] }
}
interface GoPoint {
  readonly Score?: number
  readonly Utilization?: number
}

const shapeOf = (points: readonly GoPoint[]): ShapePoint[] =>
  points.map(({ Utilization: utilization = 0, Score: score = 0 }) => ({ utilization, score }))
const weightsOf = (resources: GoStrategy['Resources'] = []) =>
  resources.map(({ Name: name, Weight: weight = 0 }) => ({ name, weight }))

const byStrategy =
  (type: ScoringStrategy['type']): VectorCheck =>
  (c: ScoreRow & { resources?: GoStrategy['Resources']; shape?: GoPoint[]; wantErrs?: unknown }) => {
    if (c.wantErrs) return notApplicable('validation of arguments by Go code')
    const resources = weightsOf(c.resources)
    const strategy = { type, resources, shape: shapeOf(c.shape ?? []) }
    return judgeScores(nodeResourcesFitBy(strategy), c)
  }

const packing =
  (...resources: { name: string; weight: number }[]): VectorCheck =>
  (c: ScoreRow) =>
    judgeScores(
      nodeResourcesFitBy({
        type: 'RequestedToCapacityRatio',
        resources,
        shape: [
          { utilization: 0, score: 0 },
          { utilization: 100, score: 1 },
        ],
      }),
      c,
    )

const fits =
  (allocatable: Record<string, string>): VectorCheck =>
  (c: {
    nodeInfo: GoNodeInfo
    pod: Pod
    args?: GoFitArgs
    wantStatus?: GoStatus
    podLevelResourcesEnabled?: boolean
  }) => {
    if (c.podLevelResourcesEnabled) return notApplicable('a feature gate that 1.32 has off')
    const node = nodeOf(c.nodeInfo, 'node', allocatable)
    const ignored = (name: string) =>
      (c.args?.IgnoredResources?.includes(name) ||
        c.args?.IgnoredResourceGroups?.some((group) => name.startsWith(`${group}/`))) ??
      false
    const cycle = cycleOf(c.pod, snapshotOf())
    return sameStatus(nodeResourcesFitBy(leastAllocated, ignored).filter?.(cycle, node), c.wantStatus)
  }

interface GoFitArgs {
  readonly IgnoredResources?: string[]
  readonly IgnoredResourceGroups?: string[]
}

const plenty = {
  cpu: '10m',
  memory: '20',
  pods: '32',
  'example.com/aaa': '5',
  'ephemeral-storage': '20',
  'hugepages-2Mi': '5',
}
const little = { ...plenty, pods: '1' }

const fitSuite = vectorSuite(`${PLUGINS}noderesources__fit_test`, {
  TestEnoughRequests: fits(plenty),
  TestNotEnoughRequests: fits({ ...little, cpu: '10m', memory: '20', 'hugepages-2Mi': '0' }),
  TestStorageRequests: fits(plenty),
  TestRestartableInitContainers: (c) =>
    c.enableSidecarContainers
      ? fits({ cpu: '2m', memory: '0', pods: '1' })({ ...c, nodeInfo: {}, wantStatus: c.wantFilterStatus }, c)
      : notApplicable('a feature gate that 1.32 has on is off'),
  TestFitScore: (c: ScoreRow & { nodeResourcesFitArgs: { ScoringStrategy: GoStrategy } }) => {
    const {
      Type: type = 'LeastAllocated',
      Resources,
      RequestedToCapacityRatio,
    } = c.nodeResourcesFitArgs.ScoringStrategy
    const shape = shapeOf(RequestedToCapacityRatio?.Shape ?? [])
    return judgeScores(nodeResourcesFitBy({ type, resources: weightsOf(Resources), shape }), c)
  },
  TestEventsToRegister: HINTS,
  Test_isSchedulableAfterPodChange: HINTS,
  Test_isSchedulableAfterNodeChange: HINTS,
  TestIsFit: (c) => {
    if (!c.node || c.podLevelResourcesEnabled)
      return notApplicable('a nil node, or a feature gate that 1.32 has off')
    const rejection = nodeResourcesFitBy(leastAllocated).filter?.(
      cycleOf(c.pod, snapshotOf()),
      new NodeInfo(c.node),
    )
    return difference(rejection === undefined, c.expected ?? false)
  },
  TestHaveAnyRequestedResourcesIncreased: HINTS,
})

const affinityOf = (c: { hardPodAffinityWeight?: number; ignorePreferredTermsOfExistingPods?: boolean }) =>
  interPodAffinityWith(c.hardPodAffinityWeight ?? 0, c.ignorePreferredTermsOfExistingPods)

/** Volumes of the tests of VolumeZone. */
const zoneStorageWith = (more: Record<string, Record<string, string>>): Storage => {
  const zone = 'failure-domain.beta.kubernetes.io/zone'
  const stable = 'topology.kubernetes.io/zone'
  const volumes: Record<string, Record<string, string>> = {
    Vol_1: { [zone]: 'us-west1-a' },
    Vol_2: { 'failure-domain.beta.kubernetes.io/region': 'us-west1', uselessLabel: 'none' },
    Vol_3: { [zone]: 'us-west1-a__us-west1-c' },
    Vol_Stable_1: { [stable]: 'us-west1-a' },
    Vol_Stable_2: { 'topology.kubernetes.io/region': 'us-west1', uselessLabel: 'none' },
    Vol_Stable_3: { [stable]: 'us-west1-a__us-west1-c' },
    ...more,
  }
  const classes: Record<string, string | undefined> = {
    Class_Wait: 'WaitForFirstConsumer',
    Class_Immediate: undefined,
  }
  const classOfClaim: Record<string, string> = {
    PVC_NoSC: 'Class_0',
    PVC_EmptySC: '',
    PVC_WaitSC: 'Class_Wait',
    PVC_ImmediateSC: 'Class_Immediate',
  }
  const volumeOfClaim: Record<string, string> = {
    PVC_1: 'Vol_1',
    PVC_2: 'Vol_2',
    PVC_3: 'Vol_3',
    PVC_4: 'Vol_not_exist',
    PVC_Stable_1: 'Vol_Stable_1',
    PVC_Stable_2: 'Vol_Stable_2',
    PVC_Stable_3: 'Vol_Stable_3',
  }
  return {
    claim: (key) => {
      const name = key.split('/')[1]
      const volumeName = volumeOfClaim[name]
      const storageClassName = classOfClaim[name]
      if (volumeName === undefined && storageClassName === undefined) return undefined
      return { metadata: { name }, spec: { volumeName, storageClassName } } as PersistentVolumeClaim
    },
    volume: (name) =>
      volumes[name] ? ({ metadata: { name, labels: volumes[name] } } as PersistentVolume) : undefined,
    freeVolumes: () => [],
    storageClass: (name) =>
      name in classes
        ? ({ metadata: { name }, provisioner: 'x', volumeBindingMode: classes[name] } as StorageClass)
        : undefined,
    volumeLimits: () => new Map(),
  }
}

const zoneStorage = zoneStorageWith({})
const multiZone = zoneStorageWith({
  Vol_Stable_2: { 'topology.kubernetes.io/zone': 'us-west1-c__us-west1-a' },
})

const inZone =
  (storage: Storage): VectorCheck =>
  (c: { Node: Node; Pod: Pod; wantFilterStatus?: GoStatus; wantPreFilterStatus?: GoStatus }) => {
    const snapshot = snapshotOf([c.Node], [], storage)
    const want =
      c.wantPreFilterStatus?.code === 5 ? c.wantFilterStatus : (c.wantPreFilterStatus ?? c.wantFilterStatus)
    return sameStatus(filterBy(volumeZone, cycleOf(c.Pod, snapshot), snapshot.nodes[0]), want)
  }

const disks: VectorCheck = (c: { nodeInfo: GoNodeInfo; pod: Pod; wantStatus?: GoStatus }) =>
  sameStatus(filterBy(volumeRestrictions, cycleOf(c.pod, snapshotOf()), nodeOf(c.nodeInfo)), c.wantStatus)

const spread: VectorCheck = (c: {
  nodes: Node[]
  pod: Pod
  existingPods?: Pod[]
  wantStatusCode?: Record<string, number>
}) => {
  const snapshot = snapshotOf(c.nodes, c.existingPods)
  for (const node of snapshot.nodes) {
    const got = filterBy(podTopologySpread, cycleOf(c.pod, snapshot), node)
    const code = got ? (got.unresolvable ? 3 : 2) : 0
    const wrong = difference(code, c.wantStatusCode?.[node.name] ?? 0, `.${node.name}`)
    if (wrong) return wrong
  }
  return undefined
}

/** The tables of the plugins' own tests. */
export const pluginSuites: readonly OracleSuite[] = [
  vectorSuite(`${PLUGINS}nodename__node_name_test`, { TestNodeName: onNode(nodeName) }),
  vectorSuite(`${PLUGINS}tainttoleration__taint_toleration_test`, {
    TestTaintTolerationScore: scored(taintToleration),
    TestTaintTolerationFilter: onNode(taintToleration),
    TestIsSchedulableAfterNodeChange: HINTS,
    Test_isSchedulableAfterPodTolerationChange: HINTS,
  }),
  fitSuite,
  vectorSuite(`${PLUGINS}noderesources__balanced_allocation_test`, {
    TestNodeResourcesBalancedAllocation: (c: ScoreRow & { args: { Resources: GoStrategy['Resources'] } }) =>
      judgeScores(balancedAllocationOf(weightsOf(c.args.Resources)), c),
  }),
  vectorSuite(`${PLUGINS}noderesources__least_allocated_test`, {
    TestLeastAllocatedScoringStrategy: byStrategy('LeastAllocated'),
  }),
  vectorSuite(`${PLUGINS}noderesources__most_allocated_test`, {
    TestMostAllocatedScoringStrategy: byStrategy('MostAllocated'),
  }),
  vectorSuite(`${PLUGINS}noderesources__requested_to_capacity_ratio_test`, {
    TestRequestedToCapacityRatioScoringStrategy: byStrategy('RequestedToCapacityRatio'),
    TestBrokenLinearFunction: (c: { points: GoPoint[]; assertions: { p?: number; expected?: number }[] }) =>
      difference(
        c.assertions.map(({ p = 0 }) => brokenLinear(shapeOf(c.points), p, 1)),
        c.assertions.map(({ expected = 0 }) => expected),
      ),
    TestResourceBinPackingSingleExtended: packing({ name: 'intel.com/foo', weight: 1 }),
    TestResourceBinPackingMultipleExtended: packing(
      { name: 'intel.com/foo', weight: 3 },
      { name: 'intel.com/bar', weight: 5 },
    ),
  }),
  vectorSuite(`${PLUGINS}noderesources__resource_allocation_test`, {
    TestResourceAllocationScorerCalculateRequests: INSIDE,
  }),
  vectorSuite(`${PLUGINS}imagelocality__image_locality_test`, {
    TestImageLocalityPriority: scored(imageLocality),
    TestNormalizedImageName: 'a helper of Go; scores depend on it',
  }),
  vectorSuite(`${PLUGINS}interpodaffinity__filtering_test`, {
    TestRequiredAffinitySingleNode: (c) => {
      const want =
        c.wantPreFilterStatus?.code === 5 ? undefined : (c.wantPreFilterStatus ?? c.wantFilterStatus)
      return onNode(affinityOf({}))({ ...c, wantStatus: want }, c)
    },
    TestRequiredAffinityMultipleNodes: (c) =>
      onNodes(affinityOf({}))(
        c.wantPreFilterStatus?.code === 5 ? { ...c, wantPreFilterStatus: undefined } : c,
        c,
      ),
    TestPreFilterStateAddRemovePod: INSIDE,
    TestGetTPMapMatchingIncomingAffinityAntiAffinity: INSIDE,
  }),
  vectorSuite(`${PLUGINS}interpodaffinity__plugin_test`, {
    Test_isSchedulableAfterPodChange: HINTS,
    Test_isSchedulableAfterNodeChange: HINTS,
  }),
  vectorSuite(`${PLUGINS}interpodaffinity__scoring_test`, {
    TestPreferredAffinity: (c) => judgeScores(affinityOf({ ...c, hardPodAffinityWeight: 1 }), c),
    TestPreferredAffinityWithHardPodAffinitySymmetricWeight: (c) => judgeScores(affinityOf(c), c),
  }),
  vectorSuite(`${PLUGINS}nodeaffinity__node_affinity_test`, {
    TestNodeAffinity: (c) => {
      if (c.args?.AddedAffinity) return notApplicable('an argument of the plugin that is not there yet')
      const node = { metadata: { name: c.nodeName ?? 'node', labels: c.labels } }
      const want =
        c.wantPreFilterStatus && c.wantPreFilterStatus.code !== 5 ? c.wantPreFilterStatus : c.wantStatus
      const cycle = cycleOf(c.pod, snapshotOf([node]))
      const before = nodeAffinity.preFilter?.(cycle)
      const got =
        before && before !== 'skip' && 'reasons' in before
          ? before
          : nodeAffinity.filter?.(cycle, cycle.snapshot.nodes[0])
      return sameStatus(got, want)
    },
    TestNodeAffinityPriority: (c) =>
      c.args?.AddedAffinity
        ? notApplicable('an argument of the plugin that is not there yet')
        : judgeScores(nodeAffinity, c),
    Test_isSchedulableAfterNodeChange: HINTS,
  }),
  vectorSuite(`${PLUGINS}nodeports__node_ports_test`, {
    TestNodePorts: (c: { nodeInfo: GoNodeInfo; pod: Pod; wantFilterStatus?: GoStatus }) =>
      sameStatus(filterBy(nodePorts, cycleOf(c.pod, snapshotOf()), nodeOf(c.nodeInfo)), c.wantFilterStatus),
    TestGetContainerPorts: INSIDE,
    Test_isSchedulableAfterPodDeleted: HINTS,
  }),
  vectorSuite(`${PLUGINS}nodeunschedulable__node_unschedulable_test`, {
    TestNodeUnschedulable: onNode(nodeUnschedulable),
    TestIsSchedulableAfterNodeChange: HINTS,
    TestIsSchedulableAfterPodTolerationChange: HINTS,
  }),
  vectorSuite(`${PLUGINS}podtopologyspread__filtering_test`, {
    TestPreFilterState: INSIDE,
    TestPreFilterStateAddPod: INSIDE,
    TestPreFilterStateRemovePod: INSIDE,
    TestSingleConstraint: spread,
    TestMultipleConstraints: spread,
  }),
  vectorSuite(`${PLUGINS}podtopologyspread__plugin_test`, {
    Test_isSchedulableAfterNodeChange: HINTS,
    Test_isSchedulableAfterPodChange: HINTS,
  }),
  vectorSuite(`${PLUGINS}podtopologyspread__scoring_test`, {
    TestPreScoreSkip: INSIDE,
    TestPreScoreStateEmptyNodes: INSIDE,
    TestPodTopologySpreadScore: (c) =>
      c.objs?.length
        ? notApplicable('default constraints for services: not there yet')
        : judgeScores(podTopologySpread, c),
  }),
  vectorSuite(`${PLUGINS}schedulinggates__scheduling_gates_test`, {
    TestPreEnqueue: (c: { pod: Pod; want?: GoStatus }) =>
      difference(schedulingGates.preEnqueue?.(c.pod), c.want?.reasons?.[0]),
    Test_isSchedulableAfterPodChange: HINTS,
  }),
  vectorSuite(`${PLUGINS}queuesort__priority_sort_test`, { TestLess: 'two entries of a Go queue' }),
  vectorSuite(`${PLUGINS}helper__normalize_score_test`, {
    TestDefaultNormalizeScore: (c: { scores: number[]; reverse?: boolean; expectedScores: number[] }) =>
      difference(normalizeToMax(c.scores, c.reverse ?? false), c.expectedScores),
  }),
  vectorSuite(`${PLUGINS}helper__spread_test`, {
    TestGetPodServices: 'asks a lister',
    TestDefaultSelector: 'asks listers; for default constraints, which are not there yet',
  }),
  vectorSuite(`${PLUGINS}helper__taint_test`, { TestDoNotScheduleTaintsFilterFunc: INSIDE }),
  vectorSuite(`${PLUGINS}volumerestrictions__volume_restrictions_test`, {
    TestGCEDiskConflicts: disks,
    TestAWSDiskConflicts: disks,
    TestRBDDiskConflicts: disks,
    TestISCSIDiskConflicts: disks,
    TestAccessModeConflicts: (c) => {
      const claims = new Map<string, PersistentVolumeClaim>(
        c.existingPVCs.map((claim: PersistentVolumeClaim) => [`default/${claim.metadata?.name}`, claim]),
      )
      const storage = { ...zoneStorage, claim: (key: string) => claims.get(key) }
      const snapshot = snapshotOf(c.existingNodes, c.existingPods, storage)
      return sameStatus(
        filterBy(volumeRestrictions, cycleOf(c.pod, snapshot), nodeOf(c.nodeInfo)),
        c.wantStatus,
      )
    },
    Test_isSchedulableAfterPodDeleted: HINTS,
    Test_isSchedulableAfterPersistentVolumeClaimChange: HINTS,
  }),
  vectorSuite(`${PLUGINS}volumezone__volume_zone_test`, {
    TestSingleZone: inZone(zoneStorage),
    TestMultiZone: inZone(multiZone),
    TestWithBinding: inZone(zoneStorage),
    TestIsSchedulableAfterPersistentVolumeClaimAdded: HINTS,
    TestIsSchedulableAfterStorageClassAdded: HINTS,
    TestIsSchedulableAfterPersistentVolumeChange: HINTS,
  }),
]
