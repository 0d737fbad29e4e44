import { isList, isObject } from '../../api/json.ts'
import type { Json, JsonObject } from '../../api/objects.ts'

/** `ConfigMap/old` -> new name. */
export type Renamed = ReadonlyMap<string, string>

/** Members whose value, or whose `name`, is the name of an object of a kind (kustomize: api/internal/konfig/builtinpluginconsts/namereference.go). */
const byName: Readonly<Record<string, string>> = {
  configMap: 'ConfigMap',
  configMapRef: 'ConfigMap',
  configMapKeyRef: 'ConfigMap',
  secret: 'Secret',
  secretRef: 'Secret',
  secretKeyRef: 'Secret',
  imagePullSecrets: 'Secret',
  service: 'Service',
}
const byValue: Readonly<Record<string, string>> = {
  secretName: 'Secret',
  serviceAccountName: 'ServiceAccount',
  claimName: 'PersistentVolumeClaim',
  serviceName: 'Service',
  storageClassName: 'StorageClass',
  volumeName: 'PersistentVolume',
  ingressClassName: 'IngressClass',
  priorityClassName: 'PriorityClass',
}
const byKind = new Set(['scaleTargetRef', 'roleRef', 'subjects'])
const MAX_DEPTH = 100

/** An object with the names of other objects brought up to date. */
export function withReferences(object: JsonObject, renamed: Renamed): JsonObject {
  const { metadata, ...rest } = object
  const changed = walk(rest, renamed, 0) as JsonObject
  return metadata === undefined ? changed : { ...changed, metadata }
}

function walk(value: Json, renamed: Renamed, depth: number): Json {
  if (depth > MAX_DEPTH) return value
  if (isList(value)) return value.map((item) => walk(item, renamed, depth + 1))
  if (!isObject(value)) return value
  const result: Record<string, Json> = {}
  for (const [key, member] of Object.entries(value) as [string, Json][])
    result[key] = walk(renamedMember(key, member, renamed), renamed, depth + 1)
  return result
}

function renamedMember(key: string, value: Json, renamed: Renamed): Json {
  if (isList(value)) return value.map((item) => renamedMember(key, item, renamed))
  if (typeof value === 'string' && Object.hasOwn(byValue, key))
    return renamed.get(`${byValue[key]}/${value}`) ?? value
  if (!isObject(value) || typeof value['name'] !== 'string') return value
  const kind = byKind.has(key) ? String(value['kind']) : Object.hasOwn(byName, key) ? byName[key] : undefined
  const name = kind === undefined ? undefined : renamed.get(`${kind}/${value['name']}`)
  return name === undefined ? value : { ...value, name }
}
