import { compareTexts, goJson, sortedBy } from '../go-json.ts'
import { equalJson, isList, isObject } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { orderedValue } from '../schema/go-order.ts'
import { structType, type FieldType } from '../schema/types.ts'

/**
 * A patched object as the text that upstream's patching leaves (evanphx/json-patch): keys of what it changed are sorted, the
 * rest is as Go wrote it.
 */
export const patchedText = (structName: string, patched: Json, original: JsonObject): string =>
  goJson(arranged({ kind: 'struct', name: structName, value: true }, patched, original, true))

function arranged(
  type: FieldType | undefined,
  patched: Json,
  original: Json | undefined,
  opened = false,
): Json {
  if (!opened && original !== undefined && equalJson(patched, original)) return orderedValue(type, patched)
  if (isObject(patched) && isObject(original)) {
    const fields = type?.kind === 'struct' ? structType(type.name)?.fields : undefined
    const of = type?.kind === 'map' ? type.of : undefined
    return sortedBy(patched, compareTexts, (key, item) =>
      arranged(fields ? fields.get(key)?.type : of, item, original[key]),
    )
  }
  if (isList(patched) && isList(original)) {
    const of = type?.kind === 'array' ? type.of : undefined
    return patched.map((item) =>
      arranged(
        of,
        item,
        original.find((old) => equalJson(old, item)),
      ),
    )
  }
  return patched
}
