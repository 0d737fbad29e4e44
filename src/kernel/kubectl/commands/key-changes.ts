import { UserError } from '../../api/user-error.ts'
import { validateLabelValue } from '../../api/names.ts'
import { goQuote } from '../../api/go-quote.ts'

/** What a command line wants to change in labels, annotations or taints. */
export interface KeyChanges {
  readonly set: Readonly<Record<string, string>>
  readonly remove: readonly string[]
}

/** Resources first, then changes `k=v` and `k-` (cmdutil.GetResourcesAndPairs). */
export function splitPairs(
  args: readonly string[],
  what: string,
): { readonly resources: string[]; readonly pairs: string[] } {
  const isPair = (argument: string) => argument.includes('=') || argument.endsWith('-')
  const first = args.findIndex(isPair)
  if (first < 0) return { resources: [...args], pairs: [] }
  const late = args.slice(first).find((argument) => !isPair(argument))
  if (late !== undefined)
    throw new UserError(`all resources must be specified before ${what} changes: ${late}`)
  return { resources: args.slice(0, first), pairs: args.slice(first) }
}

/** kubectl: label.go parseLabels */
export function parseLabelChanges(pairs: readonly string[]): KeyChanges {
  const set: Record<string, string> = {}
  const remove: string[] = []
  for (const pair of pairs) {
    if (pair.includes('=') && pair !== '=') {
      const [key = '', value = '', ...rest] = pair.split('=')
      if (rest.length) throw new UserError(`invalid label spec: ${pair}`)
      if (validateLabelValue(value).length)
        throw new UserError(`invalid label value: ${goQuote(pair)}: ${validateLabelValue(value).join(';')}`)
      set[key] = value
    } else if (pair.endsWith('-')) remove.push(pair.slice(0, -1))
    else throw new UserError(`unknown label spec: ${pair}`)
  }
  return checked({ set, remove }, 'label')
}

/** cmdutil.ParsePairs with removals */
export function parseAnnotationChanges(pairs: readonly string[]): KeyChanges {
  const set: Record<string, string> = {}
  const remove: string[] = []
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    if (equals > 0) set[pair.slice(0, equals)] = pair.slice(equals + 1)
    else if (pair.endsWith('-')) remove.push(pair.slice(0, -1))
    else throw new UserError(`invalid annotation format: ${pair}`)
  }
  return checked({ set, remove }, 'annotation')
}

function checked(changes: KeyChanges, what: string): KeyChanges {
  if (changes.remove.some((key) => Object.hasOwn(changes.set, key)))
    throw new UserError(
      `can not both modify and remove ${what === 'label' ? 'a label' : 'the following annotation(s)'} in the same command`,
    )
  return changes
}
