import { stringify } from 'yaml'
import type { JsonObject } from '../objects.ts'
import { UserError } from '../user-error.ts'
import { strategicConflict } from './conflicts.ts'
import type { PatchSchema } from './patch-schema.ts'
import { mergeMaps } from './strategic.ts'
import { diffMaps } from './two-way.ts'

/** What the patch would change has been changed by somebody else, too. */
export class PatchConflict extends UserError {
  override readonly name = 'PatchConflict'
}

/**
 * The strategic merge patch that brings `current` to `modified`: what differs now, and what was deleted since `original`, the
 * configuration applied last (CreateThreeWayMergePatch). Unless `overwrite`, throws PatchConflict when others changed the same.
 */
export function threeWayPatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  schema: PatchSchema,
  overwrite: boolean,
): JsonObject {
  const delta = diffMaps(current, modified, schema, { changes: true, deletions: false, order: true })
  const deletions = diffMaps(original, modified, schema, { changes: false, deletions: true, order: true })
  const patch = mergeMaps(deletions, delta, schema, { carryOut: false })
  if (!overwrite) {
    const changed = diffMaps(original, current, schema, { changes: true, deletions: true, order: false })
    if (strategicConflict(patch, changed, schema)) throw conflict(patch, changed)
  }
  return patch
}

/** The error of a patch that collides with what others changed (mergepatch.NewErrConflict). */
export const conflict = (patch: JsonObject, changed: JsonObject): PatchConflict =>
  new PatchConflict(
    `patch:\n${yaml(patch)}\nconflicts with changes made from original to current:\n${yaml(changed)}\n`,
  )

const yaml = (value: JsonObject): string => stringify(value, { sortMapEntries: true })
