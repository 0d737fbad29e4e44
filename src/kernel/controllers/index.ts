import type { Controller } from '../client/controller.ts'
import { cronJobController } from './cronjob.ts'
import { clusterRoleAggregation } from './cluster-role-aggregation.ts'
import { daemonSetController } from './daemonset.ts'
import { deploymentController } from './deployment.ts'
import { disruptionController } from './disruption.ts'
import { endpointsController } from './endpoints.ts'
import { endpointSliceController } from './endpointslice.ts'
import { endpointSliceMirroring } from './endpointslice-mirroring.ts'
import { garbageCollector } from './garbage-collector.ts'
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'
import { jobController } from './job.ts'
import { namespaceController } from './namespace.ts'
import { nodeIpamController } from './node-ipam.ts'
import { nodeLifecycleController } from './node-lifecycle.ts'
import type { ControllerOptions } from './options.ts'
import { persistentVolumeBinder } from './persistent-volume-binder.ts'
import { podGarbageCollector } from './pod-gc.ts'
import { replicaSetController, replicationController } from './replicaset.ts'
import { resourceQuotaController } from './resource-quota.ts'
import { rootCaPublisher } from './root-ca-publisher.ts'
import { serviceAccountController } from './serviceaccount.ts'
import { statefulSetController } from './statefulset.ts'
import { taintEvictionController } from './taint-eviction.ts'
import { ttlController } from './ttl.ts'
import { ttlAfterFinishedController } from './ttl-after-finished.ts'
import { claimProtection, volumeProtection } from './volume-protection.ts'

export interface ControllerEntry {
  /** As `--controllers` names it. */
  readonly name: string
  /** As it was named before 1.28. */
  readonly alias: string
  /** Its service account in kube-system, where that is not named as it is (kubernetes: bootstrappolicy/controller_policy.go). */
  readonly account?: string
  /** A controller of its own for every program that runs it. */
  make(): Controller<ControllerOptions>
}

/** Every controller. One is a file and a line here (kubernetes: cmd/kube-controller-manager/names). */
export const controllerTable: readonly ControllerEntry[] = [
  {
    name: 'endpoints-controller',
    alias: 'endpoint',
    account: 'endpoint-controller',
    make: endpointsController,
  },
  { name: 'endpointslice-controller', alias: 'endpointslice', make: endpointSliceController },
  {
    name: 'endpointslice-mirroring-controller',
    alias: 'endpointslicemirroring',
    account: 'endpointslicemirroring-controller',
    make: () => endpointSliceMirroring,
  },
  {
    name: 'replicationcontroller-controller',
    alias: 'replicationcontroller',
    account: 'replication-controller',
    make: () => replicationController,
  },
  {
    name: 'pod-garbage-collector-controller',
    alias: 'podgc',
    account: 'pod-garbage-collector',
    make: podGarbageCollector,
  },
  { name: 'namespace-controller', alias: 'namespace', make: () => namespaceController },
  {
    name: 'serviceaccount-controller',
    alias: 'serviceaccount',
    account: 'service-account-controller',
    make: () => serviceAccountController,
  },
  {
    name: 'garbage-collector-controller',
    alias: 'garbagecollector',
    account: 'generic-garbage-collector',
    make: garbageCollector,
  },
  {
    name: 'daemonset-controller',
    alias: 'daemonset',
    account: 'daemon-set-controller',
    make: () => daemonSetController,
  },
  { name: 'job-controller', alias: 'job', make: jobController },
  { name: 'deployment-controller', alias: 'deployment', make: () => deploymentController },
  { name: 'replicaset-controller', alias: 'replicaset', make: () => replicaSetController },
  { name: 'disruption-controller', alias: 'disruption', make: () => disruptionController },
  { name: 'statefulset-controller', alias: 'statefulset', make: () => statefulSetController },
  { name: 'cronjob-controller', alias: 'cronjob', make: () => cronJobController },
  {
    name: 'ttl-after-finished-controller',
    alias: 'ttl-after-finished',
    make: () => ttlAfterFinishedController,
  },
  { name: 'ttl-controller', alias: 'ttl', make: ttlController },
  { name: 'node-ipam-controller', alias: 'nodeipam', account: 'node-controller', make: nodeIpamController },
  {
    name: 'node-lifecycle-controller',
    alias: 'nodelifecycle',
    account: 'node-controller',
    make: nodeLifecycleController,
  },
  {
    name: 'taint-eviction-controller',
    alias: 'taint-eviction-controller',
    account: 'node-controller',
    make: taintEvictionController,
  },
  {
    name: 'root-ca-certificate-publisher-controller',
    alias: 'root-ca-cert-publisher',
    account: 'root-ca-cert-publisher',
    make: () => rootCaPublisher,
  },
  {
    name: 'persistentvolume-binder-controller',
    alias: 'persistentvolume-binder',
    account: 'persistent-volume-binder',
    make: persistentVolumeBinder,
  },
  {
    name: 'persistentvolumeclaim-protection-controller',
    alias: 'pvc-protection',
    account: 'pvc-protection-controller',
    make: () => claimProtection,
  },
  {
    name: 'persistentvolume-protection-controller',
    alias: 'pv-protection',
    account: 'pv-protection-controller',
    make: () => volumeProtection,
  },
  { name: 'resourcequota-controller', alias: 'resourcequota', make: () => resourceQuotaController },
  {
    name: 'clusterrole-aggregation-controller',
    alias: 'clusterrole-aggregation',
    make: () => clusterRoleAggregation,
  },
  {
    name: 'horizontal-pod-autoscaler-controller',
    alias: 'horizontalpodautoscaling',
    account: 'horizontal-pod-autoscaler',
    make: horizontalPodAutoscaler,
  },
]
