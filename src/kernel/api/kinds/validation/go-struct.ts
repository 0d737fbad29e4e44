import type { LabelSelector } from 'kubernetes-types/meta/v1'
import { goSyntax, type GoSyntax } from '../../field-error.ts'
import { goQuote, goStringMap, goStrings } from '../../go-quote.ts'
import type { IntOrString } from '../../int-or-string.ts'
import type { Quantity } from '../../quantity.ts'

// Structs as Go prints them with %#v in `Invalid value: ...`; only those that upstream's messages show.

export function goLabelSelector(selector: LabelSelector): GoSyntax
export function goLabelSelector(selector: LabelSelector | undefined): GoSyntax | null
export function goLabelSelector(selector: LabelSelector | undefined): GoSyntax | null {
  if (!selector) return null
  const { matchLabels, matchExpressions } = selector
  const requirements = matchExpressions?.map(
    ({ key, operator, values }) =>
      `v1.LabelSelectorRequirement{Key:${goQuote(key ?? '')}, Operator:${goQuote(operator ?? '')}, Values:${values ? goStrings(values) : '[]string(nil)'}}`,
  )
  const list = requirements
    ? `[]v1.LabelSelectorRequirement{${requirements.join(', ')}}`
    : '[]v1.LabelSelectorRequirement(nil)'
  return goSyntax(`v1.LabelSelector{MatchLabels:${goMap(matchLabels).goSyntax}, MatchExpressions:${list}}`)
}

/** A map of strings; absent ones are nil maps. */
export const goMap = (map: Readonly<Record<string, string>> | undefined): GoSyntax =>
  goSyntax(map ? goStringMap(map) : 'map[string]string(nil)')

/** A list of strings; absent ones are nil slices. */
export const goList = (items: readonly string[] | undefined): GoSyntax =>
  goSyntax(items ? goStrings(items) : '[]string(nil)')

export const goIntOrString = (value: IntOrString | undefined): GoSyntax =>
  typeof value === 'string'
    ? goSyntax(`intstr.IntOrString{Type:1, IntVal:0, StrVal:${goQuote(value)}}`)
    : goSyntax(`intstr.IntOrString{Type:0, IntVal:${value ?? 0}, StrVal:""}`)

/** A pointer inside a struct: Go shows its address, which nobody can know. */
export const goPointer = (value: unknown): string => (value ? '0xc000000000' : 'nil')

/** A quantity held by value has no String method in Go: its fields are printed; `text` is there if it was printed before. */
export const goQuantity = ({ unscaled, exponent, format }: Quantity, text = ''): GoSyntax =>
  goSyntax(
    `resource.Quantity{i:resource.int64Amount{value:${unscaled}, scale:${exponent}}, ` +
      `d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:${goQuote(text)}, Format:"${format}"}`,
  )
