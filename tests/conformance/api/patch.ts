import { parse as parseYaml } from 'yaml'
import type { Json, JsonObject } from '../../../src/kernel/api/objects.ts'
import { mergeConflict } from '../../../src/kernel/api/patch/conflicts.ts'
import { plainSchema, type PatchField, type PatchSchema } from '../../../src/kernel/api/patch/patch-schema.ts'
import { strategicMergePatch } from '../../../src/kernel/api/patch/strategic.ts'
import { PatchConflict, threeWayPatch } from '../../../src/kernel/api/patch/three-way.ts'
import { twoWayPatch } from '../../../src/kernel/api/patch/two-way.ts'
import { difference, notApplicable, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { errorOf, expectError } from './errors.ts'

/** The type that upstream's tests patch (strategicpatch: patch_test.go MergeItem). */
const mergeItem: PatchSchema = { name: 'MergeItem', field: (key) => mergeItemFields[key] }
const retainKeysItem: PatchSchema = { name: 'RetainKeysMergeItem', field: (key) => retainKeysFields[key] }

const scalar: PatchField = { schema: plainSchema }
const shared: Readonly<Record<string, PatchField>> = {
  name: scalar,
  value: scalar,
  other: scalar,
  mergingList: { strategy: 'merge', mergeKey: 'name', schema: mergeItem },
  nonMergingList: { schema: mergeItem },
  mergingIntList: { strategy: 'merge', schema: plainSchema },
  simpleMap: scalar,
}
const mergeItemFields: Readonly<Record<string, PatchField>> = {
  ...shared,
  nonMergingIntList: scalar,
  mergeItemPtr: { strategy: 'merge', mergeKey: 'name', schema: mergeItem },
  replacingItem: { strategy: 'replace', schema: plainSchema },
  retainKeysMap: { retainKeys: true, schema: retainKeysItem },
  retainKeysMergingList: { strategy: 'merge', retainKeys: true, mergeKey: 'name', schema: mergeItem },
}
const retainKeysFields = shared

interface Raw {
  readonly Original?: string
  readonly Modified?: string
  readonly Current?: string
  readonly TwoWay?: string
  readonly TwoWayResult?: string
  readonly ThreeWay?: string
  readonly Result?: string
  readonly ExpectedError?: string
}

interface Row {
  readonly Description: string
  readonly StrategicMergePatchRawTestCaseData: Raw
}

const yaml = (text = '{}'): JsonObject => (parseYaml(text) ?? {}) as JsonObject

function applied({ StrategicMergePatchRawTestCaseData: raw }: Row): Verdict {
  const apply = () => strategicMergePatch(yaml(raw.Original), yaml(raw.TwoWay), mergeItem)
  if (raw.ExpectedError) return expectError(errorOf(apply), [raw.ExpectedError])
  return difference(apply(), yaml(raw.Modified))
}

function created({ Description, StrategicMergePatchRawTestCaseData: raw }: Row): Verdict {
  const [original, modified, current] = [yaml(raw.Original), yaml(raw.Modified), yaml(raw.Current)]
  const twoWay = twoWayPatch(original, modified, mergeItem)
  const result = raw.TwoWayResult ?? raw.Modified
  const forth =
    difference(twoWay, yaml(raw.TwoWay)) ??
    difference(strategicMergePatch(original, twoWay, mergeItem), yaml(result))
  if (forth) return `two way ${forth}`
  const conflict = conflictOf(() => threeWayPatch(original, modified, current, mergeItem, false))
  if (conflict && !Description.includes('conflict')) return 'conflict'
  const threeWay = threeWayPatch(original, modified, current, mergeItem, true)
  const back =
    difference(threeWay, yaml(raw.ThreeWay)) ??
    difference(strategicMergePatch(current, threeWay, mergeItem), yaml(raw.Result))
  return back && `three way ${back}`
}

function conflictOf(action: () => unknown): boolean {
  try {
    action()
    return false
  } catch (error) {
    if (error instanceof PatchConflict) return true
    throw error
  }
}

export const strategicPatchSuite = vectorSuite('apimachinery__pkg__util__strategicpatch__patch_test', {
  TestCustomStrategicMergePatch: applied,
  TestStrategicMergePatch: created,
  TestReplaceWithRawExtension: created,
  TestNumberConversion: 'the row is the reflection of a Go type',
})

export const mergePatchSuite = vectorSuite('apimachinery__pkg__util__mergepatch__util_test', {
  TestHasConflicts: ({ A, B, Ret = false }: { A?: Json; B?: Json; Ret?: boolean }) => {
    const found = mergeConflict(A, B)
    if (Ret && !found && !difference(A, B)) return notApplicable('numbers of different Go types')
    return difference(found, Ret)
  },
})
