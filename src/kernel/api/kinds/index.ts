import type { KindDefinition } from '../kind.ts'
import { restOfTypes } from '../schema/types-rest.generated.ts'
import { addTypes } from '../schema/types.ts'
import { configMap } from './config-map.ts'
import { endpoints } from './endpoints.ts'
import { event } from './event.ts'
import { namespace } from './namespace.ts'
import { node } from './node.ts'
import { pod } from './pod.ts'
import { secret } from './secret.ts'
import { service } from './service.ts'
import { serviceAccount } from './service-account.ts'
import { deployment } from './deployment.ts'
import { replicaSet } from './replica-set.ts'
import { lease } from './lease.ts'
import { endpointSlice } from './endpoint-slice.ts'
import { clusterRole } from './cluster-role.ts'
import { clusterRoleBinding } from './cluster-role-binding.ts'
import { role } from './role.ts'
import { roleBinding } from './role-binding.ts'
import { daemonSet } from './daemon-set.ts'
import { statefulSet } from './stateful-set.ts'
import { replicationController } from './replication-controller.ts'
import { podTemplate } from './pod-template.ts'
import { networkPolicy } from './network-policy.ts'
import { ingress } from './ingress.ts'
import { ingressClass } from './ingress-class.ts'
import { storageClass } from './storage-class.ts'
import { podDisruptionBudget } from './pod-disruption-budget.ts'
import { limitRange } from './limit-range.ts'
import { resourceQuota } from './resource-quota.ts'
import { persistentVolumeClaim } from './persistent-volume-claim.ts'
import { persistentVolume } from './persistent-volume.ts'
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'
import { job } from './job.ts'
import { cronJob } from './cron-job.ts'
import { csiDriver } from './csi-driver.ts'
import { apiService } from './api-service.ts'
import { priorityClass } from './priority-class.ts'
import { runtimeClass } from './runtime-class.ts'
import { controllerRevision } from './controller-revision.ts'
import { csiNode } from './csi-node.ts'
import { csiStorageCapacity } from './csi-storage-capacity.ts'
import { volumeAttachment } from './volume-attachment.ts'
import { plainKinds } from './plain.ts'
import { customResourceDefinition } from './custom-resource-definition.ts'
import { reviewKinds } from './reviews.ts'
import { certificateSigningRequest } from './certificate-signing-request.ts'
import { eventV1 } from './conversion/event-v1.ts'
import { horizontalPodAutoscalerV1 } from './conversion/horizontal-pod-autoscaler-v1.ts'

addTypes(restOfTypes)

/** Every kind that is served. A kind is one file and one line here. */
export const kinds: readonly KindDefinition[] = [
  configMap,
  endpoints,
  event,
  namespace,
  node,
  pod,
  secret,
  service,
  serviceAccount,
  deployment,
  replicaSet,
  lease,
  endpointSlice,
  daemonSet,
  statefulSet,
  replicationController,
  podTemplate,
  role,
  roleBinding,
  clusterRole,
  clusterRoleBinding,
  networkPolicy,
  ingress,
  ingressClass,
  storageClass,
  podDisruptionBudget,
  limitRange,
  resourceQuota,
  persistentVolumeClaim,
  persistentVolume,
  horizontalPodAutoscaler,
  job,
  cronJob,
  csiDriver,
  apiService,
  priorityClass,
  runtimeClass,
  controllerRevision,
  csiNode,
  csiStorageCapacity,
  volumeAttachment,
  ...plainKinds,
  ...reviewKinds,
  customResourceDefinition,
  certificateSigningRequest,
  horizontalPodAutoscalerV1,
  eventV1,
]

const byKind = new Map(
  kinds.map((definition) => [`${definition.group}/${definition.version}/${definition.kind}`, definition]),
)
const byResource = new Map(
  kinds.map((definition) => [`${definition.group}/${definition.version}/${definition.plural}`, definition]),
)

/** `apps`, `v1`, `Deployment`. */
export const kindOf = (group: string, version: string, kind: string): KindDefinition | undefined =>
  byKind.get(`${group}/${version}/${kind}`)

/** `apps`, `v1`, `deployments`. */
export const resourceOf = (group: string, version: string, plural: string): KindDefinition | undefined =>
  byResource.get(`${group}/${version}/${plural}`)
