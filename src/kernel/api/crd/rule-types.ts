import type { Environment } from '@marcbachmann/cel-js'
import {
  boolType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  objectType,
  stringType,
  timestampType,
  type CelType,
} from '../cel/types.ts'
import { valuesOf, type Schema } from './schema.ts'

/** The type that expressions see a value of a schema as; undefined where they see nothing (apiserver: pkg/cel/common/schemas.go). */
export function ruleType(environment: Environment, schema: Schema, isResource: boolean): CelType | undefined {
  return new RuleTypes(environment).of(schema, isResource)
}

const texts: Readonly<Record<string, CelType>> = {
  'date-time': timestampType,
  date: timestampType,
  duration: durationType,
}

class RuleTypes {
  readonly #environment: Environment
  #count = 0

  constructor(environment: Environment) {
    this.#environment = environment
  }

  of(schema: Schema, isResource: boolean): CelType | undefined {
    if (schema['x-kubernetes-int-or-string']) return dynType
    switch (schema.type) {
      case 'array': {
        const item =
          schema.items && this.of(schema.items, schema.items['x-kubernetes-embedded-resource'] === true)
        return item && listType(item)
      }
      case 'object':
        return this.#object(schema, isResource)
      case 'string':
        return (schema.format && Object.hasOwn(texts, schema.format) && texts[schema.format]) || stringType
      case 'boolean':
        return boolType
      case 'number':
        return doubleType
      case 'integer':
        return intType
      default:
        return undefined
    }
  }

  #object(schema: Schema, isResource: boolean): CelType | undefined {
    const values = valuesOf(schema)
    if (values) {
      const type = this.of(values, values['x-kubernetes-embedded-resource'] === true)
      return type && mapType(type)
    }
    const name = this.#name()
    const fields: Record<string, CelType> = {}
    for (const [key, field] of Object.entries(schema.properties ?? {})) {
      const type = this.of(field, field['x-kubernetes-embedded-resource'] === true)
      if (type) fields[key] = type
    }
    if (isResource) Object.assign(fields, this.#resourceFields())
    return objectType(this.#environment, name, fields)
  }

  /** Of the metadata, expressions see the name alone. */
  #resourceFields(): Record<string, CelType> {
    const metadata = { name: stringType, generateName: stringType }
    return {
      apiVersion: stringType,
      kind: stringType,
      metadata: objectType(this.#environment, this.#name(), metadata),
    }
  }

  #name(): string {
    return `selfType${this.#count++}`
  }
}
