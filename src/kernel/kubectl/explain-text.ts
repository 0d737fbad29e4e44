import { UserError } from '../api/user-error.ts'
import { indentLines, wordWrap } from './word-wrap.ts'

// kubectl: pkg/explain/v2/templates/plaintext.tmpl, as code.

/** The part of an OpenAPI v3 schema that explain reads. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly allOf?: readonly Schema[]
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly externalDocs?: { readonly description?: string; readonly url?: string }
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string
    readonly version: string
    readonly kind: string
  }[]
}

export type Schemas = Readonly<Record<string, Schema>>

/** What a field of a schema is, followed along its path; undefined when there is no such field. */
export function explainText(
  schemas: Schemas,
  root: Schema,
  path: readonly string[],
  recursive: boolean,
): string | undefined {
  const explain = new Explain(schemas, recursive)
  return explain.output(root, path, new Set())
}

const MAX_DEPTH = 40

class Explain {
  readonly #schemas: Schemas
  readonly #recursive: boolean

  constructor(schemas: Schemas, recursive: boolean) {
    this.#schemas = schemas
    this.#recursive = recursive
  }

  output(schema: Schema, path: readonly string[], seen: ReadonlySet<string>): string | undefined {
    const resolved = this.#resolve(schema)
    if (!path.length) return this.#whole(resolved)
    if (schema.$ref && seen.has(schema.$ref)) return undefined
    const next = schema.$ref ? new Set([...seen, schema.$ref]) : seen
    const [first = '', ...rest] = path
    const property = resolved.properties?.[first]
    if (property) {
      const below = this.output(property, rest, new Set())
      if (below === undefined || rest.length) return below
      return `FIELD: ${first} <${this.#type(property)}>\n${this.#longEnum(property)}\n${below}`
    }
    if (resolved.items) return this.output(resolved.items, path, next)
    if (typeof resolved.additionalProperties === 'object')
      return this.output(resolved.additionalProperties, path, next)
    for (const one of resolved.allOf ?? []) {
      const found = this.output(one, path, next)
      if (found !== undefined) return found
    }
    return undefined
  }

  #whole(schema: Schema): string {
    const description = indentLines(wordWrap(this.#description(schema) || '<empty>', 76), 4)
    const fields = this.#fields(schema, 1, new Set())
    return `DESCRIPTION:\n${description}\n${externalDocs(schema, 0)}${fields ? `FIELDS:\n${fields}` : ''}`
  }

  #description(schema: Schema, depth = 0): string {
    if (depth > MAX_DEPTH) return ''
    const resolved = this.#resolve(schema)
    const others = [
      ...(resolved.allOf ?? []),
      ...(resolved.items ? [resolved.items] : []),
      ...(typeof resolved.additionalProperties === 'object' ? [resolved.additionalProperties] : []),
    ]
    return (
      (resolved.description ? `${resolved.description}\n` : '') +
      others.map((one) => this.#description(one, depth + 1)).join('')
    )
  }

  #fields(schema: Schema, level: number, seen: ReadonlySet<string>): string {
    if (level > MAX_DEPTH || (schema.$ref && seen.has(schema.$ref))) return ''
    const next = schema.$ref ? new Set([...seen, schema.$ref]) : seen
    const resolved = this.#resolve(schema)
    const out: string[] = []
    for (const name of Object.keys(resolved.properties ?? {}).sort()) {
      const field = (resolved.properties as Record<string, Schema>)[name] as Schema
      out.push(this.#detail(resolved, name, field, level))
      if (this.#recursive) out.push(this.#fields(field, level + 1, next))
    }
    for (const one of resolved.allOf ?? []) out.push(this.#fields(one, level, next))
    if (resolved.items) out.push(this.#fields(resolved.items, level, next))
    if (typeof resolved.additionalProperties === 'object')
      out.push(this.#fields(resolved.additionalProperties, level, next))
    return out.join('')
  }

  #detail(owner: Schema, name: string, field: Schema, level: number): string {
    const indent = level * 2
    const required = owner.required?.includes(name) ? ' -required-' : ''
    const head = `${' '.repeat(indent)}${name}\t<${this.#type(field)}>${required}${shortEnum(field, indent)}\n`
    if (this.#recursive) return head
    const description = indentLines(
      wordWrap(field.description || '<no description>', 78 - indent),
      indent + 2,
    )
    return `${head}${description}\n${field.externalDocs ? `\n${externalDocs(field, indent + 2).replace(/^\n/, '')}` : ''}\n`
  }

  #type(schema: Schema): string {
    if (schema.items) return `[]${this.#type(schema.items)}`
    if (typeof schema.additionalProperties === 'object')
      return `map[string]${this.#type(schema.additionalProperties)}`
    if (schema.allOf?.length === 1 && !schema.properties) return this.#type(schema.allOf[0] as Schema)
    if (schema.$ref) {
      const { type } = this.#resolve(schema)
      return !type || type === 'object'
        ? (schema.$ref.split('/').at(-1)?.split('.').at(-1) ?? 'Object')
        : type
    }
    return !schema.type || schema.type === 'object' ? 'Object' : schema.type
  }

  #longEnum({ enum: values }: Schema): string {
    return values ? `ENUM:${values.map((value) => `\n    ${shown(value)}`).join('')}\n` : '\n'
  }

  #resolve(schema: Schema): Schema {
    if (!schema.$ref) return schema
    const found = this.#schemas[schema.$ref.replace('#/components/schemas/', '')]
    if (!found) throw new UserError(`error: ${schema.$ref} not found in OpenAPI schema`)
    return found
  }
}

const shown = (value: unknown) => (value === '' ? '""' : String(value))
const ENUM_LIMIT = 4

function shortEnum({ enum: values }: Schema, indent: number): string {
  if (!values) return ''
  const first = values.slice(0, ENUM_LIMIT).map(shown).join(', ')
  return `\n${' '.repeat(indent)}enum: ${first}${values.length > ENUM_LIMIT ? ', ....' : ''}`
}

function externalDocs({ externalDocs: docs }: Schema, indent: number): string {
  if (!docs) return ''
  const description = docs.description
    ? `${indentLines(wordWrap(docs.description, 76 - indent), indent + 4)}\n`
    : ''
  const url = docs.url ? `${' '.repeat(indent + 4)}URL: ${docs.url}\n` : ''
  return `\n${' '.repeat(indent)}EXTERNAL DOCS:\n${description}${url}`
}
