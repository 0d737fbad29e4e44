import { goJson, sortedKeys } from './go-json.ts'
import { isList, isObject, printGoValue, goTypeOf } from './json.ts'
import { parseJsonPath, type JsonPathList, type JsonPathNode, type SliceBound } from './jsonpath-parser.ts'
import type { Json } from './objects.ts'
import { UserError } from './user-error.ts'

// client-go: util/jsonpath/jsonpath.go

export interface JsonPathOptions {
  /** A field that is not there gives nothing instead of an error. */
  readonly allowMissingKeys?: boolean
  /** Print maps as they come, not sorted: for data that Go holds in structs. */
  readonly keepOrder?: boolean
}

/** A template that can be filled in. */
export interface JsonPath {
  /** Values of each action in turn; throws UserError. */
  find(data: Json): Json[][]
  /** The template with the values in it; throws UserError. */
  print(data: Json): string
}

/** A parsed template; throws UserError. */
export function jsonPath(template: string, options: JsonPathOptions = {}): JsonPath {
  const nodes = parseJsonPath(template)
  const find = (data: Json) => new Run(nodes, options).find(data, 0)
  const print = (data: Json) =>
    find(data)
      .map((values) => values.map((value) => printValue(value, options)).join(' '))
      .join('')
  return { find, print }
}

/** Scalars as Go prints them, lists and maps as JSON. */
function printValue(value: Json, { keepOrder }: JsonPathOptions): string {
  if (!isList(value) && !isObject(value)) return printGoValue(value)
  return goJson(keepOrder ? value : sortedKeys(value))
}

/** One filling-in: ranges open and close across the actions of the template. */
class Run {
  readonly #nodes: readonly JsonPathNode[]
  readonly #options: JsonPathOptions
  #begun = 0
  #depth = 0
  #ended = 0
  #lastEnd = -1

  constructor(nodes: readonly JsonPathNode[], options: JsonPathOptions) {
    this.#nodes = nodes
    this.#options = options
  }

  find(data: Json, start: number): Json[][] {
    const found: Json[][] = []
    for (let i = start; i < this.#nodes.length; i++) {
      const values = this.#walk([data], this.#nodes[i]!)
      if (this.#ended > 0 && this.#ended <= this.#depth) {
        this.#ended--
        this.#lastEnd = i
        break
      }
      if (this.#begun === 0) found.push(values)
      else {
        this.#begun--
        this.#depth++
        for (const value of values) found.push(...this.find(value, i + 1))
        // Even a range over nothing must be walked to learn where it ends.
        if (!values.length) this.find(null, i + 1)
        this.#depth--
        if (this.#lastEnd > i) i = this.#lastEnd
      }
    }
    return found
  }

  #walk(input: Json[], node: JsonPathNode): Json[] {
    switch (node.kind) {
      case 'list':
        return this.#list(input, node)
      case 'text':
        return [node.text]
      case 'int':
      case 'float':
      case 'bool':
        return input.map(() => node.value)
      case 'field':
        return this.#field(input, node.value)
      case 'array':
        return input.flatMap((value) => (value === null ? [] : slice(value, node.params)))
      case 'filter':
        return input.flatMap((value) => this.#filter(value, node.left, node.right, node.operator))
      case 'union':
        return node.nodes.flatMap((list) => this.#list(input, list))
      case 'identifier':
        return this.#identifier(input, node.name)
      case 'wildcard':
        return input.flatMap(children)
      case 'recursive':
        return input.flatMap(descend)
    }
  }

  #list(input: Json[], { nodes }: JsonPathList): Json[] {
    return nodes.reduce((values, node) => this.#walk(values, node), input)
  }

  #identifier(input: Json[], name: string): Json[] {
    if (name === 'range') {
      this.#begun++
      return input
    }
    if (name !== 'end') throw new UserError(`unrecognized identifier ${name}`)
    if (this.#ended >= this.#depth) throw new UserError('not in range, nothing to end')
    this.#ended++
    return []
  }

  #field(input: Json[], name: string): Json[] {
    if (!input.length) return []
    const found = input.flatMap((value) => {
      const item = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
      return item === undefined ? [] : [item]
    })
    if (!found.length && !this.#options.allowMissingKeys) throw new UserError(`${name} is not found`)
    return found
  }

  #filter(value: Json, left: JsonPathList, right: JsonPathList, operator: string): Json[] {
    if (!isList(value))
      throw new UserError(`${printGoValue(value)} is not array or slice and cannot be filtered`)
    return value.filter((item) => {
      if (operator === 'exists') return this.#exists(item, left)
      const lefts = this.#list([item], left)
      if (!lefts.length) return false
      const rights = this.#list([item], right)
      if (lefts.length !== 1 || rights.length !== 1)
        throw new UserError('can only compare one element at a time')
      return compare(lefts[0] ?? null, rights[0] ?? null, operator)
    })
  }

  #exists(item: Json, path: JsonPathList): boolean {
    try {
      return this.#list([item], path).length > 0
    } catch (error) {
      if (error instanceof UserError) return false
      throw error
    }
  }
}

function slice(
  value: Json,
  [from, to, step]: readonly [SliceBound, SliceBound, SliceBound],
): readonly Json[] {
  if (!isList(value))
    throw new UserError(`${goTypeOf(value).replace('%!s(<nil>)', '<nil>')} is not array or slice`)
  const { length } = value
  const start = from.known && from.value < 0 ? from.value + length : from.value
  const wraps = to.value < 0 || (to.value === 0 && to.derived)
  const end = !to.known ? length : wraps ? to.value + length : to.value
  if (start === end) return []
  const outside = (index: number) =>
    new UserError(`array index out of bounds: index ${index}, length ${length}`)
  if (start >= length || start < 0) throw outside(start)
  if (end > length || end < 0) throw outside(end - 1)
  if (start > end) throw new UserError(`starting index ${start} is greater than ending index ${end}`)
  if (step.known && step.value <= 0) throw new UserError('step must be > 0')
  return value.slice(start, end).filter((_, i) => !step.known || i % step.value === 0)
}

/** The values in a map or list; of a string, Go sees the bytes. */
function children(value: Json): Json[] {
  if (isList(value)) return [...value]
  if (isObject(value)) return Object.values(value).map((item) => item ?? null)
  return typeof value === 'string' ? [...value].map((character) => character.codePointAt(0) ?? 0) : []
}

/** The value and all below it that hold something. */
function descend(value: Json): Json[] {
  const below = children(value)
  return below.length ? [value, ...below.flatMap(descend)] : []
}

/** Go: text/template's eq, lt and so on, as forked by Kubernetes. */
function compare(left: Json, right: Json, operator: string): boolean {
  if (!['<', '>', '==', '!=', '<=', '>='].includes(operator))
    throw new UserError(`unrecognized filter operator ${operator}`)
  const [a, b] = [basicKind(left), basicKind(right)]
  if (a !== b) throw new UserError('incompatible types for comparison')
  if (operator === '==' || operator === '!=') return (left === right) === (operator === '==')
  if (a === 'bool') throw new UserError('invalid type for comparison')
  const [x, y] = [left as string | number, right as string | number]
  return operator.startsWith('<')
    ? x < y || (operator === '<=' && x === y)
    : x > y || (operator === '>=' && x === y)
}

function basicKind(value: Json): string {
  if (value === null || typeof value === 'object') throw new UserError('invalid type for comparison')
  return goTypeOf(value)
}
