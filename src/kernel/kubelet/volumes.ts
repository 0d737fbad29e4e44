import type {
  ConfigMap,
  KeyToPath,
  PersistentVolume,
  PodStatus,
  Secret,
  Volume,
} from 'kubernetes-types/core/v1'
import { own } from '../api/json.ts'
import type { Os } from '../host/program.ts'
import { FileTree } from '../host/disk.ts'
import type { Sys } from '../host/sys.ts'
import { writeAtomically, type Payload } from './atomic-writer.ts'
import { decodeBase64Text } from './base64-text.ts'
import type { EnvSources } from './env.ts'
import { fieldValue, resourceValue } from './field-ref.ts'
import type { KubeletPod } from './types.ts'

/** A volume that cannot be made ready, in the plugin's words. */
export class VolumeError extends Error {
  /** What the event says. */
  readonly told: string

  constructor(
    volume: string,
    why: string,
    told = `MountVolume.SetUp failed for volume "${volume}" : ${why}`,
  ) {
    super(why)
    this.told = told
  }
}

/** What volumes are made from. */
export interface VolumeSources extends EnvSources {
  /** A token for the pod's service account. */
  claim(namespace: string, name: string): Sys<PersistentVolume>
  token(pod: KubeletPod, audience: string | undefined, expirationSeconds: number): Sys<string>
}

const PLUGINS = {
  emptyDir: 'empty-dir',
  configMap: 'configmap',
  secret: 'secret',
  projected: 'projected',
  downwardAPI: 'downward-api',
  persistentVolumeClaim: 'persistent-volume-claim',
  ephemeral: 'persistent-volume-claim',
} as const

/** Where a pod's things are. */
export const podDirectory = (root: string, uid: string): string => `${root}/pods/${uid}`

/** Where a volume is on the host. */
export function volumePath(root: string, uid: string, volume: Volume): string {
  if (volume.hostPath) return volume.hostPath.path
  const plugin = (Object.keys(PLUGINS) as (keyof typeof PLUGINS)[]).find((name) => volume[name])
  return `${podDirectory(root, uid)}/volumes/kubernetes.io~${PLUGINS[plugin ?? 'emptyDir']}/${volume.name}`
}

/** Make a volume of a pod ready, or bring it up to date. Throws VolumeError. */
export function* setUpVolume(
  os: Os,
  root: string,
  pod: KubeletPod,
  status: PodStatus,
  volume: Volume,
  from: VolumeSources,
): Sys<void> {
  const path = volumePath(root, pod.metadata.uid, volume)
  if (volume.hostPath) return checkHostPath(os, volume)
  if (volume.emptyDir) return makeEmptyDir(os, path, volume.emptyDir.medium === 'Memory')
  const payload = yield* payloadOf(pod, status, volume, from)
  if (payload) return writeAtomically(os, path, payload)
  const claim = volume.ephemeral
    ? `${pod.metadata.name}-${volume.name}`
    : volume.persistentVolumeClaim?.claimName
  if (claim) return useClaim(os, path, volume.name, yield* claimOf(pod, volume.name, claim, from))
  const plugin = Object.keys(volume).find((key) => key !== 'name') ?? ''
  throw new VolumeError(volume.name, `no volume plugin matched name: ${plugin}`)
}

function* claimOf(
  pod: KubeletPod,
  volume: string,
  claim: string,
  from: VolumeSources,
): Sys<PersistentVolume> {
  try {
    return yield* from.claim(pod.metadata.namespace, claim)
  } catch (error) {
    const list = 'unattached volumes=[], failed to process volumes='
    const why = `unmounted volumes=[${volume}], ${list}[${volume}]: ${(error as Error).message}`
    throw new VolumeError(volume, why, `Unable to attach or mount volumes: ${why}`)
  }
}

/** A persistent volume is a directory of this machine; the pod's path leads there. */
function useClaim(os: Os, path: string, name: string, { metadata, spec }: PersistentVolume): void {
  const { fs } = os
  const directory = spec?.hostPath?.path ?? spec?.local?.path
  if (!directory) {
    const why = spec?.csi
      ? `kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name ${spec.csi.driver} not found in the list of registered CSI drivers`
      : 'no volume plugin matched'
    throw new VolumeError(name, why)
  }
  if (!fs.exists(directory)) {
    if (spec?.local) {
      const why = `MountVolume.NewMounter initialization failed for volume "${metadata?.name}" : path "${directory}" does not exist`
      throw new VolumeError(name, why, why)
    }
    fs.mkdir(directory, { recursive: true })
  }
  if (fs.exists(path)) return
  fs.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true })
  fs.symlink(directory, path)
}

/** Take away what a pod's volumes hold on the host. */
export function tearDownVolumes(os: Os, root: string, uid: string): void {
  const directory = podDirectory(root, uid)
  for (const { at } of [...os.fs.mounts]) if (at.startsWith(`${directory}/`)) os.fs.unmount(at)
  if (os.fs.exists(directory)) os.fs.remove(directory, { recursive: true })
}

function makeEmptyDir(os: Os, path: string, memory: boolean): void {
  if (!os.fs.exists(path)) os.fs.mkdir(path, { recursive: true })
  if (memory && !os.fs.mounts.some(({ at }) => at === path)) {
    os.fs.mount({ at: path, tree: new FileTree(), source: '', type: 'tmpfs', device: 'tmpfs' })
  }
  os.fs.chmod(path, 0o777)
}

/** kubernetes: pkg/volume/hostpath/host_path.go. */
function checkHostPath({ fs }: Os, { name, hostPath }: Volume): void {
  const path = hostPath?.path ?? ''
  const type = hostPath?.type ?? ''
  const kind = fs.exists(path) ? fs.stat(path).kind : undefined
  if (type === 'DirectoryOrCreate' && !kind) return fs.mkdir(path, { recursive: true })
  if (type === 'FileOrCreate' && !kind) return fs.write(path, '')
  const wanted = type.startsWith('Directory') ? 'directory' : type.startsWith('File') ? 'file' : undefined
  if (wanted && kind !== wanted)
    throw new VolumeError(name, `hostPath type check failed: ${path} is not a ${wanted}`)
  if (['Socket', 'CharDevice', 'BlockDevice'].includes(type) && !kind) {
    const words = { Socket: 'socket', CharDevice: 'character device', BlockDevice: 'block device' }[type]
    throw new VolumeError(name, `hostPath type check failed: ${path} is not a ${words} file`)
  }
  // Without a type nothing is checked: the runtime makes a directory of what is not there.
  if (!type && !kind) fs.mkdir(path, { recursive: true })
}

function* payloadOf(
  pod: KubeletPod,
  status: PodStatus,
  volume: Volume,
  from: VolumeSources,
): Sys<Payload | undefined> {
  const { namespace } = pod.metadata
  const { configMap, secret, downwardAPI, projected } = volume
  if (configMap) {
    const found = yield* from.configMap(namespace, configMap.name ?? '')
    return fromConfigMap(volume.name, namespace, { ...configMap, name: configMap.name ?? '' }, found)
  }
  if (secret) {
    const found = yield* from.secret(namespace, secret.secretName ?? '')
    return fromSecret(volume.name, namespace, { ...secret, name: secret.secretName ?? '' }, found)
  }
  if (downwardAPI) return downward(pod, status, volume.name, downwardAPI, from)
  return projected ? yield* fromProjected(pod, status, volume, from) : undefined
}

function* fromProjected(
  pod: KubeletPod,
  status: PodStatus,
  { name, projected }: Volume,
  from: VolumeSources,
): Sys<Payload> {
  const { namespace } = pod.metadata
  const mode = projected?.defaultMode
  const all: Payload = new Map()
  for (const source of projected?.sources ?? []) {
    let part: Payload = new Map()
    if (source.configMap) {
      const found = yield* from.configMap(namespace, source.configMap.name ?? '')
      part = fromConfigMap(
        name,
        namespace,
        { ...source.configMap, name: source.configMap.name ?? '', defaultMode: mode },
        found,
      )
    } else if (source.secret) {
      const found = yield* from.secret(namespace, source.secret.name ?? '')
      part = fromSecret(
        name,
        namespace,
        { ...source.secret, name: source.secret.name ?? '', defaultMode: mode },
        found,
      )
    } else if (source.downwardAPI)
      part = downward(pod, status, name, { ...source.downwardAPI, defaultMode: mode }, from)
    else if (source.serviceAccountToken) {
      const { audience, expirationSeconds = 3600, path } = source.serviceAccountToken
      part = new Map([[path, { data: yield* from.token(pod, audience, expirationSeconds), mode: 0o600 }]])
    }
    for (const [path, file] of part) all.set(path, file)
  }
  return all
}

interface Selected {
  readonly name: string
  readonly items?: readonly KeyToPath[]
  readonly defaultMode?: number
  readonly optional?: boolean
}

function fromConfigMap(
  volume: string,
  namespace: string,
  selected: Selected,
  map: ConfigMap | undefined,
): Payload {
  if (!map && !selected.optional) throw new VolumeError(volume, `configmap "${selected.name}" not found`)
  const binary = Object.entries(map?.binaryData ?? {}).map(
    ([key, value]) => [key, decodeBase64Text(value)] as const,
  )
  return select(
    volume,
    `configmap references non-existent config key: `,
    selected,
    { ...map?.data, ...Object.fromEntries(binary) },
    namespace,
  )
}

function fromSecret(
  volume: string,
  namespace: string,
  selected: Selected,
  secret: Secret | undefined,
): Payload {
  if (!secret && !selected.optional) throw new VolumeError(volume, `secret "${selected.name}" not found`)
  const data = Object.entries(secret?.data ?? {}).map(
    ([key, value]) => [key, decodeBase64Text(value)] as const,
  )
  return select(volume, `references non-existent secret key: `, selected, Object.fromEntries(data), namespace)
}

function select(
  volume: string,
  missing: string,
  { items, defaultMode = 0o644, optional }: Selected,
  data: Readonly<Record<string, string>>,
  _namespace: string,
): Payload {
  if (!items)
    return new Map(Object.entries(data).map(([path, text]) => [path, { data: text, mode: defaultMode }]))
  const payload: Payload = new Map()
  for (const { key, path, mode } of items) {
    const found = own(data, key)
    if (found !== undefined) payload.set(path, { data: found, mode: mode ?? defaultMode })
    else if (!optional) throw new VolumeError(volume, `${missing}${key}`)
  }
  return payload
}

function downward(
  pod: KubeletPod,
  status: PodStatus,
  volume: string,
  { items, defaultMode = 0o644 }: NonNullable<Volume['downwardAPI']>,
  from: VolumeSources,
): Payload {
  const payload: Payload = new Map()
  for (const { path, fieldRef, resourceFieldRef, mode } of items ?? []) {
    const data = fieldRef
      ? fieldValue(pod, status, fieldRef.fieldPath)
      : resourceFieldRef && resourceValue(pod, undefined, resourceFieldRef, from.allocatable)
    if (data === undefined) throw new VolumeError(volume, `unsupported field of ${path}`)
    payload.set(path, { data, mode: mode ?? defaultMode })
  }
  return payload
}
