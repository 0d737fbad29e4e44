import { goQuote } from './go-quote.ts'
import { validateQualifiedName } from './names.ts'
import type { KubeObject } from './objects.ts'
import { UserError } from './user-error.ts'

// kubernetes: pkg/fieldpath/fieldpath.go

/** The value of a field of an object's metadata, as environment variables and files show it; throws UserError. */
export function fieldPathValue(metadata: Partial<KubeObject['metadata']>, path: string): string {
  const subscripted = splitSubscript(path)
  if (subscripted) return entryOf(metadata, path, ...subscripted)
  switch (path) {
    case 'metadata.annotations':
      return formatMap(metadata.annotations)
    case 'metadata.labels':
      return formatMap(metadata.labels)
    case 'metadata.name':
      return metadata.name ?? ''
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid ?? ''
    default:
      throw new UserError(`unsupported fieldPath: ${path}`)
  }
}

/** `metadata.labels['a']` -> its two parts; undefined for a path without a subscript. */
export function splitSubscript(path: string): readonly [path: string, subscript: string] | undefined {
  if (!path.endsWith("']")) return undefined
  const rest = path.slice(0, -2)
  const at = rest.indexOf("['")
  return at <= 0 ? undefined : [rest.slice(0, at), rest.slice(at + 2)]
}

/** Lines `key="value"`, sorted. */
export const formatMap = (map: Readonly<Record<string, string>> = {}): string =>
  Object.entries(map)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${goQuote(value)}`)
    .join('\n')

function entryOf(
  { annotations, labels }: Partial<KubeObject['metadata']>,
  path: string,
  map: string,
  key: string,
): string {
  if (map !== 'metadata.annotations' && map !== 'metadata.labels')
    throw new UserError(`fieldPath ${goQuote(path)} does not support subscript`)
  const isLabel = map === 'metadata.labels'
  const errors = validateQualifiedName(isLabel ? key : key.toLowerCase())
  if (errors.length) throw new UserError(`invalid key subscript in ${path}: ${errors.join(';')}`)
  return (isLabel ? labels : annotations)?.[key] ?? ''
}
