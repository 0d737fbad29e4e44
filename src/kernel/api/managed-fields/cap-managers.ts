import { emptyFieldSet, union } from './field-set.ts'
import { managerIdentifier, type Managed } from './entries.ts'

/** As many entries of updates an object may have. */
const maxUpdateManagers = 10

/**
 * When too many have updated an object, the oldest become one entry per version, `ancient-changes`
 * (apimachinery: pkg/util/managedfields/internal/capmanagers.go).
 */
export function capManagers({ fields, times }: Managed, limit: number = maxUpdateManagers): Managed {
  const seconds = (name: string) => Math.floor((times.get(name) ?? 0) / 1000)
  const updaters = [...fields.keys()]
    .filter((name) => !fields.get(name)?.applied)
    .sort((a, b) => seconds(a) - seconds(b) || (a < b ? -1 : 1))
  let excess = updaters.length - limit
  if (excess <= 0) return { fields, times }
  const capped = { fields: new Map(fields), times: new Map(times) }
  const firsts = new Map<string, string>()
  for (const name of updaters) {
    if (excess <= 0) break
    const entry = fields.get(name)
    if (!entry) continue
    const { version } = entry
    const first = firsts.get(version)
    if (first === undefined) {
      firsts.set(version, name)
      continue
    }
    const bucket = managerIdentifier({ manager: 'ancient-changes', operation: 'Update', apiVersion: version })
    const before = capped.fields.get(bucket) ?? capped.fields.get(first)
    if (!capped.fields.has(bucket)) capped.fields.delete(first)
    capped.fields.delete(name)
    capped.fields.set(bucket, { ...entry, set: union(entry.set, before?.set ?? emptyFieldSet) })
    const time = times.get(name)
    if (time !== undefined) capped.times.set(bucket, time)
    excess--
  }
  return capped
}
