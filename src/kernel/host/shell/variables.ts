import { ShellError } from './control.ts'

/** Longer texts are no use, and doubling one a few times makes it so long that nothing could hold it. */
const MAX_VALUE = 16 * 1024 * 1024

/** A shell variable. Arrays keep their elements by index; `list` is indexed by number, `map` by any text. */
export interface Variable {
  value: string | undefined
  list?: Map<number, string> | undefined
  map?: Map<string, string> | undefined
  exported?: boolean
  readonly?: boolean
  integer?: boolean
}

/** Variables with the dynamic scopes that functions open. */
export class Variables {
  #scopes: Map<string, Variable>[] = [new Map()]

  constructor(env: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(env)) this.#scopes[0].set(name, { value, exported: true })
  }

  find(name: string): Variable | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const variable = this.#scopes[i].get(name)
      if (variable) return variable
    }
    return undefined
  }

  /** The value of a scalar, or the first element of an array. */
  get(name: string): string | undefined {
    const variable = this.find(name)
    return variable?.list?.get(0) ?? variable?.map?.get('0') ?? variable?.value
  }

  set(name: string, value: string): Variable {
    checkLength(value)
    const variable = this.#writable(name)
    if (variable.list) variable.list.set(0, value)
    else if (variable.map) variable.map.set('0', value)
    else variable.value = value
    return variable
  }

  setElement(name: string, index: number | string, value: string): void {
    checkLength(value)
    const variable = this.#writable(name)
    if (variable.map) variable.map.set(String(index), value)
    else {
      variable.list ??= new Map(variable.value === undefined ? [] : [[0, variable.value]])
      variable.list.set(Number(index), value)
    }
  }

  setList(name: string, values: Iterable<string>): void {
    const variable = this.#writable(name)
    variable.list = new Map([...values].map((value, i) => [i, value]))
  }

  /** Make sure that it exists in the current scope (`local`) or anywhere. */
  declare(name: string, local: boolean): Variable {
    const scope = local ? (this.#scopes.at(-1) as Map<string, Variable>) : this.#scopes[0]
    const found = local ? scope.get(name) : this.find(name)
    if (found) return found
    const variable: Variable = { value: undefined }
    scope.set(name, variable)
    return variable
  }

  unset(name: string, index?: number | string): void {
    const variable = this.find(name)
    if (variable?.readonly) throw new ShellError(`unset: ${name}: cannot unset: readonly variable`)
    if (index !== undefined) {
      variable?.list?.delete(Number(index))
      variable?.map?.delete(String(index))
      return
    }
    this.#scopes.findLast((scope) => scope.has(name))?.delete(name)
  }

  push(): void {
    this.#scopes.push(new Map())
  }

  pop(): void {
    this.#scopes.pop()
  }

  get names(): string[] {
    return [...new Set(this.#scopes.flatMap((scope) => [...scope.keys()]))].sort()
  }

  /** What children get as their environment. */
  get exported(): Record<string, string> {
    const env: Record<string, string> = {}
    for (const scope of this.#scopes) {
      for (const [name, variable] of scope) {
        const value = variable.list?.get(0) ?? variable.value
        if (variable.exported && value !== undefined) env[name] = value
        else if (name in env) delete env[name]
      }
    }
    return env
  }

  /** A copy for a subshell. */
  clone(): Variables {
    const copy = new Variables()
    copy.#scopes = this.#scopes.map(
      (scope) => new Map([...scope].map(([name, variable]) => [name, cloneVariable(variable)])),
    )
    return copy
  }

  #writable(name: string): Variable {
    const variable = this.find(name) ?? this.declare(name, false)
    if (variable.readonly) throw new ShellError(`${name}: readonly variable`, { fatal: true })
    return variable
  }
}

function checkLength({ length }: string): void {
  if (length > MAX_VALUE)
    throw new ShellError(`xrealloc: cannot allocate ${length} bytes`, { fatal: true, status: 2 })
}

/** The keys of an array in order; a scalar is an array of one. */
export function keysOf(variable: Variable | undefined): string[] {
  if (variable?.map) return [...variable.map.keys()]
  if (variable?.list) return [...variable.list.keys()].sort((a, b) => a - b).map(String)
  return variable?.value === undefined ? [] : ['0']
}

/** The elements of an array in the order of its keys. */
export const elementsOf = (variable: Variable | undefined): string[] =>
  keysOf(variable).map((key) => elementOf(variable, key) ?? '')

export function elementOf(variable: Variable | undefined, key: string): string | undefined {
  if (variable?.map) return variable.map.get(key)
  if (variable?.list) {
    const index = Number(key)
    return variable.list.get(index < 0 ? Math.max(-1, ...variable.list.keys()) + 1 + index : index)
  }
  return Number(key) === 0 || Number(key) === -1 ? variable?.value : undefined
}

const cloneVariable = (variable: Variable): Variable => ({
  ...variable,
  list: variable.list && new Map(variable.list),
  map: variable.map && new Map(variable.map),
})
