import { equalJson } from '../api/json.ts'
import type { Json } from '../api/objects.ts'
import type { KubeletPod } from './types.ts'

/** Whether a kubelet must look at a pod that became another (kubernetes: pkg/kubelet/config/config.go podsDifferSemantically). */
export function podsDiffer(a: KubeletPod, b: KubeletPod): boolean {
  const gates = b.spec.readinessGates?.length ? (pod: KubeletPod) => pod.status?.conditions : () => undefined
  const parts = (pod: KubeletPod) =>
    [pod.spec, pod.metadata.labels, pod.metadata.annotations, gates(pod)] as unknown as Json
  return !equalJson(parts(a), parts(b))
}
