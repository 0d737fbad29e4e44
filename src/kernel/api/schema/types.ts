import { enums, types } from './types.generated.ts'

/** What a value is in JSON and in Go. `goType` is the name Go prints in decode errors where it is not the plain one. */
export type FieldType =
  | { readonly kind: 'scalar'; readonly scalar: Scalar; readonly goType?: string }
  | {
      readonly kind: 'array'
      readonly of: FieldType
      readonly list?: ListType
      readonly keys?: readonly string[]
    }
  | { readonly kind: 'map'; readonly of: FieldType; readonly atomic: boolean; readonly goType?: string }
  /** `value`: Go holds the struct itself, not a pointer: it is always present in JSON. */
  | { readonly kind: 'struct'; readonly name: string; readonly value: boolean }

export type Scalar =
  | 'string'
  | 'int32'
  | 'int64'
  | 'double'
  | 'boolean'
  | 'quantity'
  | 'intOrString'
  | 'time'
  | 'microTime'
  | 'bytes'
  | 'any'
  | 'fieldsV1'

export type ListType = 'atomic' | 'set' | 'map'

/** One field of a type of the API. */
export interface Field {
  readonly name: string
  readonly type: FieldType
  /** Listed as required in the OpenAPI document; written even when empty. */
  readonly required: boolean
  /** Written even when empty (no omitempty in Go). */
  readonly always: boolean
  /** A pointer in Go: its zero value is kept. */
  readonly pointer: boolean
  /** Strategic merge patch (x-kubernetes-patch-strategy, -merge-key). */
  readonly merge?: { readonly key?: string }
  readonly retainKeys: boolean
  /** x-kubernetes-map-type of a map or of the struct that the field holds, where it is declared here. */
  readonly mapType?: 'atomic' | 'granular'
  /** Strategic merge patch replaces the whole (patchStrategy=replace, which is the default too). */
  readonly replace: boolean
  /** `default` as in the OpenAPI document, still JSON text or a bare word. */
  readonly default?: string
}

/** A struct of the API: `core.v1.PodSpec`. */
export interface StructType {
  readonly name: string
  /** As Go prints it: `v1.PodSpec`. */
  readonly goName: string
  /** x-kubernetes-map-type: atomic. */
  readonly atomic: boolean
  readonly fields: ReadonlyMap<string, Field>
}

const lines = new Map<string, string>()
const parsed = new Map<string, StructType>()
addTypes(types)

/** Make more types known, e.g. those of a chunk that is loaded later (types-rest.generated.ts). */
export function addTypes(table: Readonly<Record<string, string>>): void {
  for (const [owner, text] of Object.entries(table)) {
    for (const line of text.trim().split('\n')) {
      const head = line.split(' ', 1)[0]!
      lines.set(`${owner}.${head.replace('%', '')}`, line)
    }
  }
}

/** The type of that name (`core.v1.PodSpec`), if there is one. */
export function structType(name: string): StructType | undefined {
  const known = parsed.get(name)
  if (known) return known
  const line = lines.get(name)
  if (line === undefined) return undefined
  const struct = parse(name, line)
  parsed.set(name, struct)
  return struct
}

/** The type of that name; it is a mistake of ours if there is none. */
export function requireStruct(name: string): StructType {
  const struct = structType(name)
  if (!struct) throw new Error(`schema: no type ${name}`)
  return struct
}

/** Names of all types that are known, in order. */
export const structNames = (): string[] => [...lines.keys()].sort()

/** `apps`, `v1`, `Deployment` -> `apps.v1.Deployment`, if there is such a type. */
export function structNameOf(group: string, version: string, kind: string): string | undefined {
  const name = `${packageOfGroup(group)}.${version}.${kind}`
  return lines.has(name) ? name : undefined
}

/** The group's Go package: `` -> core, `rbac.authorization.k8s.io` -> rbac. */
export const packageOfGroup = (group: string): string =>
  group === ''
    ? 'core'
    : group === 'internal.apiserver.k8s.io'
      ? 'apiserverinternal'
      : group.split('.', 1)[0]!

/** The closed set of values of a Go string type, if it is one. */
export function enumOf(goType: string | undefined): readonly string[] | undefined {
  const values = goType === undefined ? undefined : enums[goType]
  return values?.split(' ').map((value) => (value === '_' ? '' : value.replaceAll('_', ' ')))
}

function parse(name: string, line: string): StructType {
  const owner = name.slice(0, name.lastIndexOf('.'))
  const [head, ...tokens] = line.split(' ')
  const fields = new Map<string, Field>()
  for (const token of tokens) {
    const field = parseField(owner, token)
    fields.set(field.name, field)
  }
  const goPackage = owner.slice(owner.lastIndexOf('.') + 1)
  const goName = `${goPackage}.${name.slice(owner.length + 1)}`
  return { name, goName, atomic: head!.endsWith('%'), fields }
}

/** `ports:[ContainerPort;m=containerPort,protocol;p=containerPort`: name, flags, type, attributes. */
function parseField(owner: string, token: string): Field {
  const [declaration, ...attributes] = token.split(';')
  const [, name, flags, code] = /^([^!+*:]+)([!+*]*):(.+)$/.exec(declaration!)!
  const attribute = (key: string) => attributes.find((text) => text === key || text.startsWith(`${key}=`))
  const merge = attribute('p')
  const initial = attribute('d')
  return {
    name: name!,
    type: parseType(owner, code!, attributes),
    required: flags!.includes('!'),
    always: /[!+]/.test(flags!),
    pointer: flags!.includes('*'),
    ...(merge !== undefined &&
      merge !== 'p=replace' && { merge: merge.length > 1 ? { key: merge.slice(2) } : {} }),
    replace: merge === 'p=replace',
    ...(attribute('M') && { mapType: 'atomic' as const }),
    ...(attribute('G') && { mapType: 'granular' as const }),
    retainKeys: attribute('r') !== undefined,
    ...(initial !== undefined && { default: initial.slice(2) }),
  }
}

function parseType(owner: string, code: string, attributes: readonly string[]): FieldType {
  if (code[0] === '[') {
    const keys = attributes
      .find((text) => text.startsWith('m='))
      ?.slice(2)
      .split(',')
    const list = keys
      ? 'map'
      : attributes.includes('s')
        ? 'set'
        : attributes.includes('a')
          ? 'atomic'
          : undefined
    return {
      kind: 'array',
      of: parseType(owner, code.slice(1), []),
      ...(list && { list }),
      ...(keys && { keys }),
    }
  }
  if (code[0] === '{') {
    const of = parseType(owner, code.slice(1), [])
    const goType = of.kind === 'scalar' && of.scalar !== 'string' ? of.goType : undefined
    return {
      kind: 'map',
      of,
      atomic: attributes.includes('M'),
      ...(goType && { goType: qualified(goType, owner) }),
    }
  }
  const value = code[0] === '&'
  const plain = value ? code.slice(1) : code
  if (/^[A-Z]|\//.test(plain)) {
    return {
      kind: 'struct',
      name: plain.includes('/') ? plain.replace('/', '.') : `${owner}.${plain}`,
      value,
    }
  }
  const [, letter, goType] = /^(\w)(?:\((.*)\))?$/.exec(plain)!
  return { kind: 'scalar', scalar: scalars[letter!]!, ...(goType && { goType: qualified(goType, owner) }) }
}

/** Go prints the package's last segment: `v1.Protocol`; `types.UID` names its own package. */
const qualified = (goType: string, owner: string): string =>
  goType.includes('.') ? goType : `${owner.slice(owner.lastIndexOf('.') + 1)}.${goType}`

const scalars: Readonly<Record<string, Scalar>> = {
  s: 'string',
  i: 'int32',
  l: 'int64',
  d: 'double',
  b: 'boolean',
  q: 'quantity',
  o: 'intOrString',
  t: 'time',
  u: 'microTime',
  y: 'bytes',
  j: 'any',
  f: 'fieldsV1',
}
