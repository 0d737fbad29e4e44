import { own } from '../json.ts'
import type { Json } from '../objects.ts'

/** A schema of a CustomResourceDefinition as the API has it (apiextensions.k8s.io/v1 JSONSchemaProps). */
export interface Schema {
  readonly type?: string
  readonly format?: string
  readonly title?: string
  readonly description?: string
  readonly default?: Json
  readonly example?: Json
  readonly nullable?: boolean
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly enum?: readonly Json[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: boolean
  readonly exclusiveMaximum?: boolean
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly not?: Schema
  readonly externalDocs?: Json
  readonly $ref?: string
  readonly $schema?: string
  readonly id?: string
  readonly dependencies?: Json
  readonly definitions?: Json
  readonly patternProperties?: Json
  readonly additionalItems?: Json
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-map-type'?: string
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[]
}

/** A rule in CEL (apiextensions.k8s.io/v1 ValidationRule). */
export interface ValidationRule {
  readonly rule?: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
  readonly fieldPath?: string
  readonly optionalOldSelf?: boolean
}

/** The schema of a declared field; a field may be called `constructor`. */
export const propertyOf = (schema: Schema | undefined, name: string): Schema | undefined =>
  own(schema?.properties, name)

/** The schema of the values of a map. */
export const valuesOf = (schema: Schema | undefined): Schema | undefined =>
  typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined

/** What every resource has, and every resource inside another. */
export const typeAndMeta: readonly string[] = ['apiVersion', 'kind', 'metadata']
