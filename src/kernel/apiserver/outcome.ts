import type { JsonObject } from '../api/objects.ts'
import type { Compare, RequestOp } from '../etcd/api.ts'
import type { Entry } from './entry.ts'
import type { Task } from './task.ts'

/** What a write wants to be done with the object that there is. */
export type Outcome =
  | { readonly put: JsonObject; readonly ttlSeconds?: number; readonly also?: Also }
  | { readonly remove: true; readonly also?: Also }
  /** Nothing changes. */
  | { readonly same: true }

/** Asked what to do with what there is; again when that was out of date. */
export type Attempt = (current: Entry | undefined) => Task<Outcome> | Outcome

/** More that the same transaction demands and does. */
export interface Also {
  readonly compare: readonly Compare[]
  readonly operations: readonly RequestOp[]
}
