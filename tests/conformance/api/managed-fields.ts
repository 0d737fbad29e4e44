import { parse as parseYaml } from 'yaml'
import type { Json, JsonObject } from '../../../src/kernel/api/objects.ts'
import { compareTyped } from '../../../src/kernel/api/managed-fields/compare.ts'
import {
  difference as setDifference,
  equalSets,
  fromFieldsV1,
  hasPath,
  intersection,
  isEmptySet,
  leaves,
  recursiveDifference,
  toFieldsV1,
  union,
  withNamedFields,
  type FieldSet,
} from '../../../src/kernel/api/managed-fields/field-set.ts'
import { fieldSetOfValue } from '../../../src/kernel/api/managed-fields/field-set-of.ts'
import { deducedType, type ManagedType } from '../../../src/kernel/api/managed-fields/managed-type.ts'
import { mergeTyped } from '../../../src/kernel/api/managed-fields/merge.ts'
import {
  compareElements,
  fieldElement,
  keyElement,
  printPath,
  valueElement,
  type PathElement,
} from '../../../src/kernel/api/managed-fields/path-element.ts'
import { reconcileWithSchema } from '../../../src/kernel/api/managed-fields/reconcile.ts'
import { extractItems, removeItems } from '../../../src/kernel/api/managed-fields/remove.ts'
import {
  applyManaged,
  ConflictError,
  updateManaged,
  type Managers,
  type Versions,
  type VersionedObject,
} from '../../../src/kernel/api/managed-fields/updater.ts'
import { validateValue } from '../../../src/kernel/api/managed-fields/validate.ts'
import {
  difference,
  notApplicable,
  show,
  type OracleSuite,
  type ReadOracleFile,
  type Verdict,
} from '../suite.ts'
import { vectorSuite, type VectorCheck } from '../vector.ts'
import { errorOf } from './errors.ts'
import { schemaFromGo, schemaFromYaml, type SmdSchema } from './smd-schema.ts'

type Fields = JsonObject

interface GoElement {
  readonly FieldName?: string
  readonly Key?: readonly { Name: string; Value: { Value?: Json } }[]
  readonly Value?: { Value?: Json }
  readonly Index?: number
}

const element = ({ FieldName, Key, Value, Index }: GoElement): PathElement => {
  if (FieldName !== undefined) return fieldElement(FieldName)
  if (Key)
    return keyElement(Object.fromEntries(Key.map(({ Name, Value: { Value: item = null } }) => [Name, item])))
  return Value ? valueElement(Value.Value ?? null) : `i:${Index ?? 0}`
}

const set = (fields: Fields | undefined): FieldSet => fromFieldsV1(fields ?? {})

const sameSet = (got: FieldSet, want: Fields | undefined): Verdict =>
  equalSets(prunedOf(got), prunedOf(set(want)))
    ? undefined
    : `got ${show(toFieldsV1(got))}, want ${show(want)}`

/** Without children that hold nothing. */
const prunedOf = (from: FieldSet): FieldSet => fromFieldsV1(toFieldsV1(from))

const prefix = 'structured-merge-diff__v4__'

export const elementSuite = vectorSuite(`${prefix}fieldpath__element_test`, {
  TestPathElementLess: ({ a, b, eq = false }: { a: GoElement; b: GoElement; eq?: boolean }) =>
    difference(Math.sign(compareElements(element(a), element(b))), eq ? 0 : -1),
})

export const fromValueSuite = vectorSuite(`${prefix}fieldpath__fromvalue_test`, {
  TestFromValue: 'sets guessed from values without a type: upstream itself does not use them any more',
})

export const pathSuite = vectorSuite(`${prefix}fieldpath__path_test`, {
  TestPathString: ({ fp, expect }: { fp: GoElement[]; expect: string }) =>
    difference(printPath(fp.map(element)), expect),
})

interface GoVersionedSet {
  readonly apiVersion: string
  readonly set?: Fields
}

type GoManagers = Readonly<Record<string, GoVersionedSet>>

export const managersSuite = vectorSuite(`${prefix}fieldpath__managers_test`, {
  TestManagersEquals: 'compares tests’ expectations: our managers are plain maps',
  TestManagersDifference: 'compares tests’ expectations: our managers are plain maps',
})

export const setSuite = vectorSuite(`${prefix}fieldpath__set_test`, {
  TestSetInsertHas: ({
    set: fields,
    check,
    expectMembership = false,
  }: {
    set: Fields
    check: GoElement[]
    expectMembership?: boolean
  }) => difference(hasPath(set(fields), check.map(element)), expectMembership),
  TestSetString: ({ set: fields, expect }: { set: Fields; expect: string }) =>
    difference(show(fields), expect),
  TestSetIterSize: ({ set: fields }: { set: Fields }) => sameSet(set(fields), fields),
  TestSetEquals: ({ a, b, equal = false }: { a: Fields; b: Fields; equal?: boolean }) =>
    difference(equalSets(set(a), set(b)), equal),
  TestSetUnion: ({ a, b, expect }: { a: Fields; b: Fields; expect: Fields }) =>
    sameSet(union(set(a), set(b)), expect),
  TestSetIntersection: ({ a, b, expect }: { a: Fields; b: Fields; expect: Fields }) =>
    sameSet(intersection(set(a), set(b)), expect),
  TestSetLeaves: ({ input, expected }: { input: Fields; expected: Fields }) =>
    sameSet(leaves(set(input)), expected),
  TestSetDifference: (row: {
    a: Fields
    b: Fields
    expectDifference?: Fields
    expectRecursiveDifference?: Fields
  }) =>
    sameSet(setDifference(set(row.a), set(row.b)), row.expectDifference ?? {}) ??
    sameSet(recursiveDifference(set(row.a), set(row.b)), row.expectRecursiveDifference ?? {}),
  TestSetNodeMapIterate: 'iterates a Go map',
  TestEnsureNamedFieldsAreMembers: (row: { set: Fields; expected: Fields }) =>
    sameSet(withNamedFields(set(row.set), namedFieldsType), row.expected),
  TestFilterByPattern: ({ input, filter, expect }: { input: Fields; filter: unknown; expect: Fields }) =>
    filter
      ? notApplicable('patterns with wildcards, which Kubernetes 1.32 does not use')
      : sameSet(set(input), expect),
})

/** The schema of TestEnsureNamedFieldsAreMembers (fieldpath/set_test.go). */
const namedFieldsType: ManagedType = schemaFromYaml(`
types:
- name: type
  map:
    fields:
      - name: named
        type: {namedType: type}
      - name: list
        type:
          list:
            elementRelationShip: associative
            keys: ["name"]
            elementType: {namedType: type}
      - name: value
        type: {scalar: numeric}
    elementType: {namedType: type}
`).root()

/** Some texts have a brace too many, which Go's parser does not mind. */
const yaml = (text: string): Json =>
  (parseYaml(text.endsWith('}') && !balanced(text) ? text.slice(0, -1) : text) ?? null) as Json

const balanced = (text: string): boolean => text.split('{').length === text.split('}').length

const typeOfRow = (row: { schema?: string; rootTypeName?: string }): ManagedType =>
  row.schema ? schemaFromYaml(row.schema).type(row.rootTypeName ?? '') : deducedType

/** The first of several checks that fails. */
const each = <T>(rows: readonly T[] | undefined, check: (row: T) => Verdict): Verdict =>
  (rows ?? []).map((row) => ({ row, verdict: check(row) })).find(({ verdict }) => typeof verdict === 'string')
    ?.verdict

type Typed<T> = T & { readonly schema?: string; readonly rootTypeName?: string }

export const comparisonSuite = vectorSuite(`${prefix}typed__comparison_test`, {
  TestComparisonExcludeFields: (row: Record<string, Record<string, Fields>>) => {
    const { Comparison = {}, Remove, Expect = {} } = row
    const from = (fields: Fields | undefined) =>
      recursiveDifference(set(fields), set(Remove as unknown as Fields))
    return each(['Added', 'Modified', 'Removed'], (name) =>
      sameSet(from(Comparison[name]), Expect[name] ?? {}),
    )
  },
})

interface Triplet {
  readonly lhs: string
  readonly rhs: string
  readonly out: string
}

interface Quint {
  readonly lhs: string
  readonly rhs: string
  readonly removed: Fields
  readonly modified: Fields
  readonly added: Fields
}

const mergeCheck =
  (type: ManagedType) =>
  ({ lhs, rhs, out }: Triplet) =>
    difference(mergeTyped(yaml(lhs), yaml(rhs), type), yaml(out)) &&
    `${lhs} + ${rhs}: ${difference(mergeTyped(yaml(lhs), yaml(rhs), type), yaml(out))}`

const compareCheck =
  (type: ManagedType) =>
  ({ lhs, rhs, removed, modified, added }: Quint): Verdict => {
    const found = compareTyped(yaml(lhs), yaml(rhs), type)
    const verdict =
      sameSet(found.removed, removed) ?? sameSet(found.modified, modified) ?? sameSet(found.added, added)
    return typeof verdict === 'string' ? `${lhs} -> ${rhs}: ${verdict}` : verdict
  }

const setCheck =
  (type: ManagedType) =>
  ({ object, set: fields }: { object: string; set: Fields }): Verdict => {
    const verdict = sameSet(fieldSetOfValue(yaml(object), type), fields)
    return typeof verdict === 'string' ? `${object}: ${verdict}` : verdict
  }

export const typedMergeSuite = vectorSuite(`${prefix}typed__merge_test`, {
  TestMerge: (row: Typed<{ triplets?: Triplet[]; validateOptions?: unknown }>) =>
    each(row.triplets, mergeCheck(typeOfRow(row))),
})

export const typedSymdiffSuite = vectorSuite(`${prefix}typed__symdiff_test`, {
  TestSymdiff: (row: Typed<{ quints?: Quint[] }>) => each(row.quints, compareCheck(typeOfRow(row))),
})

export const typedToSetSuite = vectorSuite(`${prefix}typed__toset_test`, {
  TestToFieldSet: (row: Typed<{ pairs?: { object: string; set: Fields }[] }>) =>
    each(row.pairs, setCheck(typeOfRow(row))),
})

export const typedDeducedSuite = vectorSuite(`${prefix}typed__deduced_test`, {
  TestValidateDeducedType: (object: string) => errorOf(() => validateValue(yaml(object), deducedType)),
  TestMergeDeduced: mergeCheck(deducedType),
  TestToSetDeduced: setCheck(deducedType),
  TestSymdiffDeduced: compareCheck(deducedType),
})

export const typedValidateSuite = vectorSuite(`${prefix}typed__validate_test`, {
  TestSchemaValidation: (
    row: Typed<{ validObjects?: string[]; invalidObjects?: string[]; duplicatesObjects?: string[] }>,
  ) => {
    const type = typeOfRow(row)
    const error = (text: string, allowDuplicates = false) =>
      errorOf(() => validateValue(yaml(text), type, { allowDuplicates }))
    return (
      each(row.validObjects, (text) => error(text) && `${text}: ${error(text)}`) ??
      each(row.invalidObjects, (text) => (error(text, true) ? undefined : `${text}: no error`)) ??
      each(row.duplicatesObjects, (text) =>
        error(text) && !error(text, true) ? undefined : `${text}: ${error(text)}, ${error(text, true)}`,
      )
    )
  },
})

interface Quadruplet {
  readonly object: string
  readonly set: Fields
  readonly removeOutput?: string
  readonly extractOutput?: string
}

/** Some outputs are no valid values of the type: keys are gone. */
const output = (got: Json, want: string, type: ManagedType): Verdict => {
  if (want !== 'unparseable') return difference(got, yaml(want))
  return errorOf(() => validateValue(got, type)) ? undefined : `${show(got)} is valid`
}

export const typedRemoveSuite = vectorSuite(`${prefix}typed__remove_test`, {
  TestRemove: (row: Typed<{ quadruplets?: Quadruplet[] }>) => {
    const type = typeOfRow(row)
    return each(row.quadruplets, ({ object, set: fields, removeOutput = '', extractOutput = '' }) => {
      const verdict =
        output(removeItems(yaml(object), set(fields), type), removeOutput, type) ??
        output(extractItems(yaml(object), set(fields), type), extractOutput, type)
      return typeof verdict === 'string' ? `${object} ${show(fields)}: ${verdict}` : verdict
    })
  },
  TestReversibleExtract: (row: Typed<{ pairs?: { object: string; pso: string }[] }>) => {
    const type = typeOfRow(row)
    return each(row.pairs, ({ object, pso }) => {
      const merged = mergeTyped(yaml(object), yaml(pso), type)
      return difference(extractItems(merged, leaves(fieldSetOfValue(yaml(pso), type)), type), yaml(pso))
    })
  },
})

export const typedReconcileSuite = vectorSuite(`${prefix}typed__reconcile_schema_test`, {
  TestReconcileFieldSetWithSchema: (row: {
    newSchema: string
    rootTypeName: string
    oldFields: Fields
    fixedFields?: Fields
  }) => {
    const type = schemaFromYaml(row.newSchema).type(row.rootTypeName)
    return sameSet(reconcileWithSchema(set(row.oldFields), type), row.fixedFields ?? row.oldFields)
  },
})

interface Operation {
  readonly $type: string
  readonly Manager: string
  readonly APIVersion?: string
  readonly Object?: string
  readonly Conflicts?: { readonly $error?: string } | null
  readonly Parser?: JsonObject
}

interface MergeRow {
  readonly Ops: readonly Operation[]
  readonly Object?: string
  readonly APIVersion?: string
  readonly Managed?: GoManagers
  readonly IgnoredFields?: Readonly<Record<string, Fields>>
  readonly IgnoreFilter?: Readonly<Record<string, { readonly $type: string; readonly excludeSet?: Fields }>>
}

/** Upstream's fixture: a live object and its managers, changed step by step. */
class State {
  live: VersionedObject | undefined
  managers: Managers = new Map()
  schema: SmdSchema
  readonly #row: MergeRow
  readonly #convert: Convert

  constructor(schema: SmdSchema, row: MergeRow, convert: Convert) {
    this.schema = schema
    this.#row = row
    this.#convert = convert
  }

  get versions(): Versions {
    const { IgnoredFields, IgnoreFilter } = this.#row
    return {
      typeOf: (version) => this.schema.type(version),
      convert: (object, version) => this.#convert(object.value, version),
      ignored: (version) => {
        const fields = IgnoredFields?.[version] ?? IgnoreFilter?.[version]?.excludeSet
        return fields && set(fields)
      },
    }
  }

  run(operation: Operation): void {
    const { $type, APIVersion: version = 'v1', Manager } = operation
    if ($type === 'fixture.ChangeParser') {
      this.schema = schemaFromGo(operation.Parser ?? {})
      return
    }
    const given = yaml(unindent(operation.Object ?? ''))
    const type = this.schema.type(version)
    validateValue(given, type, { allowDuplicates: $type === 'fixture.Update' })
    const before = this.live ?? { value: null, version }
    const live = { value: this.#convert(before.value, version) ?? null, version }
    if ($type === 'fixture.Update') {
      this.managers = updateManaged(this.versions, live, given, this.managers, Manager)
      this.live = { value: given, version }
      return
    }
    const config = $type === 'fixture.ExtractApply' ? this.#extracted(live, given, Manager) : given
    const force = $type !== 'fixture.Apply'
    const applied = applyManaged(this.versions, live, config, this.managers, Manager, force)
    this.managers = applied.managers
    this.live = { value: applied.value, version }
  }

  #extracted(live: VersionedObject, given: Json, manager: string): Json {
    const own = this.managers.get(manager)
    const type = this.schema.type(live.version)
    if (!this.live) return given
    return mergeTyped(extractItems(live.value, own ? leaves(own.set) : set({}), type), given, type)
  }
}

type Convert = (value: Json, version: string) => Json

const sameObject: Convert = (value) => value

/** multiple_appliers_test.go repeatingConverter: every key below the root is its first letter, as often as the version says. */
const repeatKeys: Convert = (value, version) => {
  const times = Number(version.slice(1))
  const rename = (item: Json): Json =>
    typeof item !== 'object' || item === null || Array.isArray(item)
      ? item
      : Object.fromEntries(
          Object.entries(item).map(([key, below]) => [
            (key[0] ?? '').repeat(times),
            rename((below ?? null) as Json),
          ]),
        )
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, below]) => [key, rename((below ?? null) as Json)]),
  )
}

/** multiple_appliers_test.go renamingConverter: `_v1` becomes `_v2`. */
const renameKeys: Convert = (value, version) =>
  JSON.parse(JSON.stringify(value).replace(/_v\d/g, `_${version}`)) as Json

const unindent = (text: string): string => {
  const lines = (text.startsWith('\n') ? text.slice(1) : text).split('\n')
  const tabs = /^\t*/.exec(lines[0] ?? '')?.[0] ?? ''
  return lines
    .map((line) => (line.startsWith(tabs) ? line.slice(tabs.length) : line.trim() === '' ? '' : line))
    .join('\n')
}

function play(row: MergeRow, schema: SmdSchema, convert: Convert): Verdict {
  const state = new State(schema, row, convert)
  for (const [i, operation] of row.Ops.entries()) {
    const want = operation.Conflicts?.$error
    const got = conflictOf(() => state.run(operation))
    if (want === undefined ? got !== undefined : sortLines(got) !== sortLines(want))
      return `step ${i}: ${got ?? 'no conflict'}, want ${want}`
  }
  const { live } = state
  if (row.Object !== undefined && row.Object !== '') {
    const version = row.APIVersion ?? live?.version ?? 'v1'
    const wanted = yaml(unindent(row.Object))
    const found = compareTyped(convert(live?.value ?? null, version), wanted, state.schema.type(version))
    if (!isEmptySet(found.added) || !isEmptySet(found.modified) || !isEmptySet(found.removed))
      return `object ${show(live?.value)}, want ${show(wanted)}`
  }
  return row.Managed ? sameManagers(state.managers, row.Managed) : undefined
}

const sortLines = (text: string | undefined): string => (text ?? '').split('\n').sort().join('\n')

function sameManagers(got: Managers, want: GoManagers): Verdict {
  const names = difference([...got.keys()].sort(), Object.keys(want).sort())
  if (names) return `managers ${names}`
  return each([...got], ([name, { set: fields, version }]) => {
    const verdict = sameSet(fields, want[name]?.set) ?? difference(version, want[name]?.apiVersion)
    return typeof verdict === 'string' ? `${name}: ${verdict}` : verdict
  })
}

function conflictOf(action: () => void): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (error instanceof ConflictError) return error.message
    throw error
  }
}

/** The parser that each test uses: `file#variable` in the schemas beside the vectors. */
const parsers: Readonly<Record<string, string>> = {
  TestUpdateSet: 'set_test.go/setFieldsParser',
  TestMultipleAppliersSet: 'key_test.go/associativeListParser',
  TestUpdateAssociativeLists: 'key_test.go/associativeListParser',
  TestUpdateLeaf: 'leaf_test.go/leafFieldsParser',
  TestDeduced: '',
  TestDefaultKeysFlat: 'default_keys_test.go/portListParser',
  TestDefaultKeysFlatErrors: 'default_keys_test.go/portListParser',
  TestDefaultKeysNested: 'default_keys_test.go/bookParser',
  TestDuplicates: 'duplicates_test.go/duplicatesParser',
  TestExtractApply: 'extract_apply_test.go/extractParser',
  TestFieldLevelOverrides: 'field_level_overrides_test.go/overrideStructTypeParser',
  TestMultipleAppliersNestedType: 'nested_test.go/nestedTypeParser',
  TestMultipleAppliersNestedUnion: 'nested_test.go/nestedTypeParser',
  TestMultipleAppliersRealConversion: 'nested_test.go/nestedTypeParser',
  TestUpdateNestedType: 'nested_test.go/nestedTypeParser',
  TestFilteredFieldsUsesVersions: 'nested_test.go/nestedTypeParser',
  TestIgnoredFieldsUsesVersions: 'nested_test.go/nestedTypeParser',
  TestIgnoredFields: '',
  TestFilteredFields: '',
  TestMultipleApplierAtomicMaps: 'multiple_appliers_test.go/atomicMapParser',
  testMultipleAppliersFieldUnsetting: 'multiple_appliers_test.go/structMultiversionParser',
  testMultipleAppliersFieldRenameConversions: 'multiple_appliers_test.go/structMultiversionParser',
  TestPreserveUnknown: 'preserve_unknown_test.go/preserveUnknownParser',
}

const converters: Readonly<Record<string, Convert>> = {
  TestMultipleAppliersRealConversion: repeatKeys,
  TestFilteredFieldsUsesVersions: repeatKeys,
  TestIgnoredFieldsUsesVersions: repeatKeys,
  testMultipleAppliersFieldUnsetting: renameKeys,
  testMultipleAppliersFieldRenameConversions: renameKeys,
}

interface SchemaEntry {
  readonly var?: string
  readonly schema: string
}

const schemasFile = 'vectors/structured-merge-diff-schemas.json'

function schemaFor(test: string, key: string | undefined, read: ReadOracleFile): SmdSchema | undefined {
  const all = JSON.parse(read(schemasFile) ?? '{}') as Record<string, SchemaEntry>
  const entries = Object.entries(all)
  if (test.includes('SchemaChanges')) {
    // The test goes from one of the file's two schemas to the other.
    const start = entries.find(
      ([name, { schema }]) =>
        name.includes('schema_change') && schema.includes('atomic') === (key === 'to-granular'),
    )
    return start && schemaFromYaml(start[1].schema)
  }
  const [file, name] = (parsers[test] ?? '').split('/')
  const found = entries.find(([entry, item]) => entry.includes(`/${file}#`) && item.var === name)
  return found && schemaFromYaml(found[1].schema)
}

const deducedSchema: SmdSchema = { type: () => deducedType, root: () => deducedType }

/** Merge scripts need the schemas that lie beside them. */
export const mergeScriptsSuite: OracleSuite = {
  pattern: new RegExp(`^vectors/${prefix}merge__.*_test\\.jsonl(\\.gz)?$`),
  run: (path, text, read) => {
    const check: VectorCheck = (row: MergeRow, { test, key }) => {
      const schema = parsers[test] === '' ? deducedSchema : schemaFor(test, key, read)
      if (!schema) return 'no schema known for this test'
      const run = () => play(row, schema, converters[test] ?? sameObject)
      if (!test.endsWith('Errors')) return run()
      return errorOf(run) === undefined ? 'no error' : undefined
    }
    const tests = new Set(
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { test: string }).test),
    )
    const file = path.replace(/^vectors\//, '').replace(/\.jsonl(\.gz)?$/, '')
    return vectorSuite(file, Object.fromEntries([...tests].map((test) => [test, check])), {
      acceptFunctions: true,
    }).run(path, text, read)
  },
}
