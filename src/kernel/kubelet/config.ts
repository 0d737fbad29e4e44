import { parseDurationMs } from '../api/duration.ts'
import { UserError } from '../api/user-error.ts'
import { parseYaml } from '../api/yaml/parse-yaml.ts'
import type { Os } from '../host/program.ts'
import { bool, list, map, number, parseFlags, text, type FlagValues } from '../client/component-flags.ts'
import { CONTAINERD_SOCKET } from '../runtime/cri.ts'

/** kubernetes: cmd/kubelet/app/options. */
const flags = {
  address: text('0.0.0.0', 'The IP address for the Kubelet to serve on'),
  'bootstrap-kubeconfig': text(
    '',
    'Path to a kubeconfig file that will be used to get client certificate for kubelet',
  ),
  'cgroup-driver': text('', 'Driver that the kubelet uses to manipulate cgroups on the host'),
  'cluster-dns': list([], 'List of DNS server IP address'),
  'cluster-domain': text('', 'Domain for this cluster'),
  config: text('', 'The Kubelet will load its initial configuration from this file'),
  'config-dir': text('', 'Path to a directory to specify drop-ins'),
  'container-runtime-endpoint': text('', 'The endpoint of container runtime service'),
  'eviction-hard': map({}, 'A set of eviction thresholds'),
  'fail-swap-on': bool(false, 'Makes the Kubelet fail to start if swap is enabled on the node'),
  'feature-gates': map({}, 'A set of key=value pairs that describe feature gates'),
  'hostname-override': text(
    '',
    'If non-empty, will use this string as identification instead of the actual hostname',
  ),
  kubeconfig: text('', 'Path to a kubeconfig file, specifying how to connect to the API server'),
  'max-pods': number(0, 'Number of Pods that can run on this Kubelet'),
  'node-ip': text('', 'IP address of the node'),
  'node-labels': map({}, 'Labels to add when registering the node in the cluster'),
  'pod-infra-container-image': text('', 'Specified image will not be pruned by the image garbage collector'),
  'pod-manifest-path': text('', 'Path to the directory containing static pod files to run'),
  port: number(0, 'The port for the Kubelet to serve on'),
  'read-only-port': number(0, 'The read-only port for the Kubelet to serve on'),
  'register-node': bool(true, 'Register the node with the apiserver'),
  'register-with-taints': list([], 'Register the node with the given list of taints'),
  'resolv-conf': text(
    '',
    'Resolver configuration file used as the basis for the container DNS resolution configuration',
  ),
  'root-dir': text('/var/lib/kubelet', 'Directory path for managing kubelet files'),
  v: number(0, 'number for the log level verbosity'),
  version: bool(false, 'print version information and quit'),
} as const

/** Everything a kubelet is told, by flags and by its file. Durations are milliseconds. */
export interface KubeletConfig {
  readonly flags: FlagValues<typeof flags>
  readonly nodeName: string
  readonly nodeIP: string
  readonly runtimeEndpoint: string
  readonly staticPodPath: string
  readonly clusterDNS: readonly string[]
  readonly clusterDomain: string
  readonly resolvConf: string
  readonly maxPods: number
  readonly port: number
  readonly healthzPort: number
  readonly syncFrequencyMs: number
  readonly fileCheckFrequencyMs: number
  readonly nodeStatusUpdateFrequencyMs: number
  readonly nodeStatusReportFrequencyMs: number
  readonly nodeLeaseDurationSeconds: number
  readonly serializeImagePulls: boolean
  readonly registerNode: boolean
  readonly containerLogMaxSize: string
  readonly containerLogMaxFiles: number
  readonly evictionHard: Readonly<Record<string, string>>
  readonly systemReserved: Readonly<Record<string, string>>
  readonly kubeReserved: Readonly<Record<string, string>>
  readonly providerID: string
}

interface ConfigFile {
  readonly apiVersion?: string
  readonly kind?: string
  readonly [field: string]: unknown
}

/** Flags win over the file; throws UserError. */
export function readConfig(os: Os): KubeletConfig {
  const given = parseFlags(os.argv.slice(1), flags)
  const file = given.config ? readFile(os, given.config) : {}
  const text = (flag: string, field: string, initial: string) =>
    flag || (file[field] as string | undefined) || initial
  const map = (field: string) => (file[field] as Record<string, string> | undefined) ?? {}
  const dns = (file['clusterDNS'] as string[] | undefined) ?? []
  return {
    flags: given,
    nodeName: (given['hostname-override'] || os.kernel.root.uts.hostname).toLowerCase(),
    nodeIP: given['node-ip'] || os.kernel.root.net.address || '127.0.0.1',
    runtimeEndpoint: text(
      given['container-runtime-endpoint'],
      'containerRuntimeEndpoint',
      `unix://${CONTAINERD_SOCKET}`,
    ),
    staticPodPath: text(given['pod-manifest-path'], 'staticPodPath', ''),
    clusterDNS: given['cluster-dns'].length ? given['cluster-dns'] : dns,
    clusterDomain: text(given['cluster-domain'], 'clusterDomain', ''),
    resolvConf: text(given['resolv-conf'], 'resolvConf', '/etc/resolv.conf'),
    registerNode: given['register-node'] && file['registerNode'] !== false,
    serializeImagePulls: file['serializeImagePulls'] !== false,
    containerLogMaxSize: text('', 'containerLogMaxSize', '10Mi'),
    evictionHard: { ...EVICTION_HARD, ...map('evictionHard'), ...given['eviction-hard'] },
    systemReserved: map('systemReserved'),
    kubeReserved: map('kubeReserved'),
    providerID: text('', 'providerID', ''),
    ...numbers(file, given),
    ...durations(file),
  }
}

const EVICTION_HARD = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'imagefs.available': '15%',
}

function numbers(file: ConfigFile, given: FlagValues<typeof flags>) {
  const number = (field: string, initial: number, flag = 0) => flag || Number(file[field] || initial)
  return {
    maxPods: number('maxPods', 110, given['max-pods']),
    port: number('port', 10250, given.port),
    healthzPort: number('healthzPort', 10248),
    nodeLeaseDurationSeconds: number('nodeLeaseDurationSeconds', 40),
    containerLogMaxFiles: number('containerLogMaxFiles', 5),
  }
}

function durations(file: ConfigFile) {
  const duration = (field: string, initial: number) => {
    const value = file[field] as string | undefined
    return (value && parseDurationMs(value)) || initial
  }
  return {
    syncFrequencyMs: duration('syncFrequency', 60_000),
    fileCheckFrequencyMs: duration('fileCheckFrequency', 20_000),
    nodeStatusUpdateFrequencyMs: duration('nodeStatusUpdateFrequency', 10_000),
    nodeStatusReportFrequencyMs: duration('nodeStatusReportFrequency', 300_000),
  }
}

function readFile(os: Os, path: string): ConfigFile {
  let content: string
  try {
    content = os.fs.read(path)
  } catch {
    throw new UserError(
      `failed to load kubelet config file, path: ${path}, error: failed to load Kubelet config file ${path}, error failed to read kubelet config file "${path}", error: open ${path}: no such file or directory`,
    )
  }
  const file: unknown = parseYaml(content)
  const config = file as ConfigFile | null
  if (config?.kind !== 'KubeletConfiguration') {
    throw new UserError(
      `failed to load kubelet config file, path: ${path}, error: failed to load Kubelet config file ${path}, error failed to decode, error: no kind "${config?.kind ?? ''}" is registered for version "${config?.apiVersion ?? ''}" in scheme`,
    )
  }
  return config
}
