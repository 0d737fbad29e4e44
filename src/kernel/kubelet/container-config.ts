import type { Container, PodStatus } from 'kubernetes-types/core/v1'
import { podQOSClass } from '../api/kinds/pod/qos.ts'
import { milliValueOf, wholeValueOf } from '../api/quantity.ts'
import type { Os } from '../host/program.ts'
import type { ContainerConfig, DnsConfig, Mount, PodSandboxConfig } from '../runtime/cri.ts'
import type { KubeletConfig } from './config.ts'
import { ConfigError } from './env.ts'
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
  allContainers,
  type KubeletPod,
} from './types.ts'
import { podDirectory, volumePath } from './volumes.ts'

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
  const security = { ...pod.spec.securityContext, ...container.securityContext }
  const limits = container.resources?.limits
  if (container.securityContext?.runAsNonRoot && security.runAsUser === 0) {
    throw new ConfigError("container's runAsUser breaks non-root policy")
  }
  return {
    metadata: { name: container.name, attempt },
    image: { image, userSpecifiedImage: container.image ?? '' },
    command: (container.command ?? []).map(expanded),
    args: (container.args ?? []).map(expanded),
    workingDir: container.workingDir ?? '',
    envs,
    mounts: mountsOf(os, config, pod, status, container, expanded, attempt),
    labels: {
      [CONTAINER_NAME]: container.name,
      [POD_NAME]: pod.metadata.name,
      [POD_NAMESPACE]: pod.metadata.namespace,
      [POD_UID]: pod.metadata.uid,
    },
    annotations: {
      [CONTAINER_HASH]: hashOf(container),
      [RESTART_COUNT]: `${attempt}`,
      [TERMINATION_PATH]: container.terminationMessagePath ?? '/dev/termination-log',
      [TERMINATION_POLICY]: container.terminationMessagePolicy ?? 'File',
    },
    logPath: `${container.name}/${attempt}.log`,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    linux: {
      resources: {
        cpuShares: Math.max(
          2,
          Math.floor((milliValueOf(container.resources?.requests?.['cpu']) * 1024) / 1000),
        ),
        ...(limits?.['cpu'] ? { cpuQuota: milliValueOf(limits['cpu']) * 100 } : {}),
        ...(limits?.['memory'] ? { memoryLimitInBytes: wholeValueOf(limits['memory']) } : {}),
      },
      ...(security.runAsUser !== undefined ? { runAsUser: security.runAsUser } : {}),
      ...(security.runAsGroup !== undefined ? { runAsGroup: security.runAsGroup } : {}),
      privileged: container.securityContext?.privileged ?? false,
      readonlyRootfs: container.securityContext?.readOnlyRootFilesystem ?? false,
    },
  }
}

/** The file on the host that a container's last words are in. */
export const terminationLog = (
  config: KubeletConfig,
  uid: string,
  container: string,
  attempt: number,
): string => `${podDirectory(config.flags['root-dir'], uid)}/containers/${container}/${attempt}`

function mountsOf(
  os: Os,
  config: KubeletConfig,
  pod: KubeletPod,
  status: PodStatus,
  container: Container,
  expanded: (text: string) => string,
  attempt: number,
): Mount[] {
  const root = config.flags['root-dir']
  const { uid } = pod.metadata
  const mounts: Mount[] = []
  for (const {
    name,
    mountPath,
    subPath = '',
    subPathExpr = '',
    readOnly = false,
  } of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((candidate) => candidate.name === name)
    if (!volume) throw new ConfigError(`volume "${name}" is not in the pod`)
    const below = subPath || expanded(subPathExpr)
    if (below.split('/').includes('..'))
      throw new ConfigError(
        `failed to prepare subPath for volumeMount "${name}" of container "${container.name}"`,
      )
    let hostPath = volumePath(root, uid, volume)
    if (below) {
      hostPath = `${hostPath}/${below}`
      if (!os.fs.exists(hostPath)) os.fs.mkdir(hostPath, { recursive: true })
    }
    const generated = Boolean(volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI)
    mounts.push({
      containerPath: mountPath.replace(/(.)\/+$/, '$1'),
      hostPath,
      readonly: readOnly || generated,
    })
  }
  if (!mounts.some(({ containerPath }) => containerPath === '/etc/hosts')) {
    mounts.push({
      containerPath: '/etc/hosts',
      hostPath: writeHosts(os, config, pod, status),
      readonly: false,
    })
  }
  const log = terminationLog(config, uid, container.name, attempt)
  os.fs.mkdir(log.slice(0, log.lastIndexOf('/')), { recursive: true })
  os.fs.write(log, '', { mode: 0o666 })
  mounts.push({
    containerPath: container.terminationMessagePath ?? '/dev/termination-log',
    hostPath: log,
    readonly: false,
  })
  return mounts
}

/** kubernetes: pkg/kubelet/kubelet_pods.go managedHostsFileContent. */
function writeHosts(os: Os, config: KubeletConfig, pod: KubeletPod, { podIP }: PodStatus): string {
  const directory = podDirectory(config.flags['root-dir'], pod.metadata.uid)
  const path = `${directory}/etc-hosts`
  const { hostNetwork, hostAliases = [], hostname, subdomain } = pod.spec
  const host = hostname ?? pod.metadata.name
  const full = subdomain
    ? `${host}.${subdomain}.${pod.metadata.namespace}.svc.${config.clusterDomain || 'cluster.local'}\t${host}`
    : host
  const head = hostNetwork
    ? `# Kubernetes-managed hosts file (host network).\n${os.fs.exists('/etc/hosts') ? os.fs.read('/etc/hosts') : ''}`
    : `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${podIP ?? ''}\t${full}\n`
  const aliases = hostAliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`).join('')
  const text = aliases ? `${head}\n# Entries added by HostAliases.\n${aliases}` : head
  if (!os.fs.exists(path) || os.fs.read(path) !== text) {
    os.fs.mkdir(directory, { recursive: true })
    os.fs.write(path, text)
  }
  return path
}

/** Ports by name, for probes and hooks. */
export function portOf(pod: KubeletPod, container: Container, port: number | string): number | undefined {
  if (typeof port === 'number') return port
  if (/^\d+$/.test(port)) return Number(port)
  const named =
    container.ports?.find(({ name }) => name === port) ??
    allContainers(pod.spec)
      .flatMap(({ ports = [] }) => ports)
      .find(({ name }) => name === port)
  return named?.containerPort
}
