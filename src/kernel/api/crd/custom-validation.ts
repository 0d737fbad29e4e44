import { invalid, type FieldError } from '../field-error.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import type { Json, KubeObject } from '../objects.ts'
import type { ScalePaths } from './definition.ts'
import { validateLists } from './list-types.ts'
import { validateEmbedded } from './object-meta.ts'
import { compileRules, type RuleNode } from './rules.ts'
import { validateScale } from './scale-paths.ts'
import type { Schema } from './schema.ts'
import { validateRules } from './validate-rules.ts'
import { validateChange, validateValue } from './validate-value.ts'

/** Errors that make rules meaningless: what they look at may not be what they take it for. */
const blocking = [
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]

const notChecked =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation'

/** Judges the objects of a custom kind (apiextensions-apiserver: pkg/registry/customresource/strategy.go, validator.go). */
export class CustomValidation {
  readonly #kind: string
  readonly #apiVersion: string
  readonly #namespaced: boolean
  readonly #schema: Schema
  readonly #scale: ScalePaths | undefined
  /** Compiled when the first object comes. */
  #rules: RuleNode | undefined | 'none'

  constructor(
    kind: string,
    apiVersion: string,
    namespaced: boolean,
    schema: Schema,
    scale: ScalePaths | undefined,
  ) {
    this.#kind = kind
    this.#apiVersion = apiVersion
    this.#namespaced = namespaced
    this.#schema = schema
    this.#scale = scale
  }

  create(object: KubeObject): FieldError[] {
    const value = object as unknown as Json
    const wrongType = this.#typeErrors(object)
    if (wrongType.length) return wrongType
    return this.#withRules(object, undefined, [
      ...validateObjectMeta(object.metadata, this.#namespaced, validateDNS1123Subdomain),
      ...validateValue(value, this.#schema),
      ...(this.#scale ? validateScale(object, this.#scale) : []),
      ...validateEmbedded(value, this.#schema),
      ...validateLists(value, this.#schema),
    ])
  }

  update(object: KubeObject, old: KubeObject, status = false): FieldError[] {
    const value = object as unknown as Json
    const before = old as unknown as Json
    const wrongType = this.#typeErrors(object)
    if (wrongType.length) return wrongType
    const lists = validateLists(before, this.#schema).length ? [] : validateLists(value, this.#schema)
    return this.#withRules(object, old, [
      ...validateObjectMetaUpdate(object.metadata, old.metadata),
      ...validateChange(value, before, this.#schema),
      ...(this.#scale ? validateScale(object, this.#scale, status) : []),
      ...validateEmbedded(value, this.#schema),
      ...lists,
    ])
  }

  statusUpdate(object: KubeObject, old: KubeObject): FieldError[] {
    return this.update(object, old, true)
  }

  #typeErrors({ kind, apiVersion }: KubeObject): FieldError[] {
    return [
      ...(kind === this.#kind ? [] : [invalid('kind', kind ?? '', `must be ${this.#kind}`)]),
      ...(apiVersion === this.#apiVersion
        ? []
        : [invalid('apiVersion', apiVersion ?? '', `must be ${this.#apiVersion}`)]),
    ]
  }

  #withRules(object: KubeObject, old: KubeObject | undefined, errors: FieldError[]): FieldError[] {
    this.#rules ??= compileRules(this.#schema, true) ?? 'none'
    if (this.#rules === 'none') return errors
    if (errors.some(({ type }) => blocking.includes(type)))
      return [...errors, invalid('<nil>', null, notChecked)]
    return [...errors, ...validateRules(this.#rules, object as unknown as Json, old as unknown as Json)]
  }
}
