import type { LabelSelector } from 'kubernetes-types/meta/v1'
import type { ScaleSpec } from '../kind.ts'
import { printSelector, selectorFromObject } from '../labels.ts'
import type { KubeObject } from '../objects.ts'

interface Scalable extends KubeObject {
  readonly spec?: { readonly replicas?: number; readonly selector?: LabelSelector }
  readonly status?: { readonly replicas?: number }
}

/** The scale of a kind with spec.replicas, status.replicas and a label selector (kubernetes: pkg/registry/apps/replicaset/storage ScaleREST). */
export const replicasScale: ScaleSpec = {
  replicas: (object: Scalable) => object.spec?.replicas ?? 0,
  statusReplicas: (object: Scalable) => object.status?.replicas ?? 0,
  selector: (object: Scalable) => printSelector(selectorFromObject(object.spec?.selector)),
  withReplicas: (object: Scalable, replicas) =>
    ({ ...object, spec: { ...object.spec, replicas } }) as KubeObject,
}
