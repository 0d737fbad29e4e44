import type { Docs } from '../api/kinds/table.ts'
import type { Os } from '../host/program.ts'
import { waitFor, type Task } from './task.ts'

/** The texts of the API's documentation: large, and loaded when somebody first asks for them (asset `openapi-docs`). */
export class Documentation {
  readonly #os: Os
  #docs: Docs | undefined

  constructor(os: Os) {
    this.#os = os
  }

  /** What is there by now. */
  get known(): Docs {
    return this.#docs ?? {}
  }

  *load(): Task<Docs> {
    if (!this.#docs) {
      const asset = yield* waitFor<unknown>((resume) => this.#os.asset('openapi-docs', resume))
      this.#docs ??= (asset ?? {}) as Docs
    }
    return this.#docs
  }

  /** A type's own text and those of its fields. */
  readonly ofType = (struct: string): readonly string[] | undefined => {
    const dot = struct.lastIndexOf('.')
    return this.known[struct.slice(0, dot)]?.[struct.slice(dot + 1)]
  }
}
