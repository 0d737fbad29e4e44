import type { Handler } from '../call.ts'
import type { Resource } from '../resources.ts'

/** Something below an object's path, with handlers of its own. */
export interface Subresource {
  readonly name: string
  serves(resource: Resource): boolean
  /** The kind of the bodies; the resource's own when left out. Without a group it is of the resource's. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string }
  readonly handlers: Readonly<Record<string, Handler>>
  /** As discovery lists them, when that is not what is handled. */
  readonly verbs?: readonly string[]
}

/** Whether it is that resource of the core group. */
export const ofCore =
  (plural: string) =>
  ({ definition }: Resource): boolean =>
    definition.group === '' && definition.plural === plural
