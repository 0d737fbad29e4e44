import type { Column, KindDefinition } from '../kind.ts'
import { requireStruct } from '../schema/types.ts'
import { ageColumn, createdAtColumn, nameColumn } from './column.ts'

/** Texts of types by package and type, as in schema/docs.generated.ts. */
export type Docs = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** metav1.TableColumnDefinition. */
export interface ColumnDefinition {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly description: string
  readonly priority: number
}

/** The columns of a kind, to be filled from its stored form; kinds without their own show the name and the time of creation. */
export const columnsOf = (definition: KindDefinition): readonly Column[] =>
  (definition.storedAs?.definition ?? definition).columns ?? [nameColumn, createdAtColumn]

/** Name and age, for kinds that upstream prints so. */
export const plainColumns: readonly Column[] = [nameColumn, ageColumn]

/** A column as a Table describes it; the documentation may be absent. */
export function describeColumn(column: Column, docs: Docs = {}): ColumnDefinition {
  const { name, type, format = '', description = '', priority = 0 } = column
  return {
    name,
    type,
    format,
    description: typeof description === 'string' ? description : fieldDoc(description.doc, docs),
    priority,
  }
}

/** `core.v1.PodStatus.podIP` -> what is said of it. */
export function fieldDoc(path: string, docs: Docs): string {
  const at = path.lastIndexOf('.')
  const [struct, field] = [path.slice(0, at), path.slice(at + 1)]
  const dot = struct.lastIndexOf('.')
  const texts = docs[struct.slice(0, dot)]?.[struct.slice(dot + 1)]
  if (!texts) return ''
  return texts[1 + [...requireStruct(struct).fields.keys()].indexOf(field)] ?? ''
}
