import {
  labelSelectorAsMap,
  selectorFromObject,
  labelRequirement,
  matchesLabels,
  printSelector,
  selectorFromSet,
  selectorOf,
  exactMatch,
  type LabelOperator,
  type LabelRequirement,
  type LabelSelectorObject,
  type LabelSet,
} from '../../../src/kernel/api/labels.ts'
import {
  operatorOf,
  parseSelector,
  scanLabels,
  type LabelTokenKind,
} from '../../../src/kernel/api/label-parser.ts'
import { difference, show, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { errorOf, expectError } from './errors.ts'

interface GoRequirement {
  readonly key?: string
  readonly operator?: string
  readonly strValues?: readonly string[]
}

interface GoError {
  readonly $error: string
}

/** A Go requirement as ours; the zero value has an operator that no one knows. */
const requirement = ({ key = '', operator = '', strValues = [] }: GoRequirement): LabelRequirement => ({
  key,
  operator: operator as LabelOperator,
  values: strValues,
})

/** Upstream's iota. */
const tokenKinds: readonly LabelTokenKind[] = [
  'error',
  'end',
  ')',
  ',',
  '!',
  '==',
  '=',
  '>',
  'identifier',
  'in',
  '<',
  '!=',
  'notin',
  '(',
]

const tokens = (text: string, end: boolean): number[] =>
  scanLabels(text)
    .filter(({ kind }) => end || kind !== 'end')
    .map(({ kind }) => tokenKinds.indexOf(kind))

const expectErrors = (found: string | undefined, want: readonly GoError[] | undefined): Verdict =>
  expectError(
    found,
    want?.map(({ $error }) => $error),
  )

export const labelSelectorSuite = vectorSuite('apimachinery__pkg__labels__selector_test', {
  TestLexer: ({ s = '', t }: { s?: string; t: number }) =>
    difference(tokenKinds.indexOf(scanLabels(s)[0]?.kind ?? 'error'), t),
  TestLexerSequence: ({ s = '', t }: { s?: string; t: number[] }) => difference(tokens(s, false), t),
  TestParserLookahead: ({ s = '', t }: { s?: string; t: number[] }) => difference(tokens(s, true), t),
  TestParseOperator: ({ token, expectedError }: { token: string; expectedError?: GoError }) => {
    const [scanned] = scanLabels(token)
    return expectErrors(
      errorOf(() => scanned && operatorOf(scanned)),
      expectedError && [expectedError],
    )
  },
  TestRequirementConstructor: (row: { Key: string; Op: string; Vals?: string[]; WantErr?: GoError[] }) =>
    expectErrors(
      errorOf(() => labelRequirement(row.Key, row.Op as LabelOperator, row.Vals ?? [])),
      row.WantErr,
    ),
  TestToString: ({ In, Out, Valid }: { In: GoRequirement[]; Out: string; Valid?: boolean }) => {
    const same = printSelector({ requirements: In.map(requirement) }) === Out
    return same === (Valid ?? false) || !Valid
      ? undefined
      : `printed ${printSelector({ requirements: In.map(requirement) })}`
  },
  TestRequirementSelectorMatching: (row: { Match?: boolean; Sel: GoRequirement[]; Set: LabelSet }) =>
    difference(matchesLabels({ requirements: row.Sel.map(requirement) }, row.Set), row.Match ?? false),
  TestSetSelectorParser: ({
    In = '',
    Out,
    Valid = false,
    Match = false,
  }: {
    In?: string
    Out?: GoRequirement[]
    Valid?: boolean
    Match?: boolean
  }) => {
    const failure = errorOf(() => parseSelector(In))
    if (!Valid || failure) return Valid ? failure : failure ? undefined : 'parsed, should not'
    const same = !difference([...parseSelector(In).requirements], (Out ?? []).map(requirement))
    return same === Match ? undefined : `parsed ${show(parseSelector(In))}`
  },
  TestAdd: (row: {
    key: string
    operator: string
    values: string[]
    sel: GoRequirement[]
    refSelector: GoRequirement[]
  }) => {
    const added = labelRequirement(row.key, row.operator as LabelOperator, row.values)
    return difference(
      selectorOf([...row.sel.map(requirement), added]).requirements,
      row.refSelector.map(requirement),
    )
  },
  TestSafeSort: ({ in: given, inCopy, want }: { in: string[]; inCopy: string[]; want: string[] }) =>
    difference(
      printSelector(selectorOf([{ key: 'k', operator: 'in', values: given }])),
      `k in (${want.join(',')})`,
    ) ?? difference(given, inCopy),
  TestSetSelectorString: ({ set, out = '' }: { set: LabelSet; out?: string }) =>
    difference(printSelector(selectorFromSet(set)), out),
  TestRequiresExactMatch: (row: {
    sel: GoRequirement[]
    label: string
    expectedFound?: boolean
    expectedValue?: string
  }) =>
    difference(
      exactMatch({ requirements: row.sel.map(requirement) }, row.label),
      row.expectedFound ? (row.expectedValue ?? '') : undefined,
    ),
  TestValidatedSelectorFromSet: ({
    input,
    expectedSelector,
    expectedError,
  }: {
    input: LabelSet
    expectedSelector?: GoRequirement[]
    expectedError?: GoError[]
  }) => {
    const build = () => Object.entries(input).map(([key, value]) => labelRequirement(key, '=', [value]))
    if (expectedError) return expectErrors(errorOf(build), expectedError)
    return difference(build(), expectedSelector?.map(requirement))
  },
  TestRequirementEqual: ({ x, y, want = false }: { x: GoRequirement; y: GoRequirement; want?: boolean }) =>
    difference(!difference(requirement(x), requirement(y)), want),
})

export const labelsSuite = vectorSuite('apimachinery__pkg__labels__labels_test', {
  TestLabelHas: ({ Ls, Key, Has = false }: { Ls: LabelSet; Key: string; Has?: boolean }) =>
    difference(matchesLabels(selectorOf([{ key: Key, operator: 'exists', values: [] }]), Ls), Has),
  TestLabelConflict: 'plain maps: the language merges and looks up',
  TestLabelMerge: 'plain maps: the language merges and looks up',
  TestLabelSelectorParse: ({
    selector = '',
    labels,
    valid = false,
  }: {
    selector?: string
    labels: LabelSet
    valid?: boolean
  }) => {
    // ConvertSelectorToLabelsMap takes only `key=value` terms.
    const convert = () => parseSelector(selector).requirements
    const plain = errorOf(convert) === undefined && convert().every(({ operator }) => operator === '=')
    if (!valid || !plain) return difference(plain && selector !== '', valid && selector !== '')
    return difference(Object.fromEntries(convert().map(({ key, values }) => [key, values[0]])), labels)
  },
})

export const labelHelpersSuite = vectorSuite('apimachinery__pkg__apis__meta__v1__helpers_test', {
  TestLabelSelectorAsSelector: (row: {
    in?: LabelSelectorObject
    out?: GoRequirement[] | { $type: string }
    expectErr?: boolean
  }) => {
    const convert = () => selectorFromObject(row.in)
    if (row.expectErr) return errorOf(convert) ? undefined : 'no error'
    if (!Array.isArray(row.out)) return convert().nothing ? undefined : 'selects something'
    return difference(
      convert().requirements.map((r) => ({ ...r, values: [...r.values].sort() })),
      row.out.map(requirement),
    )
  },
  TestLabelSelectorAsMap: (row: { in?: LabelSelectorObject; out?: LabelSet; errString?: string }) => {
    if (row.errString)
      return expectError(
        errorOf(() => labelSelectorAsMap(row.in)),
        [row.errString],
      )
    return difference(labelSelectorAsMap(row.in), row.out ?? {})
  },
  TestSetMetaDataLabel: 'plain maps: the language merges and looks up',
  TestFieldsV1MarshalJSON: 'how Go keeps raw bytes of FieldsV1, CBOR among them',
  TestFieldsV1MarshalCBOR: 'CBOR',
  TestFieldsV1UnmarshalJSON: 'how Go keeps raw bytes of FieldsV1',
  TestFieldsV1UnmarshalCBOR: 'CBOR',
})

export const labelCloneSuite = vectorSuite('apimachinery__pkg__apis__meta__v1__labels_test', {
  TestCloneSelectorAndAddLabel: 'plain maps: the language merges and looks up',
  TestAddLabelToSelector: 'plain maps: the language merges and looks up',
})
