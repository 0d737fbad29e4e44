import type { Container, Pod, Volume } from 'kubernetes-types/core/v1'

/** Objects of a pod's namespace that it names, by kind. */
export interface PodReferences {
  readonly secrets: ReadonlySet<string>
  readonly configMaps: ReadonlySet<string>
  readonly claims: ReadonlySet<string>
  readonly resourceClaims: ReadonlySet<string>
}

/** kubernetes: pkg/api/v1/pod/util.go VisitPodSecretNames, VisitPodConfigmapNames; graph.go AddPod for the claims. */
export function podReferences(pod: Pod): PodReferences {
  const { spec } = pod
  const containers = [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
    ...((spec?.ephemeralContainers ?? []) as readonly Container[]),
  ]
  const volumes = spec?.volumes ?? []
  return {
    secrets: set([
      ...(spec?.imagePullSecrets ?? []).map(({ name }) => name),
      ...containers.flatMap(secretsOfContainer),
      ...volumes.flatMap(secretsOfVolume),
    ]),
    configMaps: set([
      ...containers.flatMap(configMapsOfContainer),
      ...volumes.flatMap(({ configMap, projected }) => [
        configMap?.name,
        ...(projected?.sources ?? []).map((source) => source.configMap?.name),
      ]),
    ]),
    claims: set(
      volumes.map((volume) =>
        volume.ephemeral ? `${pod.metadata?.name}-${volume.name}` : volume.persistentVolumeClaim?.claimName,
      ),
    ),
    resourceClaims: set(resourceClaims(pod)),
  }
}

const set = (names: readonly (string | undefined)[]): ReadonlySet<string> =>
  new Set(names.filter((name): name is string => name !== undefined && name !== ''))

const secretsOfContainer = ({ env, envFrom }: Container) => [
  ...(env ?? []).map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
  ...(envFrom ?? []).map(({ secretRef }) => secretRef?.name),
]

const configMapsOfContainer = ({ env, envFrom }: Container) => [
  ...(env ?? []).map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
  ...(envFrom ?? []).map(({ configMapRef }) => configMapRef?.name),
]

const secretsOfVolume = (volume: Volume) => [
  volume.secret?.secretName,
  ...(volume.projected?.sources ?? []).map(({ secret }) => secret?.name),
  volume.azureFile?.secretName,
  volume.cephfs?.secretRef?.name,
  volume.cinder?.secretRef?.name,
  volume.csi?.nodePublishSecretRef?.name,
  volume.flexVolume?.secretRef?.name,
  volume.iscsi?.secretRef?.name,
  volume.rbd?.secretRef?.name,
  volume.scaleIO?.secretRef?.name,
  volume.storageos?.secretRef?.name,
]

interface ClaimOfPod {
  readonly name: string
  readonly resourceClaimName?: string
}

/** Those that are named, and those that were made for it. */
function resourceClaims({ spec, status }: Pod): (string | undefined)[] {
  const named =
    (spec as { readonly resourceClaims?: readonly ClaimOfPod[] } | undefined)?.resourceClaims ?? []
  const made = (status as { readonly resourceClaimStatuses?: readonly ClaimOfPod[] } | undefined)
    ?.resourceClaimStatuses
  return [...named, ...(made ?? [])].map(({ resourceClaimName }) => resourceClaimName)
}
