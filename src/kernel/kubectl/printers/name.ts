import { groupVersionOf } from '../../api/objects.ts'
import type { KubeLike } from '../kubectl.ts'
import type { Printer } from './printer.ts'

/** `deployment.apps/web`, and behind it what was done unless it is short (cli-runtime: NamePrinter). */
export const namePrinter = (operation: string, short = false): Printer => ({
  print: (object) => {
    const { items } = object as { readonly items?: readonly KubeLike[] }
    if (Array.isArray(items)) return items.map((item) => line(item, operation, short)).join('')
    return line(object, operation, short)
  },
})

function line(object: KubeLike, operation: string, short: boolean): string {
  const { name = '', generateName = '' } = (object.metadata ?? {}) as { name?: string; generateName?: string }
  const details = (object as { details?: { name?: string } }).details
  const shown = name || (object.kind === 'Status' ? details?.name : '') || generateName || '<unknown>'
  const [group] = groupVersionOf(object.apiVersion ?? '')
  const kind = (object.kind ?? '').toLowerCase()
  const label = `${group ? `${kind}.${group}` : kind}/${shown}`
  return short || !operation ? `${label}\n` : `${label} ${operation}\n`
}
