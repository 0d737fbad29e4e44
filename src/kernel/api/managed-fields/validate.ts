import { isList, isObject, printGoValue } from '../json.ts'
import type { Json } from '../objects.ts'
import { UserError } from '../user-error.ts'
import type { ManagedList, ManagedMap, ManagedType } from './managed-type.ts'
import { fieldElement, printPath, type PathElement } from './path-element.ts'
import { elementOf, fieldType, Problems, scalarProblem, shapeOf } from './walk.ts'

// structured-merge-diff: typed/validate.go

/** Throws ValidationErrors unless the value is of the type; duplicates in sets and keyed lists may be allowed. */
export function validateValue(
  value: Json,
  type: ManagedType,
  options: { readonly allowDuplicates?: boolean } = {},
): void {
  const walk = new Validation(options.allowDuplicates ?? false)
  walk.visit(value, type)
  walk.problems.check()
}

class Validation {
  readonly problems = new Problems()
  readonly #allowDuplicates: boolean
  /** The way to the current value. */
  readonly #path: PathElement[] = []

  constructor(allowDuplicates: boolean) {
    this.#allowDuplicates = allowDuplicates
  }

  visit(value: Json, type: ManagedType): void {
    const shape = shapeOf(type, value)
    if ('scalar' in shape) {
      const problem = scalarProblem(shape.scalar, value)
      if (problem) this.#problem(problem)
    } else if ('list' in shape) this.#list(value, shape.list)
    else this.#map(value, shape.map)
  }

  #problem(what: string): void {
    this.problems.add([...this.#path], what)
  }

  #list(value: Json, list: ManagedList): void {
    if (value === null) return
    if (!isList(value)) {
      this.#problem(`expected list, got &{${printGoValue(value)}}`)
      return
    }
    const seen = new Set<PathElement>()
    value.forEach((item, i) => {
      const element = list.atomic ? `i:${i}` : this.#element(list, item, i)
      if (element === undefined) return
      if (!this.#allowDuplicates) {
        if (seen.has(element)) this.#problem(`duplicate entries for key ${printPath([element])}`)
        seen.add(element)
      }
      this.#path.push(element)
      this.visit(item, list.element())
      this.#path.pop()
    })
  }

  #element(list: ManagedList, item: Json, index: number): PathElement | undefined {
    try {
      return elementOf(list, item)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.#problem(`element ${index}: ${error.message}`)
      return undefined
    }
  }

  #map(value: Json, map: ManagedMap): void {
    if (value === null) return
    if (!isObject(value)) {
      this.#problem(`expected map, got &{${printGoValue(value)}}`)
      return
    }
    for (const name of Object.keys(value)) {
      const item = value[name]
      if (item === undefined) continue
      this.#path.push(fieldElement(name))
      const type = fieldType(map, name)
      if (type) this.visit(item, type)
      else this.#problem('field not declared in schema')
      this.#path.pop()
    }
  }
}
