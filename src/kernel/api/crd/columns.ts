import { jsonPath, type JsonPath } from '../jsonpath.ts'
import type { Column } from '../kind.ts'
import { ageColumn, nameColumn, printAge } from '../kinds/column.ts'
import type { Json, KubeObject } from '../objects.ts'
import { parseTime } from '../time.ts'
import { UserError } from '../user-error.ts'
import type { PrinterColumn } from './definition.ts'

// apiextensions-apiserver: pkg/registry/customresource/tableconvertor/tableconvertor.go

/** The columns of a kind that somebody defined: its name and what it asks for, or its age. */
export function customColumns(columns: readonly PrinterColumn[] | undefined): readonly Column[] {
  if (!columns?.length) return [nameColumn, { ...ageColumn, type: 'date' }]
  const made: Column[] = [nameColumn]
  for (const column of columns) {
    const path = parsedPath(column.jsonPath ?? '')
    // What upstream cannot read ends the table.
    if (!path) break
    made.push(customColumn(column, path))
  }
  return made
}

function parsedPath(text: string): JsonPath | undefined {
  try {
    return jsonPath(`{${text}}`, { allowMissingKeys: true })
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function customColumn(column: PrinterColumn, path: JsonPath): Column {
  const { name = '', type = '', format, description, priority, jsonPath: text } = column
  return {
    name,
    type: type as Column['type'],
    ...(format && { format }),
    description: description || `Custom resource definition column (in JSONPath format): ${text}`,
    ...(priority && { priority }),
    cell: (object, now) => cellOf(object, path, type, now),
  }
}

function cellOf(
  object: KubeObject,
  path: JsonPath,
  type: string,
  now: number,
): string | number | boolean | null {
  let found: Json | undefined
  try {
    found = path.find(object as unknown as Json)[0]?.[0]
    if (found === undefined) return null
    if (type === 'string') return jsonPathText(found)
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
  return cellForJson(type, found, now)
}

const all = jsonPath('{@}')
const jsonPathText = (value: Json): string => all.print(value)

/** The cell of a column that is no text; null where the value is of another type. */
export function cellForJson(type: string, value: Json, now: number): string | number | boolean | null {
  if (type === 'integer') return typeof value === 'number' ? Math.trunc(value) : null
  if (type === 'number') return typeof value === 'number' ? value : null
  if (type === 'boolean') return typeof value === 'boolean' ? value : null
  if (type === 'string') return typeof value === 'string' ? value : null
  if (type !== 'date' || typeof value !== 'string') return null
  return parseTime(value) === undefined ? '<invalid>' : printAge(value, now)
}
