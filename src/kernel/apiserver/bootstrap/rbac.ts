import type { PolicyRule, RoleBinding, Subject } from 'kubernetes-types/rbac/v1'
import { equalJson } from '../../api/json.ts'
import type { JsonObject, KubeObject, Stored } from '../../api/objects.ts'
import { groupVersionOf } from '../../api/objects.ts'
import { StatusError } from '../../api/status.ts'
import { rulesCover } from '../authz/covers.ts'
import type { Api } from '../call.ts'
import type { Resource } from '../resources.ts'
import { create, update } from '../store.ts'
import { remove } from '../deletion.ts'
import type { Task } from '../task.ts'
import { keepTrying, ownWriting } from './own-writing.ts'
import { bootstrapPolicy } from './policy.ts'

/** Whoever sets this to false keeps what they made of a default. */
const AUTO_UPDATE = 'rbac.authorization.kubernetes.io/autoupdate'

/**
 * The default roles and bindings are made, and get back what they lost, whenever the server starts
 * (kubernetes: pkg/registry/rbac/rest/storage_rbac.go, pkg/registry/rbac/reconciliation).
 */
export function reconcileDefaultRoles(api: Api): void {
  for (const wanted of bootstrapPolicy()) {
    const resource = api.resources.ofKind(groupVersionOf(wanted.apiVersion)[0], wanted.kind)
    if (resource) keepTrying(api, () => reconcile(api, resource, wanted))
  }
}

function* reconcile(api: Api, resource: Resource, wanted: KubeObject): Task<void> {
  const { namespace = '', name = '' } = wanted.metadata
  const existing = resource.cache.get(resource.keyOf(namespace, name))?.object
  if (!existing) return yield* made(api, resource, wanted)
  if (existing.metadata.annotations?.[AUTO_UPDATE] === 'false') return
  if (isBinding(wanted) && !equalJson(json(existing)['roleRef']!, json(wanted)['roleRef']!)) {
    yield* remove(ownWriting(api), resource, { namespace, name }, {})
    return yield* made(api, resource, wanted)
  }
  if (completed(existing, wanted) === existing) return
  yield* update(ownWriting(api), resource, { namespace, name }, { produce: (old) => completed(old!, wanted) })
}

/** Another server may have been faster. */
function* made(api: Api, resource: Resource, wanted: KubeObject): Task<void> {
  try {
    yield* create(ownWriting(api), resource, wanted)
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error
  }
}

/** What is there, with whatever the default has beyond it; the very same if it lacks nothing. */
function completed(existing: Stored, wanted: KubeObject): KubeObject & Stored {
  const missing = isBinding(wanted)
    ? missingSubjects(existing as RoleBinding, wanted as RoleBinding)
    : missingRules(json(existing), json(wanted))
  const labels = { ...wanted.metadata.labels, ...existing.metadata.labels }
  const annotations = { ...wanted.metadata.annotations, ...existing.metadata.annotations }
  const { metadata } = existing
  const same =
    !missing && equalJson(labels, metadata.labels ?? {}) && equalJson(annotations, metadata.annotations ?? {})
  if (same) return existing as KubeObject & Stored
  return { ...existing, ...missing, metadata: { ...metadata, labels, annotations } } as KubeObject & Stored
}

function missingSubjects({ subjects = [] }: RoleBinding, wanted: RoleBinding) {
  const key = ({ kind, name, namespace = '' }: Subject) => `${kind} ${namespace}/${name}`
  const known = new Set(subjects.map(key))
  const missing = (wanted.subjects ?? []).filter((subject) => !known.has(key(subject)))
  return missing.length ? { subjects: [...subjects, ...missing] } : undefined
}

/** The rules of a role that aggregates are its controller's. */
function missingRules(existing: JsonObject, wanted: JsonObject) {
  const rule = wanted['aggregationRule']
  if (rule)
    return equalJson(existing['aggregationRule'] ?? null, rule) ? undefined : { aggregationRule: rule }
  const has = rulesOf(existing)
  const missing = rulesOf(wanted).filter((one) => rulesCover(has, [one]).length > 0)
  return missing.length ? { rules: [...has, ...missing] } : undefined
}

const isBinding = ({ kind }: KubeObject): boolean => kind.endsWith('Binding')

const json = (object: unknown): JsonObject => object as JsonObject

const rulesOf = (role: JsonObject) => (role['rules'] ?? []) as unknown as PolicyRule[]
