import type { Target } from '../../../src/kernel/apiserver/request-info.ts'

/** The kinds that a recording defines as it goes on. */
export class DefinedKinds {
  readonly #paths = new Set<string>()

  /** What a CustomResourceDefinition among the bodies defines; true if it was one. */
  learn(body: unknown): boolean {
    const { kind, spec } = (body ?? {}) as {
      kind?: string
      spec?: { group?: string; names?: { plural?: string }; versions?: { name?: string }[] }
    }
    if (kind !== 'CustomResourceDefinition') return false
    for (const { name } of spec?.versions ?? [])
      this.#paths.add(`${spec?.group}/${name}/${spec?.names?.plural}`)
    return true
  }

  /** The namespaced ones' and others' paths: `group/version/plural`. */
  get all(): readonly string[] {
    return [...this.#paths]
  }

  has({ group, version, resource }: Target): boolean {
    return this.#paths.has(`${group}/${version}/${resource}`)
  }
}
