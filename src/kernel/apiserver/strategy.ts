import { beforeCreate, beforeStatusUpdate, beforeUpdate, type Outcome } from '../api/kinds/strategy.ts'
import type { KindDefinition } from '../api/kind.ts'
import type { KubeObject } from '../api/objects.ts'
import { StatusError } from '../api/status.ts'
import type { Writing } from './store.ts'
import { withMeta } from './meta.ts'
import type { Resource } from './resources.ts'
import { newUid } from './uid.ts'

/** Name, stamp, prepare and judge a new object; throws 422. */
export function prepareCreate(writing: Writing, resource: Resource, object: KubeObject): KubeObject {
  const { os } = writing.api
  const definition = rulesOf(writing, resource)
  const outcome = beforeCreate(definition, object, {
    now: os.clock,
    user: writing.user,
    namespace: object.metadata.namespace ?? '',
    uid: newUid(os.random),
    random: () => os.random(),
  })
  return accepted(writing, outcome)
}

/** Prepare and judge what replaces an object; throws 422. */
export function prepareUpdate(
  writing: Writing,
  resource: Resource,
  subresource: string,
  object: KubeObject,
  old: KubeObject,
): KubeObject {
  const definition = rulesOf(writing, resource)
  const before = subresource === 'status' ? beforeStatusUpdate : beforeUpdate
  // An update can change neither the birth of an object nor its end once that is set.
  const { creationTimestamp, deletionTimestamp } = old.metadata
  const kept = withMeta(object, { creationTimestamp, ...(deletionTimestamp ? { deletionTimestamp } : {}) })
  return accepted(writing, before(definition, kept, old, { now: writing.api.os.clock }))
}

/** Who writes through another view of the objects may be held to other rules. */
const rulesOf = ({ as }: Writing, { definition }: Resource): KindDefinition =>
  as?.definition.storedAs?.definition ?? definition

function accepted(writing: Writing, outcome: Outcome): KubeObject {
  if ('status' in outcome) throw new StatusError(outcome.status)
  for (const text of outcome.warnings ?? []) writing.warn(text)
  return outcome.object
}
