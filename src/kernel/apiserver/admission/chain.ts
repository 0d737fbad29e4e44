import type { KubeObject } from '../../api/objects.ts'
import type { Api, User } from '../call.ts'
import type { Resource } from '../resources.ts'
import type { Task } from '../task.ts'

/** What admission is asked about (apiserver: pkg/admission/attributes.go). */
export interface Attributes {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  readonly resource: Resource
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly object: KubeObject | undefined
  readonly old: KubeObject | undefined
  readonly user: User
  readonly dryRun: boolean
  warn(text: string): void
}

/** Changes objects on their way in, or refuses them by throwing a StatusError. One plugin a file. */
export interface AdmissionPlugin {
  readonly name: string
  /** Returns the object as it shall be. */
  mutate?(attributes: Attributes, api: Api): Task<KubeObject | undefined> | KubeObject | undefined
  validate?(attributes: Attributes, api: Api): Task<void> | void
}

/** The plugins that are switched on, in upstream's order. */
export class Admission {
  readonly #mutating: readonly AdmissionPlugin[]
  readonly #validating: readonly AdmissionPlugin[]

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#mutating = plugins.filter(({ mutate }) => mutate)
    this.#validating = plugins.filter(({ validate }) => validate)
  }

  *mutate(attributes: Attributes, api: Api): Task<KubeObject | undefined> {
    let { object } = attributes
    for (const plugin of this.#mutating) {
      const result = plugin.mutate?.({ ...attributes, object }, api)
      object = isTask(result) ? yield* result : result
    }
    return object
  }

  *validate(attributes: Attributes, api: Api): Task<void> {
    for (const plugin of this.#validating) {
      const result = plugin.validate?.(attributes, api)
      if (isTask(result)) yield* result
    }
  }
}

const isTask = <T>(value: T | Task<T>): value is Task<T> =>
  typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function'
