import type { Volume, VolumeProjection } from 'kubernetes-types/core/v1'
import { goQuote } from '../../go-quote.ts'
import { fractions } from './fractions.ts'

/** Volume plugins that have come to an end. */
const oldSources: readonly (readonly [keyof Volume & string, string, string?])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+', 'storageOS'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]

/** kubernetes: pkg/api/pod/warnings.go. */
export function volumeWarnings(volumes: readonly Volume[], field: string): string[] {
  return volumes.flatMap((volume, i) => [
    ...oldSources.flatMap(([key, why, shown = key]) =>
      volume[key] ? [`${field}[${i}].${shown}: ${why}`] : [],
    ),
    ...fractions(
      volume.ephemeral?.volumeClaimTemplate?.spec.resources?.requests,
      `${field}[${i}].ephemeral.volumeClaimTemplate.spec.resources.requests`,
      ['storage'],
    ),
    ...overlapWarnings(volume),
  ])
}

/** Where a file stands, and what put it there. */
export interface PlacedPath {
  readonly path: string
  readonly source?: string
}

/** The paths that are, contain or are within the given one (checkForOverlap). */
export function overlapping(earlier: readonly PlacedPath[], { path }: PlacedPath): PlacedPath[] {
  const trimmed = trim(path)
  if (trimmed === '') return []
  return earlier.filter((one) => {
    const other = trim(one.path)
    return other !== '' && (`${other}/`.startsWith(`${trimmed}/`) || `${trimmed}/`.startsWith(`${other}/`))
  })
}

const trim = (path: string): string => path.replace(/\/+$/, '')

const shown = ({ path, source }: PlacedPath): string =>
  source ? `${goQuote(path)} (${source})` : goQuote(path)

function collisions(paths: readonly PlacedPath[], what: string): string[] {
  const placed = paths.map(
    ({ path, source }): PlacedPath => ({ path: trim(path), ...(source && { source }) }),
  )
  return placed.flatMap((path, i) =>
    overlapping(placed.slice(0, i), path).map(
      (other) => `${what}: overlapping paths: ${shown(path)} with ${shown(other)}`,
    ),
  )
}

type Items = readonly { readonly path?: string }[] | undefined

const pathsOf = (items: Items, source?: string): PlacedPath[] =>
  (items ?? []).map(({ path = '' }) => ({ path, ...(source && { source }) }))

function overlapWarnings({ name, configMap, secret, downwardAPI, projected }: Volume): string[] {
  const volume = `volume ${goQuote(name)}`
  const sources = projected?.sources ?? []
  return [
    ...collisions(pathsOf(configMap?.items), `${volume} (ConfigMap ${goQuote(configMap?.name ?? '')})`),
    ...collisions(pathsOf(secret?.items), `${volume} (Secret ${goQuote(secret?.secretName ?? '')})`),
    ...collisions(pathsOf(downwardAPI?.items), `${volume} (DownwardAPI)`),
    ...sources
      .filter((source) => Object.keys(source).length === 0)
      .map(() => `${volume} (Projected) has no sources provided`),
    ...collisions(sources.flatMap(projectedPaths), `${volume} (Projected)`),
  ]
}

function projectedPaths(source: VolumeProjection): PlacedPath[] {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source
  const bundle = (source as { clusterTrustBundle?: { name?: string; signerName?: string; path?: string } })
    .clusterTrustBundle
  if (configMap) return pathsOf(configMap.items, `ConfigMap ${goQuote(configMap.name ?? '')}`)
  if (secret) return pathsOf(secret.items, `Secret ${goQuote(secret.name ?? '')}`)
  if (downwardAPI) return pathsOf(downwardAPI.items, 'DownwardAPI')
  if (serviceAccountToken) return pathsOf([serviceAccountToken], 'ServiceAccountToken')
  return bundle
    ? pathsOf([bundle], `ClusterTrustBundle ${goQuote(bundle.name ?? bundle.signerName ?? '')}`)
    : []
}
