import { goQuote } from '../go-quote.ts'
import { applyConflict, type Status } from '../status.ts'
import { entryOfIdentifier } from './entries.ts'
import { printPath } from './path-element.ts'
import type { Conflict } from './updater.ts'

/** `Apply failed with 1 conflict: conflict with "kubectl" using apps/v1: .spec.replicas` (apimachinery: managedfields/internal/conflict.go). */
export function conflictStatus(conflicts: readonly Conflict[]): Status {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${printManager(manager)}`,
    field: printPath(path),
  }))
  return applyConflict(causes, conflictMessage(conflicts))
}

export function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts
  if (conflicts.length === 1 && first)
    return `Apply failed with 1 conflict: conflict with ${printManager(first.manager)}: ${printPath(first.path)}`
  const managers = [...new Set(conflicts.map(({ manager }) => manager))].sort()
  const lines = managers.flatMap((manager) => [
    `conflicts with ${printManager(manager)}:`,
    ...conflicts.filter((conflict) => conflict.manager === manager).map(({ path }) => `- ${printPath(path)}`),
  ])
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`
}

/** The people's name of a manager. */
function printManager(identifier: string): string {
  const entry = entryOfIdentifier(identifier)
  if (!entry) return goQuote(identifier)
  const { manager = '', subresource, operation, apiVersion = '', time } = entry
  const name = goQuote(manager) + (subresource ? ` with subresource ${goQuote(subresource)}` : '')
  if (operation !== 'Update') return name
  return `${name} using ${apiVersion}${time ? ` at ${time}` : ''}`
}
