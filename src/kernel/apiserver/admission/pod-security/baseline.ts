import type { Container, SELinuxOptions } from 'kubernetes-types/core/v1'
import { goQuote } from '../../../api/go-quote.ts'
import {
  containersOf,
  namedContainers,
  plural,
  podAnd,
  quoted,
  sortedSet,
  type Check,
  type Finding,
  type PodLike,
} from './pod-like.ts'

// pod-security-admission: policy/check_*.go. In the order of their names.

const annotationPrefix = 'container.apparmor.security.beta.kubernetes.io/'

const appArmorProfile = (pod: PodLike): Finding | undefined => {
  const typeOf = (context: unknown) =>
    (context as { appArmorProfile?: { type?: string } } | undefined)?.appArmorProfile?.type
  const bad = (type: string | undefined) =>
    type !== undefined && !['RuntimeDefault', 'Localhost'].includes(type)
  const ofPod = typeOf(pod.spec.securityContext)
  const containers = containersOf(pod).filter(({ securityContext }) => bad(typeOf(securityContext)))
  const annotations = Object.entries(pod.metadata?.annotations ?? {})
    .filter(([key, value]) => key.startsWith(annotationPrefix) && !isAllowedAppArmor(value))
    .map(([key, value]) => `${key}=${goQuote(value)}`)
    .sort()
  const setters = [
    ...(bad(ofPod) ? ['pod'] : []),
    ...(containers.length ? [namedContainers(containers.map(({ name }) => name))] : []),
    ...(annotations.length ? [plural('annotation', annotations.length)] : []),
  ]
  if (setters.length === 0) return undefined
  const values = sortedSet([
    ...(bad(ofPod) ? [ofPod!] : []),
    ...containers.map(({ securityContext }) => typeOf(securityContext)!),
    ...annotations,
  ])
  // An annotation brings quotes of its own, which nobody escapes.
  const listed = values.map((value) => `"${value}"`).join(', ')
  return {
    reason: plural('forbidden AppArmor profile', values.length),
    detail: `${setters.join(' and ')} must not set AppArmor profile type to ${listed}`,
  }
}

const isAllowedAppArmor = (value: string): boolean =>
  value === '' || value === 'runtime/default' || value.startsWith('localhost/')

const allowedCapabilities = new Set(
  `AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID
  SYS_CHROOT`.split(/\s+/),
)

const capabilities = (pod: PodLike): Finding | undefined => {
  const added = ({ securityContext }: Container) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !allowedCapabilities.has(name))
  const bad = containersOf(pod).filter((container) => added(container).length)
  if (!bad.length) return undefined
  const names = sortedSet(bad.flatMap(added))
  return {
    reason: 'non-default capabilities',
    detail: `${namedContainers(bad.map(({ name }) => name))} must not include ${quoted(names)} in securityContext.capabilities.add`,
  }
}

const hostNamespaces = ({ spec }: PodLike): Finding | undefined => {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((key) => spec[key])
  return used.length
    ? { reason: 'host namespaces', detail: used.map((key) => `${key}=true`).join(', ') }
    : undefined
}

const hostPathVolumes = ({ spec }: PodLike): Finding | undefined => {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name)
  return names.length
    ? { reason: 'hostPath volumes', detail: `${plural('volume', names.length)} ${quoted(names)}` }
    : undefined
}

const hostPorts = (pod: PodLike): Finding | undefined => {
  const portsOf = ({ ports }: Container) => (ports ?? []).flatMap(({ hostPort }) => hostPort || [])
  const bad = containersOf(pod).filter((container) => portsOf(container).length)
  if (!bad.length) return undefined
  const ports = sortedSet(bad.flatMap(portsOf).map(String))
  const verb = bad.length === 1 ? 'uses' : 'use'
  return {
    reason: 'hostPort',
    detail: `${namedContainers(bad.map(({ name }) => name))} ${verb} ${plural('hostPort', ports.length)} ${ports.join(', ')}`,
  }
}

const privileged = (pod: PodLike): Finding | undefined => {
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.privileged)
  if (!bad.length) return undefined
  const detail = `${namedContainers(bad.map(({ name }) => name))} must not set securityContext.privileged=true`
  return { reason: 'privileged', detail }
}

const procMount = (pod: PodLike): Finding | undefined => {
  const bad = containersOf(pod).filter(({ securityContext }) => {
    const type = securityContext?.procMount
    return type !== undefined && type !== 'Default'
  })
  if (!bad.length) return undefined
  const types = sortedSet(bad.map(({ securityContext }) => securityContext?.procMount ?? ''))
  return {
    reason: 'procMount',
    detail: `${namedContainers(bad.map(({ name }) => name))} must not set securityContext.procMount to ${quoted(types)}`,
  }
}

const seLinux =
  (types: readonly string[]) =>
  (pod: PodLike): Finding | undefined => {
    const isBad = ({ type = '', user, role }: SELinuxOptions) => !types.includes(type) || !!user || !!role
    const ofPod = pod.spec.securityContext?.seLinuxOptions
    const podIsBad = ofPod !== undefined && isBad(ofPod)
    const containers = containersOf(pod).filter(
      ({ securityContext }) => securityContext?.seLinuxOptions && isBad(securityContext.seLinuxOptions),
    )
    if (!podIsBad && !containers.length) return undefined
    const all = [
      ...(podIsBad ? [ofPod] : []),
      ...containers.flatMap(({ securityContext }) => securityContext?.seLinuxOptions ?? []),
    ]
    const badTypes = sortedSet(all.flatMap(({ type = '' }) => (types.includes(type) ? [] : type)))
    const complaints = [
      ...(badTypes.length ? [`${plural('type', badTypes.length)} ${quoted(badTypes)}`] : []),
      ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
      ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
    ]
    const whose = podAnd(
      podIsBad,
      containers.map(({ name }) => name),
    )
    return {
      reason: 'seLinuxOptions',
      detail: `${whose} set forbidden securityContext.seLinuxOptions: ${complaints.join('; ')}`,
    }
  }

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t']

const seccomp = (pod: PodLike): Finding | undefined => {
  const typeOf = (context: { seccompProfile?: { type: string } } | undefined) => context?.seccompProfile?.type
  const bad = (type: string | undefined) =>
    type !== undefined && !['RuntimeDefault', 'Localhost'].includes(type)
  const ofPod = typeOf(pod.spec.securityContext)
  const containers = containersOf(pod).filter(({ securityContext }) => bad(typeOf(securityContext)))
  if (!bad(ofPod) && !containers.length) return undefined
  const types = sortedSet([
    ...(bad(ofPod) ? [ofPod!] : []),
    ...containers.map(({ securityContext }) => typeOf(securityContext)!),
  ])
  const whose = podAnd(
    bad(ofPod),
    containers.map(({ name }) => name),
  )
  return {
    reason: 'seccompProfile',
    detail: `${whose} must not set securityContext.seccompProfile.type to ${quoted(types)}`,
  }
}

const safeSysctls = `kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies
  net.ipv4.ping_group_range net.ipv4.ip_unprivileged_port_start`.split(/\s+/)
const sysctls1_27 = [...safeSysctls, 'net.ipv4.ip_local_reserved_ports']
const sysctls1_29 = `net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl
  net.ipv4.tcp_keepalive_probes`.split(/\s+/)
const sysctls1_32 = ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']

const sysctls =
  (allowed: readonly string[]) =>
  ({ spec }: PodLike): Finding | undefined => {
    const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name)
    const bad = names.filter((name) => !allowed.includes(name))
    return bad.length ? { reason: 'forbidden sysctls', detail: bad.join(', ') } : undefined
  }

const windowsHostProcess = (pod: PodLike): Finding | undefined => {
  const ofPod = pod.spec.securityContext?.windowsOptions?.hostProcess === true
  const containers = containersOf(pod).filter(
    ({ securityContext }) => securityContext?.windowsOptions?.hostProcess,
  )
  if (!ofPod && !containers.length) return undefined
  const whose = podAnd(
    ofPod,
    containers.map(({ name }) => name),
  )
  return {
    reason: 'hostProcess',
    detail: `${whose} must not set securityContext.windowsOptions.hostProcess=true`,
  }
}

const always = (id: string, find: Check['versions'][number]['find']): Check => ({
  id,
  versions: [{ since: 0, find }],
})

export const baselineChecks: readonly Check[] = [
  always('appArmorProfile', appArmorProfile),
  always('capabilities_baseline', capabilities),
  always('hostNamespaces', hostNamespaces),
  always('hostPathVolumes', hostPathVolumes),
  always('hostPorts', hostPorts),
  always('privileged', privileged),
  always('procMount', procMount),
  {
    id: 'seLinuxOptions',
    versions: [
      { since: 0, find: seLinux(seLinuxTypes) },
      { since: 31, find: seLinux([...seLinuxTypes, 'container_engine_t']) },
    ],
  },
  { id: 'seccompProfile_baseline', versions: [{ since: 19, find: seccomp }] },
  {
    id: 'sysctls',
    versions: [
      { since: 0, find: sysctls(safeSysctls) },
      { since: 27, find: sysctls(sysctls1_27) },
      { since: 29, find: sysctls([...sysctls1_27, ...sysctls1_29]) },
      { since: 32, find: sysctls([...sysctls1_27, ...sysctls1_29, ...sysctls1_32]) },
    ],
  },
  always('windowsHostProcess', windowsHostProcess),
]
