import type { Json } from '../objects.ts'

// structured-merge-diff: schema/elements.go

export type ManagedScalar = 'numeric' | 'string' | 'boolean' | 'untyped'

/**
 * What a value may be, and who can own its parts. More than one of the three where the schema leaves it open. Types refer to others
 * by functions, because they may be recursive.
 */
export interface ManagedType {
  /** How errors call it. */
  readonly name?: string
  readonly scalar?: ManagedScalar
  readonly list?: ManagedList
  readonly map?: ManagedMap
}

export interface ManagedList {
  element(): ManagedType
  /** Owned as a whole; otherwise elements are told apart by their keys, or by their value if there are none. */
  readonly atomic: boolean
  readonly keys?: readonly string[]
}

export interface ManagedMap {
  field(name: string): ManagedField | undefined
  /** The type of other fields; none are allowed if it is absent. */
  readonly element?: () => ManagedType
  readonly atomic: boolean
}

export interface ManagedField {
  type(): ManagedType
  readonly default?: Json
}

/** What has no schema: maps are separable, lists atomic (structured-merge-diff: typed.DeducedParseableType). */
export const deducedType: ManagedType = {
  name: '__untyped_deduced_',
  scalar: 'untyped',
  list: { element: () => atomicType, atomic: true },
  map: { field: () => undefined, element: () => deducedType, atomic: false },
}

/** What has no schema and is owned as a whole. */
export const atomicType: ManagedType = {
  name: '__untyped_atomic_',
  scalar: 'untyped',
  list: { element: () => atomicType, atomic: true },
  map: { field: () => undefined, element: () => atomicType, atomic: true },
}
