import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1'
import { applyFields, fieldContext, trackFields } from '../../api/managed-fields/field-manager.ts'
import {
  toParentEntries,
  toScaleEntries,
  type ReplicasPaths,
} from '../../api/managed-fields/scale-entries.ts'
import { fieldElement } from '../../api/managed-fields/path-element.ts'
import type { Json, JsonObject, KubeObject } from '../../api/objects.ts'
import type { Resource } from '../resources.ts'
import type { WriteOptions } from '../write-options.ts'

/** Keeps account of who set the replicas through the scale (apimachinery: managedfields/scalehandler.go). */
export class ScaleOwners {
  readonly #paths: ReplicasPaths
  readonly #version: string
  readonly #entries: readonly ManagedFieldsEntry[]
  readonly #options: WriteOptions
  readonly #now: number

  constructor({ apiVersion, definition }: Resource, parent: KubeObject, options: WriteOptions, now: number) {
    this.#version = apiVersion
    const path = definition.scale?.path ?? ['spec', 'replicas']
    this.#paths = { [apiVersion]: path.map(fieldElement) }
    this.#entries = parent.metadata.managedFields ?? []
    this.#options = options
    this.#now = now
  }

  /** The managers of the parent after its scale was replaced. */
  replaced(live: JsonObject, next: JsonObject): ManagedFieldsEntry[] {
    return this.#toParent(trackFields(this.#context, this.#owned(live), next, this.#options.manager))
  }

  /** The scale with a configuration applied; throws 409. */
  applied(live: JsonObject, config: JsonObject): { scale: JsonObject; entries: ManagedFieldsEntry[] } {
    const { manager, force } = this.#options
    const scale = applyFields(this.#context, this.#owned(live), config, manager, force)
    return { scale, entries: this.#toParent(scale) }
  }

  get #context() {
    const type = { apiVersion: 'autoscaling/v1', kind: 'Scale', subresource: 'scale' }
    return fieldContext('autoscaling.v1.Scale', { ...type, now: this.#now })
  }

  #owned(scale: JsonObject): JsonObject {
    const managedFields = toScaleEntries(this.#entries, this.#paths) as unknown as Json
    return { ...scale, metadata: { ...(scale['metadata'] as JsonObject), managedFields } }
  }

  #toParent(scale: JsonObject): ManagedFieldsEntry[] {
    const { managedFields = [] } = scale['metadata'] as unknown as { managedFields?: ManagedFieldsEntry[] }
    return toParentEntries(this.#entries, managedFields, this.#paths, this.#version)
  }
}
