/** Rows in columns as crictl's tabwriter makes them: at least 20 wide, 3 apart (cri-tools: cmd/crictl/display.go). */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(20, ...rows.map((row) => row[column].length + 3)))
  return rows
    .map(
      (row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]))).join('')}\n`,
    )
    .join('')
}

/** `3 minutes ago` (docker: go-units HumanDuration). */
export function ago(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.round(ms / 3_600_000)
  if (seconds < 1) return 'Less than a second ago'
  if (seconds === 1) return '1 second ago'
  if (seconds < 60) return `${seconds} seconds ago`
  if (minutes === 1) return 'About a minute ago'
  if (minutes < 60) return `${minutes} minutes ago`
  if (hours === 1) return 'About an hour ago'
  if (hours < 48) return `${hours} hours ago`
  return hours < 24 * 14 ? `${Math.floor(hours / 24)} days ago` : `${Math.floor(hours / 24 / 7)} weeks ago`
}

/** `72.1MB` with three digits (docker: go-units HumanSizeWithPrecision). */
export function size(
  bytes: number,
  units: readonly string[] = ['B', 'kB', 'MB', 'GB', 'TB'],
  base = 1000,
): string {
  let value = bytes
  let unit = 0
  for (; value >= base && unit < units.length - 1; unit++) value /= base
  return `${Number(value.toPrecision(3))}${units[unit]}`
}

/** The first 13 digits of an id. */
export const short = (id: string): string => id.replace(/^sha256:/, '').slice(0, 13)

/** `2026-01-01T00:00:01Z` with the fraction there is; 0 is Go's zero time. */
export const time = (ms: number): string =>
  ms ? `${new Date(ms).toISOString().slice(0, -1)}000000Z` : '0001-01-01T00:00:00Z'
