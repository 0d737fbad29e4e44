import { fieldPathValue, formatMap, splitSubscript } from '../../../src/kernel/api/field-path.ts'
import type { KubeObject } from '../../../src/kernel/api/objects.ts'
import { difference, notApplicable, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { errorOf, expectError } from './errors.ts'

export const fieldPathSuite = vectorSuite('pkg__fieldpath__fieldpath_test', {
  TestExtractFieldPathAsString: (row: {
    obj: { metadata?: KubeObject['metadata'] } | string
    fieldPath: string
    expectedValue?: string
    expectedMessageFragment?: string
  }): Verdict => {
    if (typeof row.obj === 'string') return notApplicable('every object has metadata here')
    const { metadata = { name: '' } } = row.obj
    if (row.expectedMessageFragment)
      return expectError(
        errorOf(() => fieldPathValue(metadata, row.fieldPath)),
        [row.expectedMessageFragment],
      )
    return difference(fieldPathValue(metadata, row.fieldPath), row.expectedValue)
  },
  TestSplitMaybeSubscriptedPath: (row: {
    fieldPath: string
    expectedOK?: boolean
    expectedPath?: string
    expectedSubscript?: string
  }) =>
    difference(
      splitSubscript(row.fieldPath),
      row.expectedOK ? [row.expectedPath ?? '', row.expectedSubscript ?? ''] : undefined,
    ),
  TestFormatMap: ({ args, wantFmtStr = '' }: { args?: { m: Record<string, string> }; wantFmtStr?: string }) =>
    difference(formatMap(args?.m), wantFmtStr),
})

const goTypes = 'converts between types of Go that stand only in the test'

export const unstructuredHelpersSuite = vectorSuite(
  'apimachinery__pkg__apis__meta__v1__unstructured__helpers_test',
  { TestNestedNumberAsFloat64: 'numbers have one type here' },
)

export const unstructuredConversionSuite = vectorSuite(
  'apimachinery__pkg__apis__meta__v1__unstructured__unstructured_conversion_test',
  {
    TestObjectToUnstructuredConversion: goTypes,
    TestUnstructuredToGVConversion: goTypes,
    TestUnstructuredToObjectConversion: goTypes,
  },
)

export const serializerSuite = vectorSuite('apimachinery__pkg__runtime__serializer__json__json_test', {
  TestDecode: 'decodes by mocks of a typer and a creater that the row shows no more of than their Go names',
  TestEncode: 'writes objects of Go that the row does not show',
})
