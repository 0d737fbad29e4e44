type Json = unknown
type Fields = Readonly<Record<string, Json>>

interface Managed {
  readonly manager: string
  readonly operation: string
  readonly subresource?: string
  readonly fieldsV1?: Fields
}

interface Meta {
  readonly name?: string
  readonly managedFields?: readonly Managed[]
  readonly ownerReferences?: readonly { readonly controller?: boolean }[]
}

const controllers = 'kube-controller-manager'

/** What the recorded controllers owned, by the name of the object. */
export type Hand = ReadonlyMap<string, readonly Fields[]>

/** Read from an answer which fields the controllers had written. */
export function controllersHand(answer: Json): Hand {
  const hand = new Map<string, Fields[]>()
  for (const object of objectsOf(answer)) {
    const { name = '', managedFields = [] } = metaOf(object)
    const owned = managedFields.filter(({ manager }) => manager === controllers)
    hand.set(
      name,
      owned.map(({ fieldsV1 = {} }) => fieldsV1),
    )
  }
  return hand
}

/** An answer without what controllers wrote or made, and with managers in an order that does not depend on the second of each write. */
export function withoutControllers(answer: Json, hand: Hand): Json {
  if (!isRecord(answer)) return answer
  if (!Array.isArray(answer['items'])) return single(answer, hand)
  const items = (answer['items'] as Json[]).filter((item) => !madeByController(item))
  return { ...answer, items: items.map((item) => single(item as Record<string, Json>, hand)) }
}

function single(object: Record<string, Json>, hand: Hand): Json {
  const { name = '', managedFields } = metaOf(object)
  const without = (hand.get(name) ?? []).reduce<Json>((rest, fields) => remove(rest, fields), object)
  if (!managedFields || !isRecord(without)) return without
  const own = managedFields
    .filter(({ manager }) => manager !== controllers)
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
  return { ...without, metadata: { ...(without['metadata'] as object), managedFields: own } }
}

/** The value without the fields of a set of fieldsV1; what has become empty by that goes too. */
function remove(value: Json, fields: Fields): Json {
  if (Array.isArray(value)) return removeItems(value, fields)
  if (!isRecord(value)) return value
  const result = { ...value }
  for (const [path, below] of Object.entries(fields)) {
    if (!path.startsWith('f:')) continue
    const key = path.slice(2)
    if (!(key in result)) continue
    const inner = isRecord(below) ? below : {}
    const left = Object.keys(inner).some((name) => name !== '.') ? remove(result[key], inner) : undefined
    if (left === undefined || (isEmpty(left) && key !== 'status')) delete result[key]
    else result[key] = left
  }
  return result
}

/** Items of lists by their keys or values: a controller's own conditions go whole. */
function removeItems(items: readonly Json[], fields: Fields): Json {
  const keys = Object.keys(fields)
    .filter((path) => path.startsWith('k:'))
    .map((path) => Object.entries(JSON.parse(path.slice(2)) as Record<string, Json>))
  const values = Object.keys(fields).flatMap((path) => (path.startsWith('v:') ? [path.slice(2)] : []))
  const rest = items.filter((item) => !values.includes(JSON.stringify(item)))
  return rest.filter(
    (item) => !keys.some((key) => key.every(([name, is]) => isRecord(item) && item[name] === is)),
  )
}

const isEmpty = (value: Json): boolean =>
  Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0

const madeByController = (item: Json): boolean =>
  metaOf(item).ownerReferences?.some(({ controller }) => controller) === true

const objectsOf = (answer: Json): readonly Json[] =>
  isRecord(answer) && Array.isArray(answer['items']) ? answer['items'] : [answer]

const metaOf = (object: Json): Meta =>
  isRecord(object) && isRecord(object['metadata']) ? (object['metadata'] as Meta) : {}

const orderOf = ({ manager, operation, subresource }: Managed): string =>
  `${manager}/${operation}/${subresource}`

const isRecord = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
