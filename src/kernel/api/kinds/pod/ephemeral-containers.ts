import type { Pod } from 'kubernetes-types/core/v1'
import type { Typed } from '../../kind.ts'

/** Through `pods/ephemeralcontainers` nothing else of a pod changes (kubernetes: pkg/registry/core/pod/strategy.go dropNonEphemeralContainerUpdates). */
export function onlyEphemeralContainers(pod: Typed<Pod>, old: Typed<Pod>): Typed<Pod> {
  const { name, namespace, uid, resourceVersion, managedFields } = pod.metadata
  const ephemeralContainers = pod.spec?.ephemeralContainers
  const { ephemeralContainers: before, ...spec } = old.spec!
  return {
    ...old,
    metadata: {
      ...old.metadata,
      ...(name && { name }),
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
      ...(managedFields && { managedFields }),
    },
    spec: { ...spec, ...(ephemeralContainers && { ephemeralContainers }) },
  }
}
