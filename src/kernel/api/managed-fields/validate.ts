import { isList, isObject, printGoValue } from '../json.ts'
import type { Json } from '../objects.ts'
import { UserError } from '../user-error.ts'
import type { ManagedList, ManagedMap, ManagedType } from './managed-type.ts'
import { fieldElement, printPath, type Path, type PathElement } from './path-element.ts'
import { elementOf, fieldType, Problems, scalarProblem, shapeOf } from './walk.ts'

// structured-merge-diff: typed/validate.go

/** Throws ValidationErrors unless the value is of the type; duplicates in sets and keyed lists may be allowed. */
export function validateValue(
  value: Json,
  type: ManagedType,
  options: { readonly allowDuplicates?: boolean } = {},
): void {
  const walk = new Validation(options.allowDuplicates ?? false)
  walk.visit(value, type, [])
  walk.problems.check()
}

class Validation {
  readonly problems = new Problems()
  readonly #allowDuplicates: boolean

  constructor(allowDuplicates: boolean) {
    this.#allowDuplicates = allowDuplicates
  }

  visit(value: Json, type: ManagedType, path: Path): void {
    const shape = shapeOf(type, value)
    if ('scalar' in shape) {
      const problem = scalarProblem(shape.scalar, value)
      if (problem) this.problems.add(path, problem)
    } else if ('list' in shape) this.#list(value, shape.list, path)
    else this.#map(value, shape.map, path)
  }

  #list(value: Json, list: ManagedList, path: Path): void {
    if (value === null) return
    if (!isList(value)) {
      this.problems.add(path, `expected list, got &{${printGoValue(value)}}`)
      return
    }
    const seen = new Set<PathElement>()
    value.forEach((item, i) => {
      const element = list.atomic ? `i:${i}` : this.#element(list, item, i, path)
      if (element === undefined) return
      if (seen.has(element) && !this.#allowDuplicates)
        this.problems.add(path, `duplicate entries for key ${printPath([element])}`)
      seen.add(element)
      this.visit(item, list.element(), [...path, element])
    })
  }

  #element(list: ManagedList, item: Json, index: number, path: Path): PathElement | undefined {
    try {
      return elementOf(list, item)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.problems.add(path, `element ${index}: ${error.message}`)
      return undefined
    }
  }

  #map(value: Json, map: ManagedMap, path: Path): void {
    if (value === null) return
    if (!isObject(value)) {
      this.problems.add(path, `expected map, got &{${printGoValue(value)}}`)
      return
    }
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined) continue
      const below = [...path, fieldElement(name)]
      const type = fieldType(map, name)
      if (type) this.visit(item, type, below)
      else this.problems.add(below, 'field not declared in schema')
    }
  }
}
