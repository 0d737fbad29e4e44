import type { Event } from 'kubernetes-types/core/v1'
import type { JsonObject } from '../../api/objects.ts'
import type { Sys } from '../../host/sys.ts'
import type { Kubectl } from '../kubectl.ts'
import { typed } from '../typed.ts'
import { UserError } from '../../api/user-error.ts'
import type { Writer } from './writer.ts'

/** What a describer has: the object, more from the server, and the time. */
export interface Context {
  readonly kubectl: Kubectl
  readonly now: number
  /** What happened to the object; undefined when it is not wanted. */
  readonly events: readonly Event[] | undefined
}

/** How one kind is described. One a file, one line in the table. */
export interface Describer<T = JsonObject> {
  readonly group: string
  readonly kind: string
  describe(w: Writer, object: T, context: Context): Sys<void>
}

export const describer = <T>(one: Describer<T>): Describer => one as unknown as Describer

/** A collection; empty when it cannot be had. */
export function* listOr<T>(
  context: Context,
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
): Sys<T[]> {
  try {
    const list = yield* context.kubectl.api.call({ path, query })
    return typed<{ items?: T[] }>(list).items ?? []
  } catch (error) {
    if (error instanceof UserError) return []
    throw error
  }
}

export const chunkSize = ({ kubectl }: Context): string => kubectl.flags.string('chunk-size')
