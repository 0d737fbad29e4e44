import type { JsonObject } from '../../api/objects.ts'
import { printGoValue } from '../../api/json.ts'
import type { Json } from '../../api/objects.ts'
import type { Sys } from '../../host/sys.ts'
import type { Context } from './describer.ts'
import { describeEvents } from './events.ts'
import { annotations, labels } from './metadata.ts'
import type { Writer } from './writer.ts'

/** Any object, field by field (kubectl: genericDescriber). */
export function* describeGeneric(w: Writer, object: JsonObject, { events, now }: Context): Sys<void> {
  const metadata = (object['metadata'] ?? {}) as Readonly<Record<string, unknown>>
  w.field(0, 'Name', metadata['name'] ?? '')
  w.field(0, 'Namespace', metadata['namespace'] ?? '')
  labels(w, 'Labels', metadata['labels'] as Record<string, string> | undefined)
  annotations(w, 'Annotations', metadata['annotations'] as Record<string, string> | undefined)
  fields(w, 0, object, '')
  describeEvents(w, events, now)
}

const skipped = new Set([
  '.metadata.managedFields',
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.labels',
  '.metadata.annotations',
])
const MAX_DEPTH = 60

function fields(w: Writer, level: number, content: JsonObject, path: string): void {
  if (level > MAX_DEPTH) return
  for (const key of Object.keys(content).sort()) {
    const value = content[key]
    const at = `${path}.${key}`
    if (skipped.has(at) || value === undefined) continue
    if (Array.isArray(value)) {
      w.line(level, `${labelFor(key)}:`)
      for (const child of value as readonly Json[]) {
        if (isMap(child)) fields(w, level + 1, child, at)
        else w.line(level + 1, printGoValue(child))
      }
    } else if (isMap(value)) {
      w.line(level, `${labelFor(key)}:`)
      fields(w, level + 1, value, at)
    } else w.field(level, labelFor(key), printGoValue(value))
  }
}

const isMap = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const acronyms = new Set(['API', 'URL', 'UID', 'OSB', 'GUID'])

/** `creationTimestamp` -> `Creation Timestamp` (kubectl: smartLabelFor, camelcase.Split). */
export function labelFor(field: string): string {
  if (/[^\p{L}\p{N}]/u.test(field)) return field
  const parts = field.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\d+|\p{Lu}+/gu) ?? [field]
  return parts
    .map((part) =>
      acronyms.has(part.toUpperCase()) ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1),
    )
    .join(' ')
}
