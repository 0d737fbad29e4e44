import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1'
import { isObject } from '../../api/json.ts'
import type { Json, JsonObject } from '../../api/objects.ts'
import type { Sys } from '../../host/sys.ts'
import { hasReason } from '../errors.ts'
import { patchTypes, type Info } from '../info.ts'
import type { KubeLike } from '../kubectl.ts'
import type { Query } from '../transport.ts'
import { LAST_APPLIED, lastAppliedOf } from './writing.ts'

// What was applied by the client becomes owned by server-side apply (kubectl: apply.go migrateToSSAIfNecessary; client-go: util/csaupgrade).

const LAST_APPLIED_MANAGER = 'kubectl-last-applied'
const MAX_TRIES = 5

/** Hand over the fields of client-side apply to `manager`; whether there were any. The annotation is kept current by a manager of its own. */
export function* migrated(info: Info, manager: string, query: Query): Sys<boolean> {
  const clients = clientManagers(info)
  if (!clients.size) return false
  if (manager === 'kubectl') yield* keepAnnotation(info, query)
  for (let i = 0; i < MAX_TRIES; i++) {
    const { resourceVersion } = info.metadata
    const managedFields = upgraded(entriesOf(info), clients, manager)
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: managedFields as unknown as Json },
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion as Json },
    ]
    try {
      yield* info.patch(patchTypes.json, patch, {})
      return true
    } catch (error) {
      if (!hasReason(error, 'Conflict')) throw error
      yield* info.fetch()
    }
  }
  return false
}

const entriesOf = ({ metadata }: Info): readonly ManagedFieldsEntry[] =>
  (metadata['managedFields'] ?? []) as unknown as readonly ManagedFieldsEntry[]

/** Who wrote the annotation by an update. */
function clientManagers(info: Info): Set<string> {
  const owns = ({ fieldsV1 }: ManagedFieldsEntry): boolean => {
    let at = fieldsV1 as JsonObject | undefined
    for (const key of ['f:metadata', 'f:annotations', `f:${LAST_APPLIED}`])
      at = at?.[key] as JsonObject | undefined
    return at !== undefined
  }
  const owners = entriesOf(info).filter((entry) => entry.operation === 'Update' && owns(entry))
  return new Set(owners.map(({ manager = '' }) => manager))
}

function* keepAnnotation(info: Info, query: Query): Sys<void> {
  const { apiVersion = '', kind = '' } = info.object as KubeLike
  const annotations = { [LAST_APPLIED]: lastAppliedOf(info.object) ?? '' }
  const metadata = {
    name: info.name,
    ...(info.mapping.namespaced ? { namespace: info.namespace } : {}),
    annotations,
  }
  const body = { apiVersion, kind, metadata }
  yield* info.patch(patchTypes.apply, body, { ...query, fieldManager: LAST_APPLIED_MANAGER, force: true })
}

/** The clients' entries become part of the entry of server-side apply, or become it. */
function upgraded(
  entries: readonly ManagedFieldsEntry[],
  clients: ReadonlySet<string>,
  manager: string,
): ManagedFieldsEntry[] {
  const isClient = (entry: ManagedFieldsEntry) =>
    entry.operation === 'Update' && !entry.subresource && clients.has(entry.manager ?? '')
  const isServer = (entry: ManagedFieldsEntry) =>
    entry.operation === 'Apply' && !entry.subresource && entry.manager === manager
  const parts = entries.filter((entry) => isServer(entry) || isClient(entry))
  const base = parts.find(isServer) ?? parts[0]
  if (!base) return [...entries]
  const fieldsV1 = parts.map((entry) => entry.fieldsV1 as JsonObject).reduce(union)
  const whole = { ...base, manager, operation: 'Apply', fieldsV1 } as ManagedFieldsEntry
  return entries.flatMap((entry) => (entry === base ? [whole] : isClient(entry) ? [] : [entry]))
}

function union(a: JsonObject, b: JsonObject): JsonObject {
  const result: Record<string, Json | undefined> = { ...a }
  for (const [key, value] of Object.entries(b)) {
    const known = result[key]
    result[key] =
      isObject(known as Json) && isObject(value as Json)
        ? union(known as JsonObject, value as JsonObject)
        : (value as Json)
  }
  return result as JsonObject
}
