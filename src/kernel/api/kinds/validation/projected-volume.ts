import type {
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from 'kubernetes-types/core/v1'
import { forbidden, invalid, required, type FieldError } from '../../field-error.ts'
import { validateFieldRef, validateResourceFieldRef, volumeFieldPaths } from './env.ts'
import { fileMode, validateKeyToPath } from './key-to-path.ts'
import { nonReservedPath } from './paths.ts'

// kubernetes: pkg/apis/core/validation/validation.go validateDownwardAPIVolumeSource, validateProjectionSources

/** Upstream gives the files no index in their paths. */
export function validateDownwardAPI(
  { defaultMode, items }: DownwardAPIVolumeSource,
  field: string,
): FieldError[] {
  return [
    ...fileMode(`${field}.defaultMode`, defaultMode),
    ...(items ?? []).flatMap((item) => validateDownwardAPIFile(item, field)),
  ]
}

export function validateProjected(
  { defaultMode, sources }: ProjectedVolumeSource,
  field: string,
): FieldError[] {
  const paths = new Set<string>()
  return [
    ...fileMode(`${field}.defaultMode`, defaultMode),
    ...(sources ?? []).flatMap((source, i) =>
      validateProjection(source, paths, field, `${field}.sources[${i}]`),
    ),
  ]
}

/** `paths` are the file names that are taken, across all sources. */
function validateProjection(
  source: VolumeProjection,
  paths: Set<string>,
  volume: string,
  field: string,
): FieldError[] {
  const { secret, configMap, downwardAPI, serviceAccountToken } = source
  const count = [secret, configMap, downwardAPI, serviceAccountToken].filter(
    (item) => item !== undefined,
  ).length
  return [
    ...(secret ? keyed(secret, paths, volume, `${field}.secret`) : []),
    ...(configMap ? keyed(configMap, paths, volume, `${field}.configMap`) : []),
    ...(downwardAPI?.items ?? []).flatMap((file) => [
      ...validateDownwardAPIFile(file, `${field}.downwardAPI`),
      ...taken(file.path, file.path, paths, volume),
    ]),
    ...(serviceAccountToken
      ? validateToken(serviceAccountToken, volume, `${field}.serviceAccountToken`)
      : []),
    ...(count > 1 ? [forbidden(field, 'may not specify more than 1 volume type per source')] : []),
  ]
}

type KeyedSource = { readonly name?: string; readonly items?: readonly KeyToPath[] }

function keyed(
  { name = '', items }: KeyedSource,
  paths: Set<string>,
  volume: string,
  field: string,
): FieldError[] {
  return [
    ...(name ? [] : [required(`${field}.name`)]),
    ...(items ?? []).flatMap((item, i) => [
      ...validateKeyToPath(item, `${field}.items[${i}]`),
      ...taken(item.path, name, paths, volume),
    ]),
  ]
}

function taken(path: string | undefined, shown: string, paths: Set<string>, volume: string): FieldError[] {
  if (!path) return []
  if (paths.has(path)) return [invalid(volume, shown, 'conflicting duplicate paths')]
  paths.add(path)
  return []
}

function validateToken(
  { expirationSeconds = 0, path }: ServiceAccountTokenProjection,
  volume: string,
  field: string,
): FieldError[] {
  const seconds = `${field}.expirationSeconds`
  return [
    ...(expirationSeconds < 600
      ? [invalid(seconds, expirationSeconds, 'may not specify a duration less than 10 minutes')]
      : []),
    ...(expirationSeconds > 4294967296
      ? [invalid(seconds, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')]
      : []),
    ...(path ? nonReservedPath(`${volume}.path`, path) : [required(`${volume}.path`)]),
  ]
}

function validateDownwardAPIFile(file: DownwardAPIVolumeFile, field: string): FieldError[] {
  const { path = '', fieldRef, resourceFieldRef, mode } = file
  return [
    ...(path ? [] : [required(`${field}.path`)]),
    ...nonReservedPath(`${field}.path`, path),
    ...(fieldRef ? validateFieldRef(fieldRef, volumeFieldPaths, `${field}.fieldRef`) : []),
    ...(fieldRef && resourceFieldRef
      ? [invalid(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')]
      : []),
    ...(!fieldRef && resourceFieldRef
      ? validateResourceFieldRef(resourceFieldRef, true, `${field}.resourceFieldRef`)
      : []),
    ...(fieldRef || resourceFieldRef
      ? []
      : [required(field, 'one of fieldRef and resourceFieldRef is required')]),
    ...fileMode(`${field}.mode`, mode),
  ]
}
