/** Virtual milliseconds as the time bar shows them: `1:02:03.4`, `2:03.4`. */
export function formatTime(ms: number): string {
  const tenths = Math.floor(ms / 100)
  const seconds = Math.floor(tenths / 10) % 60
  const minutes = Math.floor(tenths / 600) % 60
  const hours = Math.floor(tenths / 36_000)
  const two = (value: number) => String(value).padStart(2, '0')
  const tail = `${two(seconds)}.${tenths % 10}`
  return hours ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`
}

/** How long ago, in kubectl's short form: `5s`, `3m10s`, `2h5m`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return seconds % 60 ? `${minutes}m${seconds % 60}s` : `${minutes}m`
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  return hours < 48
    ? minutes % 60
      ? `${hours}h${minutes % 60}m`
      : `${hours}h`
    : `${Math.floor(hours / 24)}d`
}
