import type {
  DaemonSet,
  Deployment,
  ReplicaSet,
  StatefulSet,
  ControllerRevision,
} from 'kubernetes-types/apps/v1'
import type { CronJob, Job } from 'kubernetes-types/batch/v1'
import type { Lease } from 'kubernetes-types/coordination/v1'
import type {
  ConfigMap,
  Endpoints,
  Event,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ReplicationController,
  Secret,
  Service,
  ServiceAccount,
} from 'kubernetes-types/core/v1'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1'
import type { KubeObject, Stored } from '../api/objects.ts'

/** The TypeScript type of a kind's objects; kinds not named here are plain objects. */
export interface ObjectsByKind {
  ConfigMap: ConfigMap
  ControllerRevision: ControllerRevision
  CronJob: CronJob
  DaemonSet: DaemonSet
  Deployment: Deployment
  Endpoints: Endpoints
  EndpointSlice: EndpointSlice
  Event: Event
  Job: Job
  Lease: Lease
  Namespace: Namespace
  Node: Node
  PersistentVolume: PersistentVolume
  PersistentVolumeClaim: PersistentVolumeClaim
  Pod: Pod
  PodDisruptionBudget: PodDisruptionBudget
  ReplicaSet: ReplicaSet
  ReplicationController: ReplicationController
  Secret: Secret
  Service: Service
  ServiceAccount: ServiceAccount
  StatefulSet: StatefulSet
}

/** An object of this kind as it came from the API server. */
export type ObjectOf<K extends string> = K extends keyof ObjectsByKind
  ? Stored<ObjectsByKind[K]>
  : Stored<KubeObject>
