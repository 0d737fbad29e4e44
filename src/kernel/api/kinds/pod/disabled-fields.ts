import type { Container, PodSpec, SecurityContext, Volume } from 'kubernetes-types/core/v1'

/**
 * Fields behind feature gates that are off by default in 1.32 are dropped in silence (kubernetes: pkg/api/pod/util.go
 * DropDisabledPodFields): InPlacePodVerticalScaling, ImageVolume, ClusterTrustBundleProjection, UserNamespacesSupport,
 * DynamicResourceAllocation, ProcMountType, SupplementalGroupsPolicy, SELinuxChangePolicy, PodLevelResources.
 */
export function dropDisabledFields(spec: PodSpec): PodSpec {
  const { hostUsers, resourceClaims, resources, ...rest } = spec as PodSpec & { readonly resources?: unknown }
  const { containers, initContainers, ephemeralContainers, volumes, securityContext } = rest
  return {
    ...rest,
    ...(containers && { containers: containers.map(dropFromContainer) }),
    ...(initContainers && { initContainers: initContainers.map(dropFromContainer) }),
    ...(ephemeralContainers && {
      ephemeralContainers: ephemeralContainers.map(
        (one) => dropFromContainer(one as Container) as typeof one,
      ),
    }),
    ...(volumes && { volumes: volumes.map(dropFromVolume) }),
    ...(securityContext && {
      securityContext: without(securityContext, 'supplementalGroupsPolicy', 'seLinuxChangePolicy'),
    }),
  }
}

function dropFromContainer(container: Container): Container {
  const { resizePolicy, ...rest } = container
  const { resources, securityContext } = rest
  return {
    ...rest,
    ...(resources?.claims && { resources: without(resources, 'claims') }),
    ...(securityContext?.procMount !== undefined && { securityContext: defaultProcMount(securityContext) }),
  }
}

/** Upstream does not clear this one, it falls back to the default. */
const defaultProcMount = (context: SecurityContext): SecurityContext => ({ ...context, procMount: 'Default' })

function dropFromVolume(volume: Volume): Volume {
  const { image, ...rest } = volume as Volume & { readonly image?: unknown }
  const sources = rest.projected?.sources
  if (!sources?.some((source) => 'clusterTrustBundle' in source)) return rest
  return {
    ...rest,
    projected: { ...rest.projected, sources: sources.map((source) => without(source, 'clusterTrustBundle')) },
  }
}

function without<T extends object>(object: T, ...keys: readonly string[]): T {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key))) as T
}
