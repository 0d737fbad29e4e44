import type { Container, PodStatus, VolumeMount } from 'kubernetes-types/core/v1'
import type { Os } from '../host/program.ts'
import type { Mount } from '../runtime/cri.ts'
import type { KubeletConfig } from './config.ts'
import { ConfigError } from './env.ts'
import type { KubeletPod } from './types.ts'
import { podDirectory, volumePath } from './volumes.ts'

export const DEFAULT_TERMINATION_PATH = '/dev/termination-log'

/** What the mounts of a container depend on. */
export interface MountSources {
  readonly os: Os
  readonly config: KubeletConfig
  readonly pod: KubeletPod
  readonly status: PodStatus
  readonly container: Container
  /** Puts in the container's environment. */
  expanded(text: string): string
  readonly attempt: number
}

/** Volumes, /etc/hosts and the file for last words (kubernetes: pkg/kubelet/kubelet_pods.go makeMounts). Throws ConfigError. */
export function mountsOf(from: MountSources): Mount[] {
  const { os, config, pod, status, container, attempt } = from
  const mounts = (container.volumeMounts ?? []).map((mount) => volumeMount(from, mount))
  if (!mounts.some(({ containerPath }) => containerPath === '/etc/hosts')) {
    mounts.push({
      containerPath: '/etc/hosts',
      hostPath: writeHosts(os, config, pod, status),
      readonly: false,
    })
  }
  const log = terminationLog(config, pod.metadata.uid, container.name, attempt)
  os.fs.mkdir(log.slice(0, log.lastIndexOf('/')), { recursive: true })
  os.fs.write(log, '', { mode: 0o666 })
  const containerPath = container.terminationMessagePath ?? DEFAULT_TERMINATION_PATH
  return [...mounts, { containerPath, hostPath: log, readonly: false }]
}

/** The file on the host that a container's last words are in. */
export const terminationLog = (
  config: KubeletConfig,
  uid: string,
  container: string,
  attempt: number,
): string => `${podDirectory(config.flags['root-dir'], uid)}/containers/${container}/${attempt}`

function volumeMount({ os, config, pod, container, expanded }: MountSources, mount: VolumeMount): Mount {
  const { name, mountPath, subPath = '', subPathExpr = '', readOnly = false } = mount
  const volume = pod.spec.volumes?.find((candidate) => candidate.name === name)
  if (!volume) throw new ConfigError(`volume "${name}" is not in the pod`)
  const below = subPath || expanded(subPathExpr)
  if (below.split('/').includes('..')) {
    throw new ConfigError(
      `failed to prepare subPath for volumeMount "${name}" of container "${container.name}"`,
    )
  }
  const root = volumePath(config.flags['root-dir'], pod.metadata.uid, volume)
  const hostPath = below ? `${root}/${below}` : root
  if (below && !os.fs.exists(hostPath)) os.fs.mkdir(hostPath, { recursive: true })
  const generated = Boolean(volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI)
  return { containerPath: mountPath.replace(/(.)\/+$/, '$1'), hostPath, readonly: readOnly || generated }
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
