import {
  escapeValue,
  exactFieldMatch,
  splitTerm,
  splitTerms,
  unescapeValue,
  type FieldTerm,
} from '../../../src/kernel/api/fields.ts'
import { difference } from '../suite.ts'
import { vectorSuite } from '../vector.ts'

interface GoTerm {
  readonly $type: string
  readonly field?: string
  readonly value?: string
}

const terms = (selector: unknown): FieldTerm[] =>
  Array.isArray(selector) ? selector.flatMap(terms) : [term(selector as GoTerm)]

const term = ({ $type, field = '', value = '' }: GoTerm): FieldTerm => ({
  field,
  value,
  negated: $type.includes('notHasTerm'),
})

export const fieldSelectorSuite = vectorSuite('apimachinery__pkg__fields__selector_test', {
  TestSplitTerms: (want: string[] | null, { key = '' }) => difference(splitTerms(key), want ?? []),
  TestSplitTerm: (want: { lhs?: string; op?: string; rhs?: string; ok?: boolean }, { key = '' }) => {
    const found = splitTerm(key)
    if (!want.ok) return found ? 'split, should not' : undefined
    return difference(
      [found?.field, found?.operator, found?.value],
      [want.lhs ?? '', want.op, want.rhs ?? ''],
    )
  },
  TestEscapeValue: (want: string, { key = '' }) =>
    difference(escapeValue(key), want) ?? difference(unescapeValue(want), key),
  TestRequiresExactMatch: ({
    S,
    Label,
    Found = false,
    Value = '',
  }: {
    S: unknown
    Label: string
    Found?: boolean
    Value?: string
  }) => difference(exactFieldMatch(terms(S), Label), Found ? Value : undefined),
  TestTransform: 'the row holds a Go function',
})

export const fieldsSuite = vectorSuite('apimachinery__pkg__fields__fields_test', {
  TestFieldHas: 'plain maps: the language merges and looks up',
})
