import type { Container, Volume } from 'kubernetes-types/core/v1'
import {
  containersOf,
  isWindows,
  namedContainers,
  plural,
  quoted,
  sortedSet,
  type Check,
  type Finding,
  type PodLike,
} from './pod-like.ts'

// pod-security-admission: policy/check_*.go. In the order of their names.

const allowPrivilegeEscalation = (pod: PodLike): Finding | undefined => {
  const bad = containersOf(pod).filter(
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  )
  if (!bad.length) return undefined
  const detail = `${namedContainers(bad.map(({ name }) => name))} must set securityContext.allowPrivilegeEscalation=false`
  return { reason: 'allowPrivilegeEscalation != false', detail }
}

const capabilities = (pod: PodLike): Finding | undefined => {
  const of = ({ securityContext }: Container) => securityContext?.capabilities
  const added = (container: Container) =>
    (of(container)?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE')
  const all = containersOf(pod)
  const keeping = all.filter((container) => !of(container)?.drop?.includes('ALL'))
  const adding = all.filter((container) => added(container).length)
  if (!keeping.length && !adding.length) return undefined
  const names = (list: readonly Container[]) => namedContainers(list.map(({ name }) => name))
  const parts = [
    ...(keeping.length ? [`${names(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length
      ? [
          `${names(adding)} must not include ${quoted(sortedSet(adding.flatMap(added)))} in securityContext.capabilities.add`,
        ]
      : []),
  ]
  return { reason: 'unrestricted capabilities', detail: parts.join('; ') }
}

const allowedVolumes = new Set(
  `configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret image`.split(' '),
)

const restrictedVolumes = ({ spec }: PodLike): Finding | undefined => {
  const bad = (spec.volumes ?? []).filter((volume) => !allowedVolumes.has(typeOf(volume)))
  if (!bad.length) return undefined
  const types = sortedSet(bad.map(typeOf))
  const verb = bad.length === 1 ? 'uses' : 'use'
  const kinds = `restricted volume ${plural('type', types.length)}`
  return {
    reason: 'restricted volume types',
    detail: `${plural('volume', bad.length)} ${quoted(bad.map(({ name }) => name))} ${verb} ${kinds} ${quoted(types)}`,
  }
}

const typeOf = (volume: Volume): string =>
  Object.entries(volume).find(([key, value]) => key !== 'name' && value != null)?.[0] ?? 'unknown'

const runAsNonRoot = (pod: PodLike): Finding | undefined => {
  const ofPod = pod.spec.securityContext?.runAsNonRoot
  const said = ({ securityContext }: Container) => securityContext?.runAsNonRoot
  const all = containersOf(pod)
  const against = all.filter((container) => said(container) === false)
  const silent = ofPod === true ? [] : all.filter((container) => said(container) === undefined)
  const reason = 'runAsNonRoot != true'
  const names = (list: readonly Container[]) => namedContainers(list.map(({ name }) => name))
  if (ofPod === false && against.length)
    return { reason, detail: `pod and ${names(against)} must not set securityContext.runAsNonRoot=false` }
  if (ofPod === false) return { reason, detail: 'pod must not set securityContext.runAsNonRoot=false' }
  if (against.length)
    return { reason, detail: `${names(against)} must not set securityContext.runAsNonRoot=false` }
  if (silent.length)
    return { reason, detail: `pod or ${names(silent)} must set securityContext.runAsNonRoot=true` }
  return undefined
}

const runAsUser = (pod: PodLike): Finding | undefined => {
  const ofPod = pod.spec.securityContext?.runAsUser === 0
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.runAsUser === 0)
  const setters = [
    ...(ofPod ? ['pod'] : []),
    ...(bad.length ? [namedContainers(bad.map(({ name }) => name))] : []),
  ]
  return setters.length
    ? { reason: 'runAsUser=0', detail: `${setters.join(' and ')} must not set runAsUser=0` }
    : undefined
}

const good = ['RuntimeDefault', 'Localhost']

const seccomp = (pod: PodLike): Finding | undefined => {
  const typeOfContext = (context: { seccompProfile?: { type: string } } | undefined) =>
    context?.seccompProfile?.type
  const ofPod = typeOfContext(pod.spec.securityContext)
  const all = containersOf(pod)
  const said = ({ securityContext }: Container) => typeOfContext(securityContext)
  const against = all.filter((one) => said(one) !== undefined && !good.includes(said(one)!))
  const silent = ofPod === undefined ? all.filter((one) => said(one) === undefined) : []
  const podIsBad = ofPod !== undefined && !good.includes(ofPod)
  const reason = 'seccompProfile'
  const names = (list: readonly Container[]) => namedContainers(list.map(({ name }) => name))
  if (podIsBad || against.length) {
    const setters = [...(podIsBad ? ['pod'] : []), ...(against.length ? [names(against)] : [])]
    const types = sortedSet([...(podIsBad ? [ofPod] : []), ...against.map((one) => said(one)!)])
    const detail = `${setters.join(' and ')} must not set securityContext.seccompProfile.type to ${quoted(types)}`
    return { reason, detail }
  }
  if (!silent.length) return undefined
  const detail = `pod or ${names(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`
  return { reason, detail }
}

/** Of Windows nobody asks what it does not know. */
const notOnWindows =
  (find: (pod: PodLike) => Finding | undefined) =>
  (pod: PodLike): Finding | undefined =>
    isWindows(pod) ? undefined : find(pod)

export const restrictedChecks: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation',
    versions: [
      { since: 8, find: allowPrivilegeEscalation },
      { since: 25, find: notOnWindows(allowPrivilegeEscalation) },
    ],
  },
  {
    id: 'capabilities_restricted',
    overrides: 'capabilities_baseline',
    versions: [
      { since: 22, find: capabilities },
      { since: 25, find: notOnWindows(capabilities) },
    ],
  },
  {
    id: 'restrictedVolumes',
    overrides: 'hostPathVolumes',
    versions: [{ since: 0, find: restrictedVolumes }],
  },
  { id: 'runAsNonRoot', versions: [{ since: 0, find: runAsNonRoot }] },
  { id: 'runAsUser', versions: [{ since: 23, find: runAsUser }] },
  {
    id: 'seccompProfile_restricted',
    overrides: 'seccompProfile_baseline',
    versions: [
      { since: 19, find: seccomp },
      { since: 25, find: notOnWindows(seccomp) },
    ],
  },
]
