// Values of a template: JSON as Go decodes it. Whole numbers that the template itself makes are bigint (int), numbers of the
// data are number (float64), undefined is what a map has not.

export type Value =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Value[]
  | { readonly [key: string]: Value }

export const isMap = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const isArray = (value: Value): value is readonly Value[] => Array.isArray(value)

/** Whether `if` takes it (Go: template.IsTrue). */
export function isTrue(value: Value): boolean {
  if (value === undefined || value === null) return false
  if (isArray(value)) return value.length > 0
  if (typeof value === 'object') return Object.keys(value).length > 0
  return typeof value === 'bigint' ? value !== 0n : Boolean(value)
}

/** As `%v` prints it. */
export function printValue(value: Value, top = true): string {
  if (value === undefined) return top ? '<no value>' : '<nil>'
  if (value === null) return top ? '<no value>' : '<nil>'
  if (typeof value === 'number') return printFloat(value)
  if (isArray(value)) return `[${value.map((item) => printValue(item, false)).join(' ')}]`
  if (isMap(value))
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${printValue(value[key], false)}`)
      .join(' ')}]`
  return String(value)
}

/** A float64 as `%v` prints it: `1e+06` from a million on (Go: strconv.FormatFloat 'g', -1). */
export function printFloat(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return plainDigits(value)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

function plainDigits(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(20).replace(/0+$/, '') : text
}

/** What Go's reflection calls the type. */
export function typeName(value: Value): string {
  if (value === undefined || value === null) return '<nil>'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float64'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  return isArray(value) ? '[]interface {}' : 'map[string]interface {}'
}
