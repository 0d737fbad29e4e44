/** Labels that kubelets put on containers. */
export const CONTAINER_NAMES = {
  pod: 'io.kubernetes.pod.name',
  namespace: 'io.kubernetes.pod.namespace',
} as const
