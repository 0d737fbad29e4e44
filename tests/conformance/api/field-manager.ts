import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1'
import { parse as parseYaml } from 'yaml'
import type { Json, JsonObject } from '../../../src/kernel/api/objects.ts'
import { managedTypeOf } from '../../../src/kernel/api/managed-fields/api-type.ts'
import { capManagers } from '../../../src/kernel/api/managed-fields/cap-managers.ts'
import { conflictStatus } from '../../../src/kernel/api/managed-fields/conflict-status.ts'
import {
  decodeManaged,
  encodeManaged,
  managerIdentifier,
} from '../../../src/kernel/api/managed-fields/entries.ts'
import { extractApplied } from '../../../src/kernel/api/managed-fields/extract.ts'
import {
  applyFields,
  fieldContext,
  trackFields,
} from '../../../src/kernel/api/managed-fields/field-manager.ts'
import {
  fieldSetOf,
  fromFieldsV1,
  pathsOf,
  toFieldsV1,
} from '../../../src/kernel/api/managed-fields/field-set.ts'
import { lastAppliedKey } from '../../../src/kernel/api/managed-fields/last-applied.ts'
import { fieldElement, printPath, type Path } from '../../../src/kernel/api/managed-fields/path-element.ts'
import {
  toParentEntries,
  toScaleEntries,
  type ReplicasPaths,
} from '../../../src/kernel/api/managed-fields/scale-entries.ts'
import { validateValue } from '../../../src/kernel/api/managed-fields/validate.ts'
import type { Conflict } from '../../../src/kernel/api/managed-fields/updater.ts'
import { StatusError } from '../../../src/kernel/api/status.ts'
import { addTypes, structNameOf } from '../../../src/kernel/api/schema/types.ts'
import { restOfTypes } from '../../../src/kernel/api/schema/types-rest.generated.ts'
import { groupVersionOf } from '../../../src/kernel/api/objects.ts'
import { difference, notApplicable, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { errorOf } from './errors.ts'
import { schemaFromGo } from './smd-schema.ts'

const prefix = 'apimachinery__pkg__util__managedfields__'

type Entries = readonly ManagedFieldsEntry[]

/** Order aside: upstream's test sorts nothing that ours does not. */
const sameEntries = (got: Entries, want: Entries | undefined): Verdict => difference(got, want ?? [])

export const extractSuite = vectorSuite(`${prefix}extract_test`, {
  TestExtractInto: (row: {
    obj: JsonObject
    objType: JsonObject
    managedFields: Entries
    fieldManager: string
    subresource?: string
    expectedOut: JsonObject
  }) => {
    const { $type: _type, ...object } = row.obj
    const { NamedType } = row.objType['TypeRef'] as { NamedType: string }
    const type = schemaFromGo(row.objType).type(NamedType)
    return difference(
      extractApplied(object, row.managedFields, type, row.fieldManager, row.subresource),
      row.expectedOut,
    )
  },
})

addTypes(restOfTypes)

const context = (apiVersion: string, kind: string) => {
  const [group, version] = groupVersionOf(apiVersion)
  const struct = structNameOf(group, version, kind)
  return struct === undefined ? undefined : fieldContext(struct, { apiVersion, kind, now: 0 })
}

export const fieldManagerSuite = vectorSuite(`${prefix}fieldmanager_test`, {
  TestApplyNewObject: ({
    gvk,
    obj,
  }: {
    gvk: { Group?: string; Version: string; Kind: string }
    obj: string
  }) => {
    const apiVersion = gvk.Group ? `${gvk.Group}/${gvk.Version}` : gvk.Version
    const found = context(apiVersion, gvk.Kind)
    return found
      ? errorOf(() => applyFields(found, undefined, parseYaml(obj) as JsonObject, 'fieldmanager_test', false))
      : 'no such kind'
  },
})

export const capManagersSuite = vectorSuite(`${prefix}internal__capmanagers_test`, {
  TestCapUpdateManagers: ({ input, expected }: { input?: Entries; expected?: Entries }) => {
    const managed = decodeManaged(input ?? [])
    if (!managed) return 'not decoded'
    // The times of the rows lie before the epoch; upstream caps at three in this test.
    return sameEntries(encodeManaged(capManagers(managed, 3)), expected)
  },
})

export const conflictSuite = vectorSuite(`${prefix}internal__conflict_test`, {
  TestNewConflictError: ({
    conflict,
    expected,
  }: {
    conflict: { $error: string }
    expected: { $error: string }
  }) => difference(conflictStatus(parseConflicts(conflict.$error)).message, expected.$error),
})

/** The conflicts of a merge error's text. */
function parseConflicts(text: string): Conflict[] {
  let manager = ''
  return text.split('\n').flatMap((line) => {
    const [, name, path] = /^conflicts? with ("(?:[^"\\]|\\.)*"):(?: (.*))?$/.exec(line) ?? []
    if (name !== undefined) manager = JSON.parse(name) as string
    const field = path ?? /^- (.*)$/.exec(line)?.[1]
    return field === undefined ? [] : [{ manager, path: field.slice(1).split('.').map(fieldElement) }]
  })
}

export const fieldsSuite = vectorSuite(`${prefix}internal__fields_test`, {
  TestFieldsRoundTrip: (fields: JsonObject) => difference(toFieldsV1(fromFieldsV1(fields)), fields),
  TestSetToFieldsError: 'a Go set that breaks its own rules',
})

interface ConflictRow {
  readonly applied: string
  readonly original: string
  readonly lastApplied?: string
  readonly fieldManager: string
  readonly expectConflictSet?: GoSet
}

interface GoSet {
  readonly Members?: { readonly members?: readonly GoElement[] }
  readonly Children?: { readonly members?: readonly { pathElement: GoElement; set: GoSet }[] }
}

interface GoElement {
  readonly FieldName?: string | null
  readonly Key?: readonly { Name: string; Value: { Value?: Json } | null }[]
}

const element = ({ FieldName, Key }: GoElement): string =>
  Key
    ? `k:${JSON.stringify(Object.fromEntries(Key.map(({ Name, Value }) => [Name, Value?.Value ?? ''])))}`
    : fieldElement(FieldName ?? '')

const goPaths = ({ Members, Children }: GoSet, path: Path = []): Path[] => [
  ...(Members?.members ?? []).map((item) => [...path, element(item)]),
  ...(Children?.members ?? []).flatMap(({ pathElement, set }) =>
    goPaths(set, [...path, element(pathElement)]),
  ),
]

function lastAppliedConflicts(row: ConflictRow): Verdict {
  const original = parseYaml(row.original) as JsonObject
  const found = context(String(original['apiVersion']), String(original['kind']))
  if (!found) return 'no such kind'
  // Where the row says nothing, client-side apply has applied the object as it is.
  const lastApplied = JSON.stringify(parseYaml(row.lastApplied ?? row.original))
  const live = trackFields(found, undefined, withAnnotation(original, lastApplied), 'test_client_side_apply')
  const conflicts = conflictsOf(() =>
    applyFields(found, live, parseYaml(row.applied) as JsonObject, row.fieldManager, false),
  )
  const want = row.expectConflictSet
    ? pathsOf(fieldSetOf(...goPaths(row.expectConflictSet))).map(printPath)
    : []
  const wanted = want.map(anyKey).sort()
  const got = conflicts.map(anyKey).sort()
  return difference(
    got.map((path, i) => (wanted[i]?.endsWith('.') ? path.replace(/[^.]*$/, '') : path)),
    wanted,
  )
}

/** The rows have lost the values of keys, and of names that occur twice. */
const anyKey = (path: string): string => path.replace(/\[[^\]]*\]/g, '[]')

const withAnnotation = (object: JsonObject, text: string): JsonObject => {
  const metadata = object['metadata'] as JsonObject
  return {
    ...object,
    metadata: {
      ...metadata,
      annotations: { ...(metadata['annotations'] as JsonObject), [lastAppliedKey]: text },
    },
  }
}

function conflictsOf(action: () => unknown): readonly string[] {
  try {
    action()
    return []
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    return (error.status.details?.causes ?? []).map(({ field = '' }) => field)
  }
}

export const lastAppliedSuite = vectorSuite(`${prefix}internal__lastappliedmanager_test`, {
  testConflicts: lastAppliedConflicts,
})

export const managedFieldsEntriesSuite = vectorSuite(`${prefix}internal__managedfields_test`, {
  TestBuildManagerIdentifier: ({
    managedFieldsEntry,
    expected,
  }: {
    managedFieldsEntry: string
    expected: string
  }) => difference(managerIdentifier(parseYaml(managedFieldsEntry) as ManagedFieldsEntry), expected),
  TestSortEncodedManagedFields: ({
    managedFields,
    expected,
  }: {
    managedFields: Entries
    expected: Entries
  }) => {
    // Rows hold entries that would be one manager: sort each for itself.
    const alone = managedFields.map((entry) =>
      encodeManaged(
        decodeManaged([{ ...entry, apiVersion: JSON.stringify(entry) }]) ?? {
          fields: new Map(),
          times: new Map(),
        },
      ),
    )
    if (new Set(managedFields.map(managerIdentifier)).size === managedFields.length) {
      const decoded = decodeManaged(managedFields)
      const sorted = decoded ? encodeManaged(decoded) : []
      return difference(sorted.map(identity), expected.map(identity))
    }
    return alone.length ? notApplicable('the row has one manager twice, which no object can have') : undefined
  },
})

const identity = ({ manager, operation, time, subresource }: ManagedFieldsEntry) => [
  manager,
  operation,
  time,
  subresource,
]

export const typeConverterSuite = vectorSuite(`${prefix}internal__typeconverter_test`, {
  TestTypeConverter: ({ yaml }: { yaml: string }) => {
    const object = parseYaml(yaml) as JsonObject
    const [group, version] = groupVersionOf(String(object['apiVersion']))
    const struct = structNameOf(group, version, String(object['kind']))
    if (struct === undefined) return notApplicable(`${object['apiVersion']} is not served by 1.32`)
    return errorOf(() => validateValue(object, managedTypeOf(struct)))
  },
})

interface ScaleRow {
  readonly input?: Entries
  readonly parent?: Entries
  readonly subresource?: Entries
  readonly expected?: Entries
  readonly mappings?: Readonly<Record<string, readonly GoElement[] | null>>
  readonly groupVersion?: { readonly Group: string; readonly Version: string }
}

const defaultPaths: ReplicasPaths = { 'apps/v1': ['f:spec', 'f:replicas'] }

export const scaleHandlerSuite = vectorSuite(`${prefix}scalehandler_test`, {
  TestTransformManagedFieldsToSubresource: ({ input, expected }: ScaleRow) =>
    sameEntries(toScaleEntries(input ?? [], defaultPaths), expected),
  TestTransformingManagedFieldsToParent: ({ parent, subresource, expected }: ScaleRow) =>
    sameEntries(toParentEntries(parent ?? [], subresource ?? [], defaultPaths, 'apps/v1'), expected),
  TestTransformingManagedFieldsToParentMultiVersion: ({
    parent,
    subresource,
    expected,
    mappings = {},
    groupVersion,
  }: ScaleRow) => {
    const paths = Object.fromEntries(
      Object.entries(mappings).map(([version, path]) => [version, path?.map(element) ?? null]),
    )
    return sameEntries(
      toParentEntries(
        parent ?? [],
        subresource ?? [],
        paths,
        `${groupVersion?.Group}/${groupVersion?.Version}`,
      ),
      expected,
    )
  },
})
