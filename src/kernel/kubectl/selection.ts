import { UserError } from '../api/user-error.ts'
import type { Sys } from '../host/sys.ts'
import { Aggregate } from './errors.ts'
import type { SourceFile } from './files.ts'
import type { Info } from './info.ts'
import type { Kubectl } from './kubectl.ts'

/** What a command wants to act on (cli-runtime: resource.Builder). */
export interface Selection {
  readonly args?: readonly string[]
  /** One type, several names: `pod` for `logs a b`. */
  readonly names?: { readonly type: string; readonly names: readonly string[] }
  readonly filenames?: readonly string[]
  readonly recursive?: boolean
  /** A folder whose kustomization is built. */
  readonly kustomization?: string | undefined
  readonly namespace?: string
  readonly allNamespaces?: boolean
  /** Refuse objects of other namespaces when -n was given. Default true. */
  readonly enforceNamespace?: boolean
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly all?: boolean
  /** A type alone selects everything of it. */
  readonly emptySelectsAll?: boolean
  readonly subresource?: string
  readonly chunkSize?: number
  readonly continueOnError?: boolean
  /** Fetch what files name from the server. */
  readonly latest?: boolean
  /** Infos need not have an object. */
  readonly bare?: boolean
  readonly singleType?: boolean
  /** A list's items one by one; default true. */
  readonly flatten?: boolean
  /** Do not talk to the server at all. */
  readonly local?: boolean
  /** How requests for objects are decorated: accept header, more query. */
  readonly request?: { readonly accept?: string; readonly query?: Readonly<Record<string, string>> }
  /** --validate; undefined means the command has no such flag. */
  readonly validate?: string
}

export type Visit = (info: Info) => Sys<void>
export type Source = (visit: Visit) => Sys<void>

/** What a selection came to; visit it once. */
export class Result {
  /** Exactly one object was named. */
  readonly single: boolean
  /** Objects were named, not selected. */
  readonly targetsSingleItems: boolean
  readonly #visitAll: (visit: Visit) => Sys<void>
  constructor(single: boolean, targetsSingleItems: boolean, visitAll: (visit: Visit) => Sys<void>) {
    this.single = single
    this.targetsSingleItems = targetsSingleItems
    this.#visitAll = visitAll
  }

  /** Each object in turn; what goes wrong is thrown at once, or at the end when the selection continues on errors. */
  *visit(visit: Visit): Sys<void> {
    yield* this.#visitAll(visit)
  }

  *infos(): Sys<Info[]> {
    const infos: Info[] = []
    yield* this.visit(function* (info) {
      infos.push(info)
    })
    return infos
  }

  /** What was found, and what went wrong. */
  *partial(): Sys<{ infos: Info[]; errors: Error[] }> {
    const infos: Info[] = []
    try {
      yield* this.visit(function* (info) {
        infos.push(info)
      })
      return { infos, errors: [] }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return { infos, errors: error instanceof Aggregate ? [...error.errors] : [error] }
    }
  }
}

/** The arguments, told apart. */
export interface Arguments {
  readonly types: string[]
  readonly names: string[]
  readonly tuples: { readonly type: string; readonly name: string }[]
  readonly paths: SourceFile[]
  readonly folder: boolean
  readonly labelSelector: string | undefined
}

export interface Context extends Arguments {
  readonly kubectl: Kubectl
  readonly selection: Selection
  readonly namespace: string
}
