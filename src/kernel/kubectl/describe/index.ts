import { configMap, namespace, secret, serviceAccount } from './config-objects.ts'
import type { Describer } from './describer.ts'
import { autoscaler } from './autoscaler.ts'
import { cronJob, job } from './batch.ts'
import { fewMore } from './few-more.ts'
import { ingress, ingressClass } from './ingress.ts'
import { networkPolicy } from './network-policy.ts'
import { few } from './few.ts'
import { node } from './node.ts'
import { pod } from './pod.ts'
import { rbac } from './rbac.ts'
import { endpoints, endpointSlice, service } from './service.ts'
import { daemonSet, deployment, replicaSet, replicationController, statefulSet } from './workloads.ts'

/** Kinds that are described in words of their own; all others field by field. Add a line. */
const describers: readonly Describer[] = [
  pod,
  node,
  service,
  endpoints,
  endpointSlice,
  configMap,
  secret,
  serviceAccount,
  namespace,
  deployment,
  replicaSet,
  daemonSet,
  statefulSet,
  replicationController,
  ...rbac,
  job,
  cronJob,
  autoscaler,
  ingress,
  ingressClass,
  networkPolicy,
  ...few,
  ...fewMore,
]

export const describerOf = (group: string, kind: string): Describer | undefined =>
  describers.find((one) => one.group === group && one.kind === kind)
