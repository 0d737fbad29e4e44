import type { GoValue } from './value.ts'

/** LabelSelector has a String method, as gogo-protobuf makes them. */
export function labelSelectorText(value: GoValue): string {
  const labels = partOf(value, 'MatchLabels')
  const pairs = labels?.kind === 'map' ? (labels.entries ?? []) : []
  const shown = pairs.map(({ name, value: item }) => `${name}: ${textOf(item)},`).join('')
  const expressions = partOf(value, 'MatchExpressions')
  const items = expressions?.kind === 'slice' ? (expressions.items ?? []) : []
  const list = items.map(
    (item) =>
      `LabelSelectorRequirement{Key:${textOf(partOf(item, 'Key'))},Operator:${textOf(partOf(item, 'Operator'))},Values:[${valuesOf(item)}],},`,
  )
  return `&LabelSelector{MatchLabels:map[string]string{${shown}},MatchExpressions:[]LabelSelectorRequirement{${list.join('')}},}`
}

function valuesOf(requirement: GoValue): string {
  const values = partOf(requirement, 'Values')
  return values?.kind === 'slice' ? (values.items ?? []).map(textOf).join(' ') : ''
}

const partOf = (value: GoValue, name: string): GoValue | undefined =>
  value.kind === 'struct' ? value.fields.find((field) => field.name === name)?.value : undefined

const textOf = (value: GoValue | undefined): string => (value?.kind === 'scalar' ? String(value.value) : '')
