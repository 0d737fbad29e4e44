import type {
  DownwardAPIVolumeFile,
  EphemeralVolumeSource,
  Volume,
  VolumeProjection,
} from 'kubernetes-types/core/v1'
import { imageTag } from './image-name.ts'
import { defaultClaimSpec } from '../claim-defaults.ts'

// kubernetes: pkg/apis/core/v1/defaults.go

/** A volume without a source is an empty directory. */
export function defaultVolume(volume: Volume): Volume {
  const source = Object.keys(volume).find((key) => key !== 'name') as keyof Volume | undefined
  if (!source) return { ...volume, emptyDir: {} }
  return defaultSources(volume)
}

/** The same of a volume's or a PersistentVolume's source. */
export function defaultSources<T extends object>(volume: T): T {
  const filled = Object.keys(volume).filter((key) => key in volumeDefaults)
  if (filled.length === 0) return volume
  const sources = volume as Readonly<Record<string, unknown>>
  const entries = filled.map((key) => [
    key,
    volumeDefaults[key as keyof typeof volumeDefaults](sources[key] as never),
  ])
  return { ...volume, ...Object.fromEntries(entries) }
}

const defaultMode = 420

/** Of each source what upstream fills in. */
const volumeDefaults = {
  hostPath: (source: object) => ({ type: '', ...source }),
  secret: (source: object) => ({ defaultMode, ...source }),
  configMap: (source: object) => ({ defaultMode, ...source }),
  image: (source: { readonly reference?: string }) => ({
    pullPolicy: source.reference && imageTag(source.reference) === 'latest' ? 'Always' : 'IfNotPresent',
    ...source,
  }),
  iscsi: (source: object) => ({ iscsiInterface: 'default', ...source }),
  rbd: (source: object) => ({ pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring', ...source }),
  azureDisk: (source: object) => ({
    cachingMode: 'ReadWrite',
    fsType: 'ext4',
    readOnly: false,
    kind: 'Shared',
    ...source,
  }),
  scaleIO: (source: object) => ({ storageMode: 'ThinProvisioned', fsType: 'xfs', ...source }),
  downwardAPI: (source: { readonly items?: readonly DownwardAPIVolumeFile[] }) => ({
    defaultMode,
    ...source,
    ...(source.items && { items: source.items.map(defaultFile) }),
  }),
  projected: (source: { readonly sources?: readonly VolumeProjection[] }) => ({
    defaultMode,
    ...source,
    ...(source.sources && { sources: source.sources.map(defaultProjection) }),
  }),
  ephemeral: ({ volumeClaimTemplate: template, ...rest }: EphemeralVolumeSource) => ({
    ...rest,
    ...(template && {
      volumeClaimTemplate: { ...template, spec: defaultClaimSpec(template.spec) },
    }),
  }),
} as const

function defaultProjection(source: VolumeProjection): VolumeProjection {
  const { serviceAccountToken: token, downwardAPI } = source
  return {
    ...source,
    ...(token && { serviceAccountToken: { expirationSeconds: 3600, ...token } }),
    ...(downwardAPI?.items && { downwardAPI: { ...downwardAPI, items: downwardAPI.items.map(defaultFile) } }),
  }
}

const defaultFile = (file: DownwardAPIVolumeFile): DownwardAPIVolumeFile =>
  file.fieldRef ? { ...file, fieldRef: { apiVersion: 'v1', ...file.fieldRef } } : file
