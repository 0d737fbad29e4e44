import type { JsonObject } from '../../api/objects.ts'
import { threeWayMergePatch } from '../../api/patch/merge.ts'
import { patchSchemaOf } from '../../api/patch/patch-schema.ts'
import { threeWayPatch } from '../../api/patch/three-way.ts'
import { structNameOf } from '../../api/schema/types.ts'
import type { Info } from '../info.ts'
import { patchTypes } from '../info.ts'
import type { KubeLike } from '../kubectl.ts'
import { lastAppliedOf } from './writing.ts'

export interface Patch {
  readonly type: string
  readonly body: JsonObject
}

/** The patch from what was applied last, what is applied now and what there is (kubectl: apply/patcher.go). */
export function applyPatch({ mapping }: Info, modified: JsonObject, current: KubeLike): Patch {
  const original = parsed(lastAppliedOf(current))
  const struct = structNameOf(mapping.group, mapping.version, mapping.kind)
  if (struct)
    return {
      type: patchTypes.strategic,
      body: threeWayPatch(original, modified, current, patchSchemaOf(struct), true),
    }
  return { type: patchTypes.merge, body: threeWayMergePatch(original, modified, current) }
}

function parsed(text: string | undefined): JsonObject {
  if (!text) return {}
  try {
    return JSON.parse(text) as JsonObject
  } catch {
    return {}
  }
}
