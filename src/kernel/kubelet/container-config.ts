import type { Container, PodStatus } from 'kubernetes-types/core/v1'
import { podQOSClass } from '../api/kinds/pod/qos.ts'
import { milliValueOf, wholeValueOf } from '../api/quantity.ts'
import type { Os } from '../host/program.ts'
import type { ContainerConfig, DnsConfig, LinuxContainerResources, PodSandboxConfig } from '../runtime/cri.ts'
import type { KubeletConfig } from './config.ts'
import { ConfigError } from './env.ts'
import { DEFAULT_TERMINATION_PATH, mountsOf } from './container-mounts.ts'
import { expand } from './expansion.ts'
import { hashOf } from './pod-actions.ts'
import {
  CONTAINER_HASH,
  CONTAINER_NAME,
  POD_NAME,
  POD_NAMESPACE,
  POD_UID,
  RESTART_COUNT,
  TERMINATION_PATH,
  TERMINATION_POLICY,
  type KubeletPod,
} from './types.ts'

/** kubernetes: pkg/kubelet/kuberuntime/helpers.go BuildPodLogsDirectory. */
export const logDirectoryOf = ({ metadata: { namespace, name, uid } }: KubeletPod): string =>
  `/var/log/pods/${namespace}_${name}_${uid}`

/** What is asked of the runtime for a pod's sandbox (kuberuntime_sandbox.go generatePodSandboxConfig). */
export function sandboxConfig(
  os: Os,
  config: KubeletConfig,
  pod: KubeletPod,
  attempt: number,
): PodSandboxConfig {
  const { metadata, spec } = pod
  const { name, namespace, uid } = metadata
  const ports = spec.containers.flatMap(({ ports: own = [] }) => own)
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: hostnameOf(os, pod),
    logDirectory: logDirectoryOf(pod),
    dnsConfig: dnsConfigOf(os, config, pod),
    portMappings: ports.flatMap(({ protocol = 'TCP', containerPort, hostPort, hostIP }) =>
      hostPort && !spec.hostNetwork
        ? [{ protocol, containerPort, hostPort, ...(hostIP ? { hostIp: hostIP } : {}) }]
        : [],
    ),
    labels: { ...metadata.labels, [POD_NAME]: name, [POD_NAMESPACE]: namespace, [POD_UID]: uid },
    annotations: metadata.annotations ?? {},
    linux: {
      cgroupParent: cgroupOf(pod),
      hostNetwork: spec.hostNetwork ?? false,
      hostPID: spec.hostPID ?? false,
      sharePID: spec.shareProcessNamespace ?? false,
      ...podMemoryLimit(pod),
    },
  }
}

const hostnameOf = (os: Os, { metadata, spec }: KubeletPod): string =>
  spec.hostNetwork
    ? os.kernel.root.uts.hostname
    : (spec.hostname ?? metadata.name).slice(0, 63).replace(/[-.]+$/, '')

/** Pods of a class below one group, as the cgroupfs driver names them. */
export function cgroupOf(pod: KubeletPod): string {
  const qos = podQOSClass(pod.spec)
  return `/kubepods${qos === 'Guaranteed' ? '' : `/${qos.toLowerCase()}`}/pod${pod.metadata.uid}`
}

/** A pod has a limit of its own when all its containers have one. */
function podMemoryLimit({ spec }: KubeletPod): { memoryLimitInBytes?: number } {
  const limits = spec.containers.map(({ resources }) => wholeValueOf(resources?.limits?.['memory']))
  return limits.every((limit) => limit > 0)
    ? { memoryLimitInBytes: limits.reduce((sum, limit) => sum + limit, 0) }
    : {}
}

/** kubernetes: pkg/kubelet/network/dns/dns.go GetPodDNS. */
function dnsConfigOf(os: Os, config: KubeletConfig, { metadata, spec }: KubeletPod): DnsConfig {
  const host = hostDns(os, config.resolvConf)
  const cluster =
    spec.dnsPolicy === 'ClusterFirstWithHostNet' || (spec.dnsPolicy === 'ClusterFirst' && !spec.hostNetwork)
  const domain = config.clusterDomain || 'cluster.local'
  const base =
    spec.dnsPolicy === 'None'
      ? { servers: [], searches: [], options: [] }
      : cluster && config.clusterDNS.length
        ? {
            servers: config.clusterDNS,
            searches: [`${metadata.namespace}.svc.${domain}`, `svc.${domain}`, domain, ...host.searches],
            options: ['ndots:5'],
          }
        : host
  const own = spec.dnsConfig
  return {
    servers: [...new Set([...base.servers, ...(own?.nameservers ?? [])])],
    searches: [...new Set([...base.searches, ...(own?.searches ?? [])])],
    options: [
      ...base.options,
      ...(own?.options ?? []).map(({ name, value }) => (value ? `${name}:${value}` : `${name}`)),
    ],
  }
}

function hostDns(os: Os, path: string): DnsConfig {
  const lines = os.fs.exists(path)
    ? os.fs
        .read(path)
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
    : []
  const of = (word: string) => lines.filter(([first]) => first === word).flatMap(([, ...rest]) => rest)
  return { servers: of('nameserver'), searches: of('search'), options: of('options') }
}

/** What is asked of the runtime for a container (kuberuntime_container.go generateContainerConfig). Throws ConfigError. */
export function containerConfig(
  os: Os,
  config: KubeletConfig,
  pod: KubeletPod,
  status: PodStatus,
  container: Container,
  {
    attempt,
    image,
    envs,
  }: { attempt: number; image: string; envs: readonly { key: string; value: string }[] },
): ContainerConfig {
  const values = new Map(envs.map(({ key, value }) => [key, value]))
  const expanded = (text: string) => expand(text, (name) => values.get(name))
  return {
    metadata: { name: container.name, attempt },
    image: { image, userSpecifiedImage: container.image ?? '' },
    command: (container.command ?? []).map(expanded),
    args: (container.args ?? []).map(expanded),
    workingDir: container.workingDir ?? '',
    envs,
    mounts: mountsOf({ os, config, pod, status, container, expanded, attempt }),
    ...marksOf(pod, container, attempt),
    logPath: `${container.name}/${attempt}.log`,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    linux: { resources: resourcesOf(container), ...securityOf(pod, container) },
  }
}

function marksOf({ metadata: { name, namespace, uid } }: KubeletPod, container: Container, attempt: number) {
  return {
    labels: {
      [CONTAINER_NAME]: container.name,
      [POD_NAME]: name,
      [POD_NAMESPACE]: namespace,
      [POD_UID]: uid,
    },
    annotations: {
      [CONTAINER_HASH]: hashOf(container),
      [RESTART_COUNT]: `${attempt}`,
      [TERMINATION_PATH]: container.terminationMessagePath ?? DEFAULT_TERMINATION_PATH,
      [TERMINATION_POLICY]: container.terminationMessagePolicy ?? 'File',
    },
  }
}

/** kubernetes: pkg/kubelet/cm/helpers_linux.go MilliCPUToShares, MilliCPUToQuota. */
function resourcesOf({ resources }: Container): LinuxContainerResources {
  const { cpu, memory } = resources?.limits ?? {}
  return {
    cpuShares: Math.max(2, Math.floor((milliValueOf(resources?.requests?.['cpu']) * 1024) / 1000)),
    ...(cpu ? { cpuQuota: milliValueOf(cpu) * 100 } : {}),
    ...(memory ? { memoryLimitInBytes: wholeValueOf(memory) } : {}),
  }
}

function securityOf({ spec }: KubeletPod, { securityContext: own }: Container) {
  const { runAsUser, runAsGroup, runAsNonRoot } = { ...spec.securityContext, ...own }
  if (runAsNonRoot && runAsUser === 0) throw new ConfigError("container's runAsUser breaks non-root policy")
  return {
    ...(runAsUser !== undefined ? { runAsUser } : {}),
    ...(runAsGroup !== undefined ? { runAsGroup } : {}),
    privileged: own?.privileged ?? false,
    readonlyRootfs: own?.readOnlyRootFilesystem ?? false,
  }
}
