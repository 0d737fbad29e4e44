import type { JsonObject } from '../../api/objects.ts'
import { ageOf } from '../ages.ts'
import type { Table } from './table.ts'

/** Name and age only: for objects that the server did not print (cli-runtime: DefaultTableConvertor of unknown kinds). */
export const localTable = (objects: readonly JsonObject[], now: number): Table => ({
  kind: 'Table',
  columnDefinitions: [
    { name: 'Name', type: 'string', format: 'name' },
    { name: 'Age', type: 'string' },
  ],
  rows: objects.map((object) => {
    const { name = '', creationTimestamp } = (object.metadata ?? {}) as {
      name?: string
      creationTimestamp?: string
    }
    return { cells: [name, ageOf(creationTimestamp, now)], object: object as never }
  }),
})
