/** A float64 as Go prints it with %v: the fewest digits, with an exponent below 1e-4 and from 1e+06 on (strconv: %g). */
export function goFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [digits = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (exponent >= -4 && exponent < 6) return plain(value, exponent)
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

const plain = (value: number, exponent: number): string =>
  exponent < 0 ? value.toFixed(Math.min(100, fractionDigits(value))) : String(value)

function fractionDigits(value: number): number {
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  return digits.replace(/^-?\d\.?/, '').length - Number(exponent)
}
