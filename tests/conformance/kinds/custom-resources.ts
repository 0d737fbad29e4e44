import { cellForJson, customColumns } from '../../../src/kernel/api/crd/columns.ts'
import { customKind } from '../../../src/kernel/api/crd/custom-kind.ts'
import { withDefaults, withoutNulls } from '../../../src/kernel/api/crd/defaulting.ts'
import type { CustomResourceDefinition } from '../../../src/kernel/api/crd/definition.ts'
import { validateLists } from '../../../src/kernel/api/crd/list-types.ts'
import { prune } from '../../../src/kernel/api/crd/pruning.ts'
import { compileRules } from '../../../src/kernel/api/crd/rules.ts'
import type { Schema } from '../../../src/kernel/api/crd/schema.ts'
import { validateCompleteness, validateSchemaDefaults } from '../../../src/kernel/api/crd/structural.ts'
import { validateRules } from '../../../src/kernel/api/crd/validate-rules.ts'
import { validateChange, validateValue } from '../../../src/kernel/api/crd/validate-value.ts'
import { printFieldError } from '../../../src/kernel/api/field-error.ts'
import type { KindDefinition } from '../../../src/kernel/api/kind.ts'
import type { Json, KubeObject } from '../../../src/kernel/api/objects.ts'
import { difference, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { schemaOfGo } from './go-schema.ts'

const file = (name: string) => `apiextensions-apiserver__pkg__${name}_test`
const schemaFile = (name: string) => file(`apiserver__schema__${name}`)

interface Changed {
  readonly json: string
  readonly schema?: unknown
  readonly expected: string
}

const changed =
  (change: (value: Json, schema: Schema | undefined) => Json) =>
  ({ json, schema, expected }: Changed): Verdict =>
    difference(change(JSON.parse(json), schemaOfGo(schema)), JSON.parse(expected))

export const crdDefaultingSuite = vectorSuite(schemaFile('defaulting__algorithm'), {
  TestDefault: changed(withDefaults),
})

export const crdNullsSuite = vectorSuite(schemaFile('defaulting__prunenulls'), {
  TestPruneNonNullableNullsWithoutDefaults: changed(withoutNulls),
})

export const crdDefaultValidationSuite = vectorSuite(schemaFile('defaulting__validation'), {
  TestDefaultValidationWithCostBudget: ({ input }: { input: { OpenAPIV3Schema: unknown } }) => {
    const errors = validateSchemaDefaults(schemaOfGo(input.OpenAPIV3Schema)!, 'root')
    return errors.length ? printFieldError(errors[0]!) : undefined
  },
})

interface ListCase {
  readonly obj?: Json
  readonly schema?: unknown
  readonly errors?: readonly { readonly errorType: string; readonly path: { readonly $string: string } }[]
}

export const crdListTypeSuite = vectorSuite(schemaFile('listtype__validation'), {
  TestValidateListSetsAndMaps: ({ obj = null, schema, errors = [] }: ListCase) => {
    const got = validateLists(obj, schemaOfGo(schema), 'root').map(({ type, field }) => `${type} ${field}`)
    return difference(got.sort(), errors.map(({ errorType, path }) => `${errorType} ${path.$string}`).sort())
  },
})

interface PruneCase {
  readonly json: string
  readonly schema?: unknown
  readonly isResourceRoot?: boolean
  readonly expectedObject: string
  readonly expectedPruned?: readonly string[]
}

export const crdPruningSuite = vectorSuite(schemaFile('pruning__algorithm'), {
  TestPrune: ({ json, schema, isResourceRoot = false, expectedObject, expectedPruned = [] }: PruneCase) => {
    const { value, unknown } = prune(JSON.parse(json), schemaOfGo(schema), isResourceRoot)
    return difference(value, JSON.parse(expectedObject)) ?? difference(unknown, expectedPruned)
  },
})

interface CompletenessCase {
  readonly schema: unknown
  readonly options?: { readonly AllowValidationPropertiesWithAdditionalProperties?: boolean }
  readonly error?: string
}

export const crdStructureSuite = vectorSuite(schemaFile('validation'), {
  TestValidateStructuralCompleteness: ({ schema, options, error }: CompletenessCase) => {
    if (options?.AllowValidationPropertiesWithAdditionalProperties)
      return { notApplicable: 'an option that only the code generators of built-in types use' }
    const got = validateCompleteness(schemaOfGo(schema)!, '').map(printFieldError)
    return difference(got, error ? [error] : [])
  },
})

interface ObjectCase {
  readonly schema: unknown
  readonly objects?: readonly Json[]
  readonly oldObjects?: readonly Json[]
  readonly failingObjects?: readonly { object: Json; oldObject?: Json; expectErrs: readonly string[] }[]
}

function errorsOf(schema: Schema, object: Json, old: Json | undefined): string[] {
  const rules = compileRules(schema, false)
  const values = old === undefined ? validateValue(object, schema) : validateChange(object, old, schema)
  return [...values, ...(rules ? validateRules(rules, object, old) : [])].map(printFieldError)
}

export const crdValidationSuite = vectorSuite(file('apiserver__validation__validation'), {
  TestValidateCustomResource: (item: ObjectCase) => {
    const schema = schemaOfGo(item.schema)!
    for (const [i, object] of (item.objects ?? []).entries()) {
      const [error] = errorsOf(schema, object, item.oldObjects?.[i])
      if (error) return `${JSON.stringify(object)}: ${error}`
    }
    for (const { object, oldObject, expectErrs } of item.failingObjects ?? []) {
      const wrong = difference(errorsOf(schema, object, oldObject).sort(), [...expectErrs].sort())
      if (wrong) return `${JSON.stringify(object)}: ${wrong}`
    }
    return undefined
  },
  TestItemsProperty: ({ args }: { args: { schema: unknown; object: Json } }) =>
    errorsOf(schemaOfGo(args.schema)!, args.object, undefined)[0],
})

export const crdMetricsSuite = vectorSuite(file('apiserver__validation__metrics'), {
  TestMetrics: 'buckets of wall time that an update took',
})

const now = Date.parse('2026-11-20T07:14:04Z')

interface CellCase {
  readonly headerType: string
  readonly value?: Json
  readonly want?: Json
}

interface TableCase {
  readonly args: { readonly obj: { readonly items?: readonly KubeObject[] } & KubeObject }
  readonly fields: {
    readonly headers: readonly { readonly name: string; readonly type: string }[]
    readonly additionalColumns?: readonly {
      readonly name: string
      readonly parser: { readonly input: string }
    }[]
  }
  readonly want?: { readonly rows: readonly { readonly cells: readonly Json[] }[] }
}

export const crdTableSuite = vectorSuite(file('registry__customresource__tableconvertor__tableconvertor'), {
  Test_cellForJSONValue: ({ headerType, value = null, want = null }: CellCase) =>
    difference(cellForJson(headerType, value, now), want),
  Test_convertor_ConvertToTable: ({ args, fields, want }: TableCase) => {
    const more = (fields.additionalColumns ?? []).map(({ name, parser }, i) => ({
      name,
      type: fields.headers[i + 1]!.type,
      jsonPath: parser.input.slice(1, -1),
    }))
    const [name, ...others] = customColumns(more)
    const columns = [name!, ...(more.length ? others : [])]
    const rows = (args.obj.items ?? [args.obj]).map((object) => columns.map((one) => one.cell(object, now)))
    return difference(rows, want?.rows.map(({ cells }) => cells) ?? [])
  },
})

/** A kind of its own for one case. */
function kindWith(
  status: boolean,
  schema: Schema,
  selectable: readonly { readonly jsonPath: string }[] = [],
): KindDefinition {
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: schema },
    ...(status && { subresources: { status: {} } }),
    selectableFields: selectable,
  }
  const names = { kind: 'Foo', plural: 'foos', singular: 'foo' }
  const spec = { group: 'test', scope: 'Cluster', names, versions: [version] }
  return customKind({ metadata: {}, spec } as unknown as CustomResourceDefinition, version).definition
}

interface UpdateCase {
  readonly obj: KubeObject
  readonly old: KubeObject
  readonly expected: KubeObject
  readonly statusEnabled?: boolean
}

const bare = (object: KubeObject): KubeObject => ({ ...object, metadata: object.metadata ?? {} })

export const crdStrategySuite = vectorSuite(file('registry__customresource__strategy'), {
  TestStrategyPrepareForUpdate: ({ obj, old, expected, statusEnabled = false }: UpdateCase) => {
    const kind = kindWith(statusEnabled, {})
    const prepared = kind.prepareForUpdate!(bare(obj), bare(old), { now }) as KubeObject
    return difference(prepared, expected)
  },
  TestSelectableFields: ({ obj, selectableFields, expectFields }) => {
    const own = kindWith(false, {}, selectableFields).selectableFields?.(obj)
    return difference({ 'metadata.name': obj.metadata.name, ...own }, expectFields)
  },
})

export const crdStatusStrategySuite = vectorSuite(file('registry__customresource__status_strategy'), {
  TestPrepareForUpdate: ({ obj, old, expected }: UpdateCase) => {
    const { metadata: _, ...rest } = kindWith(true, {}).prepareForStatusUpdate!(bare(obj), bare(old), { now })
    return difference(rest, expected)
  },
  TestStatusStrategyValidateUpdate: ({ obj, old, isValid }: UpdateCase & { isValid?: boolean }) => {
    const numbers: Schema = { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'integer' } }
    const kind = kindWith(true, { type: 'object', properties: { numArray: numbers } })
    const errors = kind.validateStatusUpdate!({ ...bare(obj), apiVersion: 'test/v1' }, bare(old))
    return (errors.length === 0) === (isValid ?? false) ? undefined : errors.map(printFieldError).join()
  },
})
