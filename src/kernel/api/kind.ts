import type { KubeObject } from './objects.ts'
import type { FieldError } from './field-error.ts'

/** One column of a server-side Table (apimachinery: metav1.TableColumnDefinition). Priority 0 always shows, 1 only with `-o wide`. */
export interface Column<T = KubeObject> {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'date' | 'boolean'
  readonly format?: string
  /** Own words, or the type and field whose documentation says it: `{ doc: 'core.v1.PodStatus.podIP' }`. */
  readonly description?: string | { readonly doc: string }
  readonly priority?: number
  /** `now` is milliseconds since the Unix epoch, for ages. */
  cell(object: T, now: number): string | number | boolean | null
}

/** What a strategy may draw on while it prepares an object. */
export interface StrategyContext {
  /** Milliseconds since the Unix epoch. */
  readonly now: number
  /** Who asks. */
  readonly user?: {
    readonly name: string
    readonly uid: string
    readonly groups: readonly string[]
    readonly extra?: Readonly<Record<string, readonly string[]>>
  }
  /** The id that the object will bear, when it is created. */
  readonly uid?: string
}

/** Where an object keeps its replica count, for the scale subresource (paths of autoscaling/v1 Scale). */
export interface ScaleSpec {
  /** Names of the fields down to the replica count; spec.replicas when left out. */
  readonly path?: readonly string[]
  readonly replicas: (object: KubeObject) => number
  readonly statusReplicas: (object: KubeObject) => number
  /** Label selector as a string. */
  readonly selector: (object: KubeObject) => string
  readonly withReplicas: (object: KubeObject, replicas: number) => KubeObject
}

/** How a kind that is served in a version or group of its own is kept in another (kubernetes: conversion.go of the versions). */
export interface StoredForm {
  /** The kind in which it is kept, maybe with other rules for those who come this way. */
  readonly definition: KindDefinition
  toStored(object: KubeObject): KubeObject
  fromStored(object: KubeObject): KubeObject
}

/**
 * A kind of the API is one record: the API server, kubectl, the editor and the page all read it.
 * Hooks bear the names of upstream's rest strategies (kubernetes: pkg/registry/<group>/<kind>/strategy.go).
 * Objects are JSON values; hooks never change their arguments, they return copies.
 */
export interface KindDefinition<T extends KubeObject = KubeObject> {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  /** The kind of a list when it is not the kind with List behind it. */
  readonly listKind?: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly namespaced: boolean
  /** Verbs as in discovery; the default is all of create delete deletecollection get list patch update watch. */
  readonly verbs?: readonly string[]
  /** True when spec and status are written through different endpoints. */
  readonly status?: boolean
  readonly scale?: ScaleSpec
  /** True when a change of spec increases metadata.generation. */
  readonly generation?: boolean
  /** True when an update may create (kubernetes: AllowCreateOnUpdate). */
  readonly allowCreateOnUpdate?: boolean
  /** True when an update needs no resourceVersion (kubernetes: AllowUnconditionalUpdate). Default true. */
  readonly allowUnconditionalUpdate?: boolean
  /** Fill in defaults (kubernetes: pkg/apis/<group>/<version>/defaults.go). Runs on every decode. */
  defaults?(object: T): T
  /** Clear what a client may not set, e.g. status (PrepareForCreate). */
  prepareForCreate?(object: T, context: StrategyContext): T
  prepareForUpdate?(object: T, old: T, context: StrategyContext): T
  /** For the status endpoint; the generic rule keeps spec and metadata of `old`. */
  prepareForStatusUpdate?(object: T, old: T, context: StrategyContext): T
  validate?(object: T): FieldError[]
  validateUpdate?(object: T, old: T): FieldError[]
  validateStatusUpdate?(object: T, old: T): FieldError[]
  /** Last touches after validation (Canonicalize). */
  canonicalize?(object: T): T
  /** Warnings sent back with a create, or with an update of `old` (kubernetes: WarningsOnCreate, WarningsOnUpdate). */
  warnings?(object: T, old?: T): string[]
  /** Seconds of graceful deletion for this object; undefined deletes at once (CheckGracefulDelete). `requested` is what the caller asked. */
  gracePeriodSeconds?(object: T, requested: number | undefined): number | undefined
  /** Set where objects of another kind are shown as these. Columns, preparation and validation are that kind's. */
  readonly storedAs?: StoredForm
  /** Field selector fields beyond metadata.name and metadata.namespace (ToSelectableFields). */
  selectableFields?(object: T): Readonly<Record<string, string>>
  /** Those fields' names, for kinds that were defined while the server ran. */
  readonly fieldLabels?: readonly string[]
  /**
   * What the first deletion of an object makes of it, when it must not go before somebody has cleared up behind it; undefined once
   * that has begun (kubernetes: stores with a Delete of their own).
   */
  beginDeletion?(object: T, context: StrategyContext): T | undefined
  /** Printer columns (kubernetes: pkg/printers/internalversion/printers.go); Name and Age only by default. */
  readonly columns?: readonly Column<T>[]
}

/** A type of kubernetes-types as it is once decoded: with its type, and with metadata. */
export type Typed<T> = Omit<T, 'apiVersion' | 'kind' | 'metadata'> & KubeObject

/** Hold a definition to its own type where it is written; forget the type where many are listed. */
export const kind = <T extends KubeObject>(definition: KindDefinition<T>): KindDefinition =>
  definition as unknown as KindDefinition
