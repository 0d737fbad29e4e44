/** A size as `-h` prints it: `4.0K`, `12M`. */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes)
  let value = bytes
  let unit = -1
  while (value >= 1024 && unit < 4) {
    value /= 1024
    unit++
  }
  const up = value < 10 ? Math.ceil(value * 10) / 10 : Math.ceil(value)
  return `${up < 10 ? up.toFixed(1) : up}${'KMGTP'[unit]}`
}
