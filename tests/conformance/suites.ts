import { accessReviewSuite } from './auth/access-reviews.ts'
import * as authorizers from './auth/authorizers.ts'
import * as bootstrapPolicy from './auth/bootstrap-policy.ts'
import { nodeRestrictionSuite } from './auth/node-restriction.ts'
import {
  podSecurityAdmissionSuite,
  podSecurityChecks,
  podSecurityFixtureSuite,
  podSecurityHelperSuite,
} from './auth/pod-security.ts'
import { controllerSuites } from './controllers/index.ts'
import * as fieldManager from './api/field-manager.ts'
import * as fields from './api/fields.ts'
import * as jsonpath from './api/jsonpath.ts'
import * as labels from './api/labels.ts'
import * as machinery from './api/machinery.ts'
import * as managedFields from './api/managed-fields.ts'
import * as patch from './api/patch.ts'
import { goTemplateSuite } from './api/go-template.ts'
import { protobufSuite } from './api/protobuf.ts'
import * as quantity from './api/quantity.ts'
import * as values from './api/values.ts'
import { httpSemanticsSuite } from './apiserver/http-semantics.ts'
import { patchSuite, serverSideApplySuite } from './apiserver/patches.ts'
import { requestInfoSuite } from './apiserver/request-info.ts'
import { watchSuite } from './apiserver/watch.ts'
import { autoscalingDefaultsSuite } from './kinds/autoscaling-defaults.ts'
import { discoverySuite } from './apiserver/discovery.ts'
import { customResourceCreateSuite } from './apiserver/custom-resources.ts'
import { kubectlHttpSuite } from './apiserver/kubectl-http.ts'
import { etcdKvSequencesSuite } from './etcd/kv-sequences.ts'
import * as kindCreates from './kinds/create.ts'
import * as customResources from './kinds/custom-resources.ts'
import * as kindRoundTrips from './kinds/roundtrip.ts'
import * as kindVectors from './kinds/vectors.ts'
import * as kindTables from './kinds/tables.ts'
import { editSessionsSuite } from './kubectl/edit-sessions.ts'
import { kubectlTestCmdSuite } from './kubectl/test-cmd.ts'
import { kubectlWireSuite } from './kubectl/wire.ts'
import { corednsSuite } from './network/coredns.ts'
import * as kubeProxy from './network/kube-proxy.ts'
import { raftConfChangeSuite } from './raft/confchange.ts'
import { raftQuorumSuite } from './raft/quorum.ts'
import { raftTranscriptSuite } from './raft/transcripts.ts'
import { frameworkSuites } from './scheduler/framework.ts'
import { pluginSuites } from './scheduler/plugins.ts'
import { schedulerScenarioSuite } from './scheduler/scenarios.ts'
import type { OracleSuite } from './suite.ts'

/** Every suite; the first whose pattern matches a file judges it. Add a line. */
export const suites: readonly OracleSuite[] = [
  accessReviewSuite,
  nodeRestrictionSuite,
  podSecurityAdmissionSuite,
  ...podSecurityChecks,
  podSecurityFixtureSuite,
  podSecurityHelperSuite,
  ...Object.values(authorizers),
  ...Object.values(bootstrapPolicy),
  ...Object.values(jsonpath),
  ...Object.values(labels),
  ...Object.values(fieldManager),
  ...Object.values(fields),
  ...Object.values(machinery),
  ...Object.values(managedFields),
  ...Object.values(patch),
  ...Object.values(quantity),
  ...Object.values(values),
  ...Object.values(kindCreates),
  ...Object.values(kindTables),
  ...Object.values(kindVectors),
  ...Object.values(kindRoundTrips),
  ...Object.values(customResources),
  customResourceCreateSuite,
  httpSemanticsSuite,
  watchSuite,
  requestInfoSuite,
  autoscalingDefaultsSuite,
  discoverySuite,
  kubectlHttpSuite,
  patchSuite,
  serverSideApplySuite,
  etcdKvSequencesSuite,
  kubectlTestCmdSuite,
  editSessionsSuite,
  kubectlWireSuite,
  raftTranscriptSuite,
  raftConfChangeSuite,
  raftQuorumSuite,
  schedulerScenarioSuite,
  ...pluginSuites,
  ...frameworkSuites,
  corednsSuite,
  ...Object.values(kubeProxy),
  goTemplateSuite,
  protobufSuite,
  ...controllerSuites,
]
