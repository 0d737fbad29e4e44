import type { Condition, ManagedFieldsEntry, ObjectMeta, OwnerReference } from 'kubernetes-types/meta/v1'
import { parse as parseYaml } from 'yaml'
import { validateConditions } from '../../../src/kernel/api/conditions-validation.ts'
import {
  humanDuration,
  parseDurationMs,
  parseDurationNs,
  printDurationNs,
  shortHumanDuration,
} from '../../../src/kernel/api/duration.ts'
import { printFieldError, type FieldError } from '../../../src/kernel/api/field-error.ts'
import {
  intOrPercent,
  parseIntOrString,
  scaledFromPercent,
  type IntOrString,
} from '../../../src/kernel/api/int-or-string.ts'
import {
  isCIDR,
  ipFamily,
  validateCIDR,
  validateFullyQualifiedDomainName,
  validateFullyQualifiedName,
  validateIP,
} from '../../../src/kernel/api/ip.ts'
import { validateLabels, validateLabelSelector } from '../../../src/kernel/api/label-validation.ts'
import type { LabelSelectorObject, LabelSet } from '../../../src/kernel/api/labels.ts'
import { validateManagedFields } from '../../../src/kernel/api/managed-fields-validation.ts'
import { maskTrailingDash, validateInRange } from '../../../src/kernel/api/names.ts'
import {
  validateAnnotations,
  validateFinalizers,
  validateObjectMetaUpdate,
  validateOwnerReferences,
} from '../../../src/kernel/api/object-meta-validation.ts'
import { groupVersionOf } from '../../../src/kernel/api/objects.ts'
import {
  validateDeleteOptions,
  validatePatchOptions,
  type DeleteOptionsObject,
  type WriteOptions,
} from '../../../src/kernel/api/options-validation.ts'
import { formatMicroTime, formatTime, parseTime } from '../../../src/kernel/api/time.ts'
import {
  highestSupportedVersion,
  offsetMinor,
  parseGeneric,
  parseSemantic,
  parseVersion,
  printVersion,
} from '../../../src/kernel/api/version.ts'
import { difference, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { errorOf, expectError } from './errors.ts'

const cbor = 'CBOR'
const goMemory = 'pointers and zero values of Go'
const proto = 'protobuf of Go structs'

const printed = (text: string): string => printDurationNs(parseDurationNs(text))

export const durationSuite = vectorSuite('apimachinery__pkg__apis__meta__v1__duration_test', {
  TestDurationMarshalYAML: ({ input, result }: { input: string; result: string }) =>
    difference(`d: ${printed(input)}\n`, result),
  TestDurationUnmarshalYAML: ({ input, result = '0s' }: { input: string; result?: string }) =>
    difference(printed((parseYaml(input) as { d: string }).d), result),
  TestDurationMarshalJSON: ({ input, result }: { input: string; result: string }) =>
    difference(JSON.stringify({ d: printed(input) }), result),
  TestDurationUnmarshalJSON: ({ input, result = '0s' }: { input: string; result?: string }) =>
    difference(printed((JSON.parse(input) as { d: string }).d), result),
  TestDurationMarshalJSONUnmarshalYAML: ({ input }: { input: string }) => difference(printed(input), input),
})

export const humanDurationSuite = vectorSuite('apimachinery__pkg__util__duration__duration_test', {
  TestHumanDuration: ({ d = '0s', want }: { d?: string; want: string }) =>
    difference(humanDuration(parseDurationMs(d)), want),
  TestHumanDurationBoundaries: ({ d = '0s', want }: { d?: string; want: string }) =>
    difference(humanDuration(parseDurationMs(d)), want),
  TestShortHumanDurationBoundaries: ({ d = '0s', want }: { d?: string; want: string }) =>
    difference(shortHumanDuration(parseDurationMs(d)), want),
})

/** `t: ...` or `{"t": ...}`, as both times and micro times are tested. */
const timeIn = (text: string): number | undefined => {
  const { t } = parseYaml(text, { schema: 'failsafe' }) as { t: string }
  return t === 'null' ? undefined : parseTime(t)
}

interface Pair {
  readonly x?: string
  readonly y?: string
  readonly result?: boolean
}

const equal = ({ x, y, result = false }: Pair): Verdict =>
  difference((x && parseTime(x)) === (y && parseTime(y)), result)

/** The rows of different precision compare now with now cut to seconds; the texts alone say so. */
const before = ({ x, y, result = false }: Pair): Verdict =>
  difference(x !== undefined && y !== undefined && (parseTime(x) ?? 0) < (parseTime(y) ?? 0), result)

const timeChecks = (name: string, format: (ms: number) => string) => {
  const show = (ms: number | undefined) => (ms === undefined ? undefined : format(ms))
  const reprint = (text: string | undefined) =>
    text === undefined ? 'null' : JSON.stringify(show(parseTime(text)))
  return {
    [`Test${name}MarshalYAML`]: ({ input, result }: { input?: string; result: string }) =>
      difference(`t: ${reprint(input)}\n`, result),
    [`Test${name}UnmarshalYAML`]: ({ input, result }: { input: string; result?: string }) =>
      difference(show(timeIn(input)), result),
    [`Test${name}MarshalJSON`]: ({ input, result }: { input?: string; result: string }) =>
      difference(`{"t":${reprint(input)}}`, result),
    [`Test${name}UnmarshalJSON`]: ({ input, result }: { input: string; result?: string }) =>
      difference(show(timeIn(input)), result),
    [`Test${name}MarshalCBOR`]: cbor,
    [`Test${name}UnmarshalCBOR`]: cbor,
    [`Test${name}Proto`]: proto,
    [`Test${name}Equal`]: equal,
    [`Test${name}Before`]: before,
    [`Test${name}IsZero`]: goMemory,
  }
}

export const timeSuite = vectorSuite(
  'apimachinery__pkg__apis__meta__v1__time_test',
  timeChecks('Time', formatTime),
)

export const microTimeSuite = vectorSuite('apimachinery__pkg__apis__meta__v1__micro_time_test', {
  ...timeChecks('MicroTime', formatMicroTime),
  TestMicroTimeEqualTime: 'compares instants of more precision than the row shows',
  TestMicroTimeBeforeTime: 'compares instants of more precision than the row shows',
  TestMicroTimeUnmarshalJSONAndProtoEqual: proto,
  TestMicroTimeProtoUnmarshalRaw: proto,
})

export const intOrStringSuite = vectorSuite('apimachinery__pkg__util__intstr__intstr_test', {
  TestIntOrStringUnmarshalJSON: ({ input, result }: { input: string; result: IntOrString }) =>
    difference((JSON.parse(input) as { val: IntOrString }).val, result),
  TestIntOrStringMarshalJSON: ({ input, result }: { input: IntOrString; result: string }) =>
    difference(JSON.stringify({ val: input }), result),
  TestIntOrStringMarshalJSONUnmarshalYAML: ({ input }: { input: IntOrString }) =>
    difference((parseYaml(JSON.stringify({ val: input })) as { val: IntOrString }).val, input),
  TestGetIntFromIntOrString: (row: {
    input: IntOrString
    expectErr?: boolean
    expectVal?: number
    expectPerc?: boolean
  }) => {
    if (row.expectErr) return errorOf(() => intOrPercent(row.input)) ? undefined : 'no error'
    return difference(intOrPercent(row.input), {
      number: row.expectVal ?? 0,
      percent: row.expectPerc ?? false,
    })
  },
  TestGetIntFromIntOrPercent: (row: {
    input: IntOrString
    expectErr?: boolean
    expectVal?: number
    total?: number
    roundUp?: boolean
  }) => {
    const scale = () => scaledFromPercent(row.input, row.total ?? 0, row.roundUp ?? false)
    if (row.expectErr) return errorOf(scale) ? undefined : 'no error'
    return difference(scale(), row.expectVal ?? 0)
  },
  TestParse: ({ input, output = 0 }: { input: string; output?: IntOrString }) =>
    difference(parseIntOrString(input), output),
  TestMarshalCBOR: cbor,
  TestUnmarshalCBOR: cbor,
})

export const validationSuite = vectorSuite('apimachinery__pkg__util__validation__validation_test', {
  TestIsInRange: ({ value = 0, min = 0, max = 0 }, { line }) =>
    difference(validateInRange(value, min, max).length === 0, line < 170),
  TestIsValidIP: ({ in: text = '', family, err }: { in?: string; family?: number; err?: string }) =>
    err ? expectAll(validateIP(text, ''), [err]) : difference(ipFamily(text), family),
  TestIsValidCIDR: ({ in: text = '', err }: { in?: string; err?: string }) =>
    err ? expectAll(validateCIDR(text, ''), [err]) : difference(isCIDR(text), true),
  TestIsFullyQualifiedName: ({ targetName = '', err }: { targetName?: string; err?: string }) =>
    expectAll(validateFullyQualifiedName(targetName, ''), err ? [err] : []),
  TestIsFullyQualifiedDomainName: ({ targetName = '', err }: { targetName?: string; err?: string }) =>
    expectAll(validateFullyQualifiedDomainName(targetName, ''), err ? [err] : []),
})

export const genericValidationSuite = vectorSuite('apimachinery__pkg__api__validation__generic_test', {
  TestMaskTrailingDash: ({ beforeMasking = '', expectedAfterMasking = '' }) =>
    difference(maskTrailingDash(beforeMasking), expectedAfterMasking),
})

export const objectMetaSuite = vectorSuite('apimachinery__pkg__api__validation__objectmeta_test', {
  TestValidateObjectMetaOwnerReferences: (row: {
    ownerReferences: OwnerReference[]
    expectError?: boolean
    expectedErrorMessage?: string
  }) =>
    expectAll(
      validateOwnerReferences(row.ownerReferences, 'field'),
      row.expectError ? [row.expectedErrorMessage ?? ''] : [],
    ),
  TestValidateFinalizersUpdate: ({
    New,
    Old,
    ExpectedErr = '',
  }: {
    New: ObjectMeta
    Old: ObjectMeta
    ExpectedErr?: string
  }) =>
    expectAll(
      validateObjectMetaUpdate(zeroTime(New), zeroTime(Old), 'field'),
      ExpectedErr ? [ExpectedErr] : [],
    ),
  TestValidateFinalizersPreventConflictingFinalizers: ({
    ObjectMeta: meta,
    ExpectedErr = '',
  }: {
    ObjectMeta: ObjectMeta
    ExpectedErr?: string
  }) => expectAll(validateFinalizers(meta.finalizers ?? [], 'field'), ExpectedErr ? [ExpectedErr] : []),
  TestValidateObjectMetaUpdatePreventsDeletionFieldMutation: updateRow,
  TestObjectMetaGenerationUpdate: updateRow,
  TestValidateAnnotations: ({ annotations, expect }: { annotations: LabelSet; expect?: string }) =>
    expectAll(validateAnnotations(annotations, 'field'), expect ? [expect] : []),
})

export const metaValidationSuite = vectorSuite(
  'apimachinery__pkg__apis__meta__v1__validation__validation_test',
  {
    TestValidateLabels: ({ labels, expect }: { labels: LabelSet; expect?: string }) =>
      expectAll(validateLabels(labels, 'field'), expect ? [expect] : []),
    TestValidateDeleteOptionsWithIgnoreStoreReadError: ({
      opts,
      expectedErrors,
    }: {
      opts: DeleteOptionsObject
      expectedErrors: { $error: string }[]
    }) =>
      difference(
        validateDeleteOptions(opts).map(printFieldError),
        expectedErrors.map(({ $error }) => $error),
      ),
    TestValidPatchOptions: ({ opts = {}, patchType }: { opts?: WriteOptions; patchType: string }) =>
      expectAll(validatePatchOptions(opts, patchType), []),
    TestInvalidPatchOptions: ({ opts = {}, patchType }: { opts?: WriteOptions; patchType: string }) =>
      validatePatchOptions(opts, patchType).length ? undefined : 'no error',
    TestValidateManagedFieldsInvalid: (entry: ManagedFieldsEntry) =>
      validateManagedFields([entry], 'field').length ? undefined : 'no error',
    TestValidateMangedFieldsValid: (entry: ManagedFieldsEntry) =>
      expectAll(validateManagedFields([entry], 'field'), []),
    TestValidateConditions: ({ conditions, name }: { conditions: Partial<Condition>[]; name: string }) => {
      // What the row expects is a Go function; its name says what the function asks for.
      const texts = validateConditions(conditions, 'status.conditions').map(printFieldError)
      const about = (word: string) => texts.some((text) => text.includes(word))
      if (name.endsWith('allowed-in-reason')) return about('].reason: Invalid') ? texts.join('; ') : undefined
      return about(name === 'duplicates' ? 'Duplicate value' : 'must be greater than or equal to zero')
        ? undefined
        : texts.join('; ')
    },
    TestLabelSelectorMatchExpression: ({
      labelSelector,
      wantErrorNumber = 0,
    }: {
      labelSelector: LabelSelectorObject
      wantErrorNumber?: number
    }) => difference(validateLabelSelector(labelSelector, 'selector').length, wantErrorNumber),
  },
  { acceptFunctions: true },
)

export const groupVersionSuite = vectorSuite('apimachinery__pkg__apis__meta__v1__group_version_test', {
  TestGroupVersionUnmarshalJSON: ({ input, expect }: { input: string; expect: string }) =>
    difference(
      groupVersionOf((JSON.parse(input) as { val: string }).val)
        .filter(Boolean)
        .join('/'),
      expect,
    ),
  TestGroupVersionMarshalJSON: ({ input, expect }: { input: string; expect: string }) =>
    difference(JSON.stringify({ val: groupVersionOf(input).filter(Boolean).join('/') }), expect),
})

export const metaConversionSuite = vectorSuite('apimachinery__pkg__apis__meta__v1__conversion_test', {
  TestConvertSliceStringToDeletionPropagation:
    'the first of repeated query parameters: the language of URLs, not ours',
  TestConvertSliceStringToPointerTime:
    'the first of repeated query parameters: the language of URLs, not ours',
})

export const metaTypesSuite = vectorSuite('apimachinery__pkg__apis__meta__v1__types_test', {
  TestVerbsMarshalJSON: goMemory,
  TestVerbsJsonIterUnmarshalJSON: goMemory,
  TestVerbsUnmarshalJSON: goMemory,
  TestVerbsProto: proto,
})

export const collectionsSuite = vectorSuite(
  'apimachinery__pkg__runtime__serializer__json__collections_test',
  {
    testCollectionsEncoding: 'how Go streams lists of typed structs',
  },
)

export const versionSuite = vectorSuite('apimachinery__pkg__util__version__version_test', {
  TestSemanticVersions: ({ version, unparsed }: { version: string; unparsed?: string }) =>
    difference(printVersion(parseSemantic(version)), unparsed ?? version.trim()),
  TestGenericVersions: ({ version, unparsed }: { version: string; unparsed?: string }) =>
    difference(printVersion(parseGeneric(version)), unparsed ?? version.trim()),
  TestComponents: (row: {
    version: string
    semver?: boolean
    expectedComponents: number[]
    expectedPreRelease?: string
    expectedBuildMetadata?: string
  }) => versionParts(row.semver ? parseSemantic(row.version) : parseGeneric(row.version), row),
  TestHighestSupportedVersion: (row: {
    versions: string[]
    shouldFail?: boolean
    expectedHighestSupportedVersion?: string
  }) => {
    if (row.shouldFail) return errorOf(() => highestSupportedVersion(row.versions)) ? undefined : 'no error'
    return difference(
      printVersion(highestSupportedVersion(row.versions)),
      row.expectedHighestSupportedVersion,
    )
  },
  TestOffsetMinor: ({
    version,
    diff = 0,
    expectedComponents,
  }: {
    version: string
    diff?: number
    expectedComponents: number[]
  }) => difference(offsetMinor(parseGeneric(version), diff).components, expectedComponents),
  TestParse: (row: { version: string; expectErr?: boolean; expectedComponents?: number[] }) => {
    if (row.expectErr) return errorOf(() => parseVersion(row.version)) ? undefined : 'no error'
    return versionParts(parseVersion(row.version), row)
  },
})

type Version = ReturnType<typeof parseVersion>

function versionParts(
  version: Version,
  row: { expectedComponents?: number[]; expectedPreRelease?: string; expectedBuildMetadata?: string },
): Verdict {
  const { components, preRelease, build } = version
  return difference(
    [components, preRelease, build],
    [row.expectedComponents, row.expectedPreRelease ?? '', row.expectedBuildMetadata ?? ''],
  )
}

function updateRow({
  New,
  Old,
  ExpectedErrs,
}: {
  New: ObjectMeta
  Old: ObjectMeta
  ExpectedErrs: string[]
}): Verdict {
  return difference(validateObjectMetaUpdate(New, Old, 'field').map(printFieldError), ExpectedErrs)
}

function expectAll(errors: readonly FieldError[], want: readonly string[]): Verdict {
  return expectError(errors.length ? errors.map(printFieldError).join('; ') : undefined, want)
}

/** A Go pointer to the zero time is written as null, but it is set. */
const zeroTime = (meta: ObjectMeta): ObjectMeta =>
  'deletionTimestamp' in meta
    ? { ...meta, deletionTimestamp: meta.deletionTimestamp ?? '0001-01-01T00:00:00Z' }
    : meta
