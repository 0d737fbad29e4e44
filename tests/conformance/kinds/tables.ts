import { docs } from '../../../src/kernel/api/schema/docs.generated.ts'
import { restOfDocs } from '../../../src/kernel/api/schema/docs-rest.generated.ts'
import type { Column } from '../../../src/kernel/api/kind.ts'
import { groupVersionOf, type KubeObject } from '../../../src/kernel/api/objects.ts'
import { columnsOf, describeColumn } from '../../../src/kernel/api/kinds/table.ts'
import { kindOf } from '../../../src/kernel/api/kinds/index.ts'
import { difference, jsonLines, tally, type OracleSuite, type Verdict } from '../suite.ts'

interface TableCase {
  readonly object: KubeObject
  readonly columnDefinitions: readonly unknown[]
  readonly cells: readonly unknown[]
}

/** What the server's Table of one object shows. */
export const tableSuite: OracleSuite = {
  pattern: /^apiserver-golden\/tables\.jsonl\.gz$/,
  run: (_path, text) =>
    tally(jsonLines<TableCase>(text), ({ object }) => `${object.kind} ${object.metadata.name}`, judge),
}

const allDocs = Object.fromEntries(
  [...new Set([...Object.keys(docs), ...Object.keys(restOfDocs)])].map((name) => [
    name,
    { ...docs[name], ...restOfDocs[name] },
  ]),
)

const now = Date.parse('2024-01-01T00:00:00Z')

function judge({ object, columnDefinitions, cells }: TableCase): Verdict {
  const [group, version] = groupVersionOf(object.apiVersion)
  const definition = kindOf(group, version, object.kind)
  if (!definition) return 'not yet served'
  const columns = columnsOf(definition)
  const real = JSON.parse(JSON.stringify(object).replaceAll('"<ts>"', '"2024-01-01T00:00:00Z"')) as KubeObject
  return (
    difference(
      columns.map((column: Column) => describeColumn(column, allDocs)),
      columnDefinitions,
    ) ??
    difference(
      columns.map((column: Column) => column.cell(definition.storedAs?.toStored(real) ?? real, now)),
      cells.map((cell) => maskedCell(cell, object)),
    )
  )
}

/** Addresses and times are masked in the objects, but not in the cells; a dump took a second here and there. */
const maskedCell = (cell: unknown, object: KubeObject): unknown =>
  /^[1-5]s$/.test(String(cell))
    ? '0s'
    : cell !== object.metadata.creationTimestamp && /^20\d\d-[-\d]+T[:\d]+Z$/.test(String(cell))
      ? '2024-01-01T00:00:00Z'
      : maskedAddress(cell, object)

const maskedAddress = (cell: unknown, object: KubeObject): unknown =>
  JSON.stringify(object).includes('"<clusterIP>"') && /^10\.96\.\d+\.\d+$/.test(String(cell))
    ? '<clusterIP>'
    : cell
