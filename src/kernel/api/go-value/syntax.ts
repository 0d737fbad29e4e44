import { goQuote } from '../go-quote.ts'
import type { GoValue } from './value.ts'

/** A value as Go prints it with %#v; a pointer below the top shows an address, and nobody can know which. */
export function goSyntaxOf(value: GoValue): string {
  switch (value.kind) {
    case 'scalar':
      return scalar(value.type, value.value)
    case 'struct':
      return `${value.type}{${value.fields.map((field) => `${field.name}:${goSyntaxOf(field.value)}`).join(', ')}}`
    case 'pointer':
      // Its method GoString is asked even then.
      if (!value.to && value.type === '*v1.Time') return '<nil>'
      return `(${value.type})(${value.to ? '0xc000000000' : 'nil'})`
    case 'slice':
      return value.items ? `${value.type}{${value.items.map(goSyntaxOf).join(', ')}}` : `${value.type}(nil)`
    case 'map':
      return value.entries
        ? `${value.type}{${value.entries.map(({ name, value: item }) => `${goQuote(name)}:${goSyntaxOf(item)}`).join(', ')}}`
        : `${value.type}(nil)`
  }
}

function scalar(type: string, value: string | number | boolean): string {
  if (type === 'v1.Time') return time(String(value))
  return typeof value === 'string' ? goQuote(value) : String(value)
}

const months = 'January February March April May June July August September October November December'.split(
  ' ',
)

/** time.Date(2024, time.May, 1, 10, 0, 0, 0, time.Local) */
function time(text: string): string {
  if (text === '') return 'time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)'
  const [year = 0, month = 1, ...rest] = text.split(/\D+/).filter(Boolean).map(Number)
  return `time.Date(${year}, time.${months[month - 1]}, ${rest.slice(0, 4).join(', ')}, 0, time.Local)`
}
