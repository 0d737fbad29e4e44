import type { Node, Pod } from 'kubernetes-types/core/v1'
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1'
import {
  feasibleWanted,
  preparedRun,
  type Verdict as Decision,
} from '../../../src/kernel/scheduler/algorithm.ts'
import { podInfo } from '../../../src/kernel/scheduler/node-info.ts'
import { defaultProfile } from '../../../src/kernel/scheduler/plugins/index.ts'
import { conflicts } from '../../../src/kernel/scheduler/plugins/node-ports.ts'
import { earliestStart, moreImportant, preempt } from '../../../src/kernel/scheduler/preemption.ts'
import { failureMessage } from '../../../src/kernel/scheduler/failure-message.ts'
import { difference, notApplicable, type OracleSuite, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { named, snapshotOf } from './cluster.ts'

const FAKES = 'plugins and extenders that are Go functions'
const INSIDE = 'a data structure of the Go program'
const QUEUE = "the Go program's caches and queues"

interface GoVerdicts {
  readonly nodeToStatus?: Readonly<
    Record<string, { readonly code?: number; readonly reasons?: readonly string[] }>
  >
}

/** Rejections as a row gives them; what it does not name is beyond help. */
function rejectionsOf(nodes: readonly Node[], { nodeToStatus = {} }: GoVerdicts) {
  return new Map(
    nodes.map(({ metadata }) => {
      const status = nodeToStatus[metadata?.name ?? '']
      const unresolvable = status?.code !== 2
      return [metadata?.name ?? '', { plugin: '', unresolvable, reasons: status?.reasons ?? [] }]
    }),
  )
}

function postFilter(c: {
  name?: string
  nodes: Node[]
  pod: Pod
  pods: Pod[]
  pdbs?: PodDisruptionBudget[]
  extender?: unknown
  filteredNodesStatuses: GoVerdicts
  wantResult?: { NominatingInfo?: { NominatedNodeName?: string } }
  wantStatus?: { reasons?: string[] }
}): Verdict {
  if (c.extender || /TestPlugin|extenders/.test(c.name ?? '')) return notApplicable(FAKES)
  const snapshot = snapshotOf(c.nodes, c.pods)
  const run = preparedRun(named(c.pod), snapshot, defaultProfile)
  const verdict = {
    run,
    rejected: rejectionsOf(c.nodes, c.filteredNodesStatuses),
    nodes: c.nodes.length,
  } as unknown as Decision & { run: typeof run }
  const { node, message } = preempt(verdict, c.pdbs ?? [])
  return (
    difference(node, c.wantResult?.NominatingInfo?.NominatedNodeName) ??
    difference(message ? `preemption: ${message}` : undefined, c.wantStatus?.reasons?.[0])
  )
}

/** Nodes of TestSelectBestCandidate: each has room for three of the middle-sized pods. */
const veryLarge = { cpu: '500m', memory: '500', pods: '32' }

function best(c: { name: string; nodeNames: string[]; pod: Pod; pods: Pod[]; expected: string[] }): Verdict {
  if (c.name.includes('different start time')) return notApplicable('the recording has lost the times')
  const nodes = c.nodeNames.map((name) => ({ metadata: { name }, status: { allocatable: veryLarge } }))
  const run = preparedRun(named(c.pod), snapshotOf(nodes, c.pods), defaultProfile)
  const nodeToStatus = Object.fromEntries(c.nodeNames.map((name) => [name, { code: 2 }]))
  const rejected = rejectionsOf(nodes, { nodeToStatus })
  const { node } = preempt({ run, rejected, nodes: nodes.length } as never, [])
  return c.expected.includes(node ?? '') ? undefined : `got ${node}, want ${c.expected.join(' or ')}`
}

const inMicroTime = (pod: Pod) => podInfo(named(pod))

/** The tables of the framework's own tests. */
export const frameworkSuites: readonly OracleSuite[] = [
  vectorSuite('pkg__scheduler__eventhandlers_test', {
    TestUpdatePodInCache: QUEUE,
    TestPreCheckForNode: QUEUE,
    TestAddAllEventHandlers: QUEUE,
    TestAdmissionCheck: QUEUE,
  }),
  vectorSuite('pkg__scheduler__extender_test', {
    TestSchedulerWithExtenders: FAKES,
    TestIsInterested: FAKES,
    TestConvertToVictims: FAKES,
  }),
  vectorSuite('pkg__scheduler__framework__cycle_state_test', { TestCycleStateClone: INSIDE }),
  vectorSuite('pkg__scheduler__framework__events_test', {
    TestNodeAllocatableChange: INSIDE,
    TestNodeLabelsChange: INSIDE,
    TestNodeTaintsChange: INSIDE,
    TestNodeConditionsChange: INSIDE,
    TestNodeSchedulingPropertiesChange: INSIDE,
    Test_podSchedulingPropertiesChange: INSIDE,
  }),
  vectorSuite('pkg__scheduler__framework__interface_test', {
    TestStatus: INSIDE,
    TestPreFilterResultMerge: INSIDE,
    TestIsStatusEqual: INSIDE,
    TestNodesForStatusCode: INSIDE,
  }),
  vectorSuite(
    'pkg__scheduler__framework__plugins__defaultpreemption__default_preemption_test',
    {
      TestPostFilter: postFilter,
      TestDryRunPreemption: FAKES,
      TestSelectBestCandidate: best,
      TestPodEligibleToPreemptOthers: 'asks a Go function; messages of preemption are judged',
    },
    { acceptFunctions: true },
  ),
  vectorSuite('pkg__scheduler__framework__preemption__preemption_test', {
    TestDryRunPreemption: FAKES,
    TestCallExtenders: FAKES,
  }),
  vectorSuite('pkg__scheduler__framework__types_test', {
    TestNewResource: INSIDE,
    TestResourceClone: INSIDE,
    TestResourceAddScalar: INSIDE,
    TestSetMaxResource: INSIDE,
    TestNodeInfoClone: INSIDE,
    TestNodeInfoRemovePod: INSIDE,
    TestHostPortInfo_AddRemove: INSIDE,
    TestHostPortInfo_Check: (c) => {
      const port = ({ ip = '', protocol = '', port: number = 0 }) => ({
        ip: ip || '0.0.0.0',
        protocol: protocol || 'TCP',
        port: number,
      })
      return difference(
        (c.added ?? []).some((taken: object | null) => conflicts(port(taken ?? {}), port(c.check))),
        c.expect ?? false,
      )
    },
    TestGetNamespacesFromPodAffinityTerm: INSIDE,
    TestFitError_Error: (c) => {
      const { NodeToStatus, PostFilterMsg, PreFilterMsg } = c.diagnosis
      const rejected = new Map(Object.entries((NodeToStatus as GoVerdicts).nodeToStatus ?? {}))
      const preFilter = PreFilterMsg ? { plugin: '', unresolvable: true, reasons: [PreFilterMsg] } : undefined
      const got = failureMessage({ nodes: c.numAllNodes, rejected, preFilter } as never, undefined)
      return difference(PostFilterMsg ? `${got} ${PostFilterMsg}` : got, c.wantReasonMsg)
    },
    TestCalculateResources: (c) => {
      if (c.podLevelResourcesEnabled || c.podResources)
        return notApplicable('a feature gate that 1.32 has off')
      const { requests, nonZero } = inMicroTime({
        spec: { containers: c.containers ?? [], initContainers: c.initContainers },
      } as Pod)
      const want = c.expectedResource ?? {}
      return difference(
        [requests['cpu'] ?? 0, requests['memory'] ?? 0, nonZero['cpu'], nonZero['memory']],
        [want.MilliCPU ?? 0, want.Memory ?? 0, c.expectedNon0CPU ?? 0, c.expectedNon0Mem ?? 0],
      )
    },
    TestCalculatePodResourcesWithResize: 'a feature gate that 1.32 has off',
    TestCloudEvent_Match: INSIDE,
  }),
  vectorSuite('pkg__scheduler__schedule_one_test', {
    TestSchedulerWithVolumeBinding: FAKES,
    TestSchedulerBinding: FAKES,
    TestUpdatePod: 'patches of a fake client; transcripts show the conditions',
    Test_SelectHost: 'a heap of Go; draws are judged with the scenarios',
    TestFindNodesThatPassExtenders: FAKES,
    TestSchedulerSchedulePod: FAKES,
    TestZeroRequest: FAKES,
    Test_prioritizeNodes: FAKES,
    TestNumFeasibleNodesToFind: (c) =>
      difference(feasibleWanted(c.numAllNodes, c.profilePercentage ?? c.globalPercentage), c.wantNumNodes),
    TestPreferredNominatedNodeFilterCallCounts: FAKES,
    TestPreferNominatedNodeFilterCallCounts: FAKES,
  }),
  vectorSuite('pkg__scheduler__scheduler_test', {
    TestSchedulerCreation: FAKES,
    TestWithPercentageOfNodesToScore: INSIDE,
    TestInitPluginsWithIndexers: FAKES,
    Test_buildQueueingHintMap: FAKES,
    Test_UnionedGVKs: INSIDE,
    TestFrameworkHandler_IterateOverWaitingPods: FAKES,
  }),
  vectorSuite('pkg__scheduler__util__utils_test', {
    TestGetEarliestPodStartTime: (c) => {
      if (!c.pods?.length) return notApplicable('no pods, no time')
      return difference(
        earliestStart(c.pods.map(inMicroTime).sort(moreImportant)),
        Date.parse(c.expectedStartTime),
      )
    },
    TestMoreImportantPod: (c) =>
      difference(moreImportant(inMicroTime(c.p1), inMicroTime(c.p2)) < 0, c.expected ?? false),
    TestRemoveNominatedNodeName: 'a patch of a fake client',
    Test_As_Pod: INSIDE,
    Test_As_Node: INSIDE,
    Test_As_KMetadata: INSIDE,
  }),
]
