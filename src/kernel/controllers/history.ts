import type { ControllerRevision } from 'kubernetes-types/apps/v1'
import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import { controllerRevisionHash } from '../api/hash.ts'
import { selectorFromObject, type LabelSelectorObject } from '../api/labels.ts'
import type { JsonObject, KubeObject, Stored } from '../api/objects.ts'
import type { View } from '../client/informer.ts'
import { attempt, create, perform, read, remove, update, type Writes } from '../client/writes.ts'
import { claim } from './claim.ts'
import { controllerRef, creationOf } from './pods.ts'
import { semanticEqual } from './semantic-equal.ts'

// kubernetes: pkg/controller/history/controller_history.go

export const HASH = 'controller.kubernetes.io/hash'

export type Revision = Stored<ControllerRevision> & { readonly data?: JsonObject; readonly revision: number }

/** The revisions of an owner, oldest first; orphans that its selector matches become its own. */
export function* revisionsOf(
  owner: KubeObject,
  selector: LabelSelectorObject | undefined,
  view: View,
): Writes<Revision[]> {
  const { namespace = '' } = owner.metadata
  const candidates = [
    ...view.owned('ControllerRevision', owner),
    ...view.byIndex('ControllerRevision', 'orphan', namespace),
  ]
  const claimed = yield* claim(owner, selectorFromObject(selector), candidates as unknown as Revision[])
  return claimed.sort(byRevision)
}

export const byRevision = (a: Revision, b: Revision): number =>
  a.revision - b.revision || creationOf(a) - creationOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1)

export const nextRevision = (revisions: readonly Revision[]): number => (revisions.at(-1)?.revision ?? 0) + 1

/** A revision that holds a template as the patch that would restore it (getPatch, NewControllerRevision). */
export function newRevision(
  owner: KubeObject,
  template: PodTemplateSpec,
  revision: number,
  collisionCount: number | undefined,
): Revision {
  const data = { spec: { template: { ...template, $patch: 'replace' } } } as unknown as JsonObject
  const hash = controllerRevisionHash(goJson(data), collisionCount)
  const { annotations, name = '', namespace } = owner.metadata
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name.slice(0, 223)}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, [HASH]: hash },
      ...(annotations ? { annotations } : {}),
      ownerReferences: [controllerRef(owner)],
    },
    data,
    revision,
  } as unknown as Revision
}

/** The same contents (EqualRevision): by hash where both have one, then by data. */
export const sameRevision = (a: Revision, b: Revision): boolean => semanticEqual(a.data, b.data)

/** Make it; another number in the hash when the name is taken by something else (CreateControllerRevision). */
export function* createRevision(
  owner: KubeObject,
  template: PodTemplateSpec,
  revision: Revision,
  collisionCount: number | undefined,
): Writes<{ revision: Revision; collisionCount: number | undefined }> {
  let wanted = revision
  let count = collisionCount
  for (;;) {
    const { object, error } = yield* attempt<Revision>(create(wanted))
    if (object) return { revision: object, collisionCount: count }
    if (error?.reason !== 'AlreadyExists') throw error
    const taken = yield* perform<Revision>(read(wanted))
    if (sameRevision(taken, wanted)) return { revision: taken, collisionCount: count }
    count = (count ?? 0) + 1
    wanted = newRevision(owner, template, wanted.revision, count)
  }
}

/** Give an old revision a new number (UpdateControllerRevision). */
export function* renumberRevision(revision: Revision, number: number): Writes<Revision> {
  if (revision.revision === number) return revision
  return yield* perform<Revision>(update({ ...revision, revision: number } as KubeObject))
}

/** Drop the oldest that nobody lives by (truncateHistory). */
export function* truncateHistory(
  revisions: readonly Revision[],
  live: ReadonlySet<string>,
  limit: number,
): Writes {
  const dead = revisions.filter(({ metadata }) => !live.has(metadata.name))
  for (const revision of dead.slice(0, Math.max(0, dead.length - limit))) {
    const { error } = yield* attempt(remove(revision))
    if (error && error.code !== 404) throw error
  }
}

export const templateIn = (revision: Revision): PodTemplateSpec => {
  const { template } = (revision.data?.['spec'] ?? {}) as { template?: PodTemplateSpec & { $patch?: string } }
  const { $patch: _directive, ...rest } = template ?? {}
  return rest
}

/** As encoding/json writes a map: keys sorted, and what HTML minds escaped. */
export function goJson(value: unknown): string {
  return JSON.stringify(sorted(value)).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, item]) => [key, sorted(item)]),
  )
}
