import type { DaemonSet } from 'kubernetes-types/apps/v1'
import type { Affinity, Pod, PodSpec } from 'kubernetes-types/core/v1'
import { fitOf } from '../../../src/kernel/controllers/daemonset/node-fit.ts'
import { isUpdated, onNode, tolerationsOf } from '../../../src/kernel/controllers/daemonset/pods.ts'
import { difference, type OracleSuite } from '../suite.ts'
import { vectorSuite } from '../vector.ts'

const CONTROL = 'a controller with fake clients that Go functions make; transcripts and scenarios show it'
const LISTER = 'asks a lister or a cache of Go'

/** kubernetes: pkg/controller/daemon; and the tables of others that only Go code can answer. */
export const daemonSuites: readonly OracleSuite[] = [
  vectorSuite('pkg__controller__daemon__daemon_controller_test', {
    TestNodeShouldRunDaemonPod: (c: {
      ds: DaemonSet
      nodeUnschedulable?: boolean
      shouldRun?: boolean
      shouldContinueRunning?: boolean
    }) => {
      const { template = {} } = c.ds.spec ?? {}
      const labels = { name: 'simple-daemon', type: 'production' }
      const node = { metadata: { name: 'test-node', labels }, spec: { unschedulable: c.nodeUnschedulable } }
      return difference(fitOf(template.spec as PodSpec, tolerationsOf(template), node), {
        shouldRun: c.shouldRun ?? false,
        shouldContinue: c.shouldContinueRunning ?? false,
      })
    },
    TestSimpleDaemonSetUpdatesStatusError: CONTROL,
    TestDaemonKillFailedPods: CONTROL,
    TestUpdateNode: CONTROL,
    TestDeleteNoDaemonPod: CONTROL,
    TestGetNodesToDaemonPods: LISTER,
    TestStoreDaemonSetStatus: CONTROL,
    TestShouldIgnoreNodeUpdate: 'which updates of nodes a work queue is told of',
  }),
  vectorSuite('pkg__controller__daemon__patch_nodeselector_test', {
    TestNamespaceNodeSelectorMatches: 'a patch that one distribution carries',
  }),
  vectorSuite('pkg__controller__daemon__update_test', {
    TestGetUnavailableNumbers: CONTROL,
    TestControlledHistories: CONTROL,
  }),
  vectorSuite('pkg__controller__daemon__util__daemonset_util_test', {
    TestIsPodUpdated: (c: { pod: Pod; hash?: string; templateGeneration?: number; isUpdated?: boolean }) => {
      const generation = c.templateGeneration === undefined ? undefined : `${c.templateGeneration}`
      return difference(isUpdated(c.pod, c.hash ?? '', generation), c.isUpdated ?? false)
    },
    TestCreatePodTemplate: 'labels of a Go function; scenarios show those of pods',
    TestReplaceDaemonSetPodNodeNameNodeAffinity: (c: {
      affinity?: Affinity
      hostname?: string
      expected?: Affinity
    }) => difference(onNode(c.affinity, c.hostname ?? ''), c.expected),
  }),
  vectorSuite('pkg__controller__disruption__disruption_test', {
    TestScaleFinderNoResource: LISTER,
    TestBasicFinderFunctions: LISTER,
    TestDeploymentFinderFunction: LISTER,
    TestInvalidSelectors: CONTROL,
    TestStalePodDisruption: CONTROL,
  }),
  vectorSuite('pkg__controller__garbagecollector__dump_test', {
    TestToDOTGraph: 'a drawing of the Go program’s graph',
    TestToDOTGraphObj: 'a drawing of the Go program’s graph',
    TestMarshalDOT: 'a drawing of the Go program’s graph',
  }),
  vectorSuite('pkg__controller__garbagecollector__garbagecollector_test', {
    TestProcessEvent: 'a graph of Go; scenarios of tests/controllers show the collection',
    TestGetDeletableResources: LISTER,
    TestConflictingData: 'steps that are Go functions',
  }),
  vectorSuite('pkg__controller__garbagecollector__graph_builder_test', {
    TestGetAlternateOwnerIdentity: 'a graph of Go; scenarios of tests/controllers show the collection',
  }),
  vectorSuite('pkg__controller__namespace__deletion__namespaced_resources_deleter_test', {
    testSyncNamespaceThatIsTerminating: CONTROL,
  }),
  vectorSuite('pkg__controller__endpointslice__endpointslice_controller_test', {
    TestServiceExternalNameTypeSync: CONTROL,
    TestSyncService: CONTROL,
    TestSyncServiceStaleInformer: CONTROL,
    Test_checkNodeTopologyDistribution: LISTER,
    TestPodAddsBatching: 'how a work queue gathers changes',
    TestPodDeleteBatching: 'how a work queue gathers changes',
    TestPodUpdatesBatching: 'how a work queue gathers changes',
  }),
  vectorSuite('pkg__controller__statefulset__stateful_set_test', { TestStaleOwnerRefOnScaleup: CONTROL }),
]
