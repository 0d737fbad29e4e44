import type { Handler } from './call.ts'
import { get } from './read.ts'
import type { Resource } from './resources.ts'
import { patch, put } from './write.ts'

/** A subresource of some kinds: which verbs it has, and how discovery lists it. */
export interface Subresource {
  readonly name: string
  /** The kind of the bodies; the resource's own when left out. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string }
  readonly handlers: Readonly<Record<string, Handler>>
}

/** Status is written through its own endpoint, so that spec and status have different owners. */
const status: Subresource = { name: 'status', handlers: { get, update: put, patch } }

/** The subresources of a resource. */
export function subresourcesOf({ definition }: Resource): Subresource[] {
  return [...(definition.status ? [status] : [])]
}

/** `method`: the subresource exists, the verb does not. */
export function subresourceHandler(
  resource: Resource,
  verb: string,
  name: string,
): Handler | 'method' | undefined {
  const subresource = subresourcesOf(resource).find((one) => one.name === name)
  if (!subresource) return undefined
  return subresource.handlers[verb] ?? 'method'
}
