import type { Volume } from 'kubernetes-types/core/v1'
import type { Writer } from './writer.ts'

type Source = Readonly<Record<string, unknown>>

/** What is told of each source: its words, and label, value pairs (kubectl: describeVolumes). */
const sources: Readonly<
  Record<string, (source: Source) => [words: string, ...fields: [label: string, value: unknown][]]>
> = {
  hostPath: ({ path, type }) => [
    'HostPath (bare host directory volume)',
    ['Path', path],
    ['HostPathType', type ?? '<none>'],
  ],
  emptyDir: ({ medium = '', sizeLimit }) => [
    "EmptyDir (a temporary directory that shares a pod's lifetime)",
    ['Medium', medium],
    ['SizeLimit', sizeLimit ?? '<unset>'],
  ],
  secret: ({ secretName, optional = false }) => [
    'Secret (a volume populated by a Secret)',
    ['SecretName', secretName],
    ['Optional', optional],
  ],
  configMap: ({ name, optional = false }) => [
    'ConfigMap (a volume populated by a ConfigMap)',
    ['Name', name],
    ['Optional', optional],
  ],
  persistentVolumeClaim: ({ claimName, readOnly = false }) => [
    'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    ['ClaimName', claimName],
    ['ReadOnly', readOnly],
  ],
  nfs: ({ server, path, readOnly = false }) => [
    'NFS (an NFS mount that lasts the lifetime of a pod)',
    ['Server', server],
    ['Path', path],
    ['ReadOnly', readOnly],
  ],
  gcePersistentDisk: ({ pdName, fsType = '', partition = 0, readOnly = false }) => [
    'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    ['PDName', pdName],
    ['FSType', fsType],
    ['Partition', partition],
    ['ReadOnly', readOnly],
  ],
  local: ({ path }) => [
    'LocalVolume (a persistent volume backed by local storage on a node)',
    ['Path', path],
  ],
  csi: ({ driver, fsType = '', readOnly = false }) => [
    'CSI (a Container Storage Interface (CSI) volume source)',
    ['Driver', driver],
    ['FSType', fsType],
    ['ReadOnly', readOnly],
  ],
  image: ({ reference, pullPolicy }) => [
    'Image (a container image or OCI artifact)',
    ['Reference', reference],
    ['PullPolicy', pullPolicy],
  ],
}

export function describeVolumes(w: Writer, volumes: readonly Volume[] | undefined, indent = ''): void {
  if (!volumes?.length) return w.line(0, `${indent}Volumes:\t<none>`)
  w.line(0, `${indent}Volumes:`)
  for (const volume of volumes) {
    w.line(1, `${indent ? ' ' : ''}${volume.name}:`)
    describeVolumeSource(w, volume as unknown as Record<string, unknown>)
  }
}

/** The one source among the fields of a volume, or of a PersistentVolume's spec. */
export function describeVolumeSource(w: Writer, volume: Readonly<Record<string, unknown>>): void {
  if (volume['projected']) return projected(w, volume['projected'] as { sources?: readonly Source[] })
  if (volume['downwardAPI']) return downward(w, volume['downwardAPI'] as { items?: readonly DownwardItem[] })
  const name = Object.keys(volume).find((key) => sources[key])
  if (!name) return w.line(2, '<unknown>')
  const [words, ...fields] = (sources[name] as (typeof sources)[string])(volume[name] as Source)
  w.field(2, 'Type', words)
  for (const [label, value] of fields) w.field(2, label, value)
}

function projected(w: Writer, { sources: list = [] }: { readonly sources?: readonly Source[] }): void {
  w.field(2, 'Type', 'Projected (a volume that contains injected data from multiple sources)')
  for (const source of list) {
    const { secret, configMap, downwardAPI, serviceAccountToken } = source as Record<
      string,
      { name?: string; optional?: boolean; expirationSeconds?: number } | undefined
    >
    if (secret) {
      w.field(2, 'SecretName', secret.name)
      w.field(2, 'SecretOptionalName', secret.optional ?? '<nil>')
    } else if (downwardAPI) w.field(2, 'DownwardAPI', true)
    else if (configMap) {
      w.field(2, 'ConfigMapName', configMap.name)
      w.field(2, 'ConfigMapOptional', configMap.optional ?? '<nil>')
    } else if (serviceAccountToken)
      w.field(2, 'TokenExpirationSeconds', serviceAccountToken.expirationSeconds)
  }
}

interface DownwardItem {
  readonly path: string
  readonly fieldRef?: { readonly fieldPath: string }
  readonly resourceFieldRef?: { readonly resource: string }
}

function downward(w: Writer, { items = [] }: { readonly items?: readonly DownwardItem[] }): void {
  w.field(2, 'Type', 'DownwardAPI (a volume populated by information about the pod)')
  w.line(2, 'Items:')
  for (const { path, fieldRef, resourceFieldRef } of items)
    w.line(3, `${fieldRef?.fieldPath ?? resourceFieldRef?.resource} -> ${path}`)
}
