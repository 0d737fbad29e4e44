import { StatusError } from '../../api/status.ts'
import { UserError } from '../../api/user-error.ts'
import type { JsonObject } from '../../api/objects.ts'
import type { Sys } from '../../host/sys.ts'
import type { Command } from '../command.ts'
import type { FlagSpec } from '../flag-spec.ts'
import { Info } from '../info.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { printFlags } from '../printers/output.ts'
import { UsageError } from '../errors.ts'
import { validationOf } from './manifest-options.ts'
import { dryRunFlag, fieldManagerFlag, saveConfigFlag, validateFlag } from './shared-flags.ts'
import { createObject, printDone, withLastApplied, writeQuery } from './writing.ts'

/** What each `kubectl create KIND` is: its words, its flags, and the object it makes. */
export interface Generator {
  readonly use: string
  readonly aliases?: readonly string[]
  readonly short: string
  readonly example?: string
  readonly flags?: readonly FlagSpec[]
  readonly namespaced: boolean
  /** The object without its namespace; throws UserError. */
  build(kubectl: Kubectl, name: string, args: readonly string[]): KubeLike | Sys<KubeLike>
  /** What stands before the server's error: `failed to create deployment: `. */
  readonly failure?: string
  /** Arguments after NAME are allowed (what follows `--`). */
  readonly takesMore?: boolean
}

/** A command of `kubectl create` that makes one object (kubectl: pkg/cmd/create). */
export const generatorCommand = (generator: Generator): Command => ({
  use: generator.use,
  aliases: generator.aliases,
  short: generator.short,
  long: `${generator.short}.`,
  example: generator.example,
  flags: [
    ...printFlags,
    dryRunFlag,
    fieldManagerFlag('kubectl-create'),
    validateFlag,
    saveConfigFlag,
    ...(generator.flags ?? []),
  ],
  *run(kubectl, args) {
    const name = nameFrom(kubectl, args, generator.takesMore ?? false)
    const built = generator.build(kubectl, name, args)
    const object = isSys(built) ? yield* built : built
    const placed = generator.namespaced ? withNamespace(kubectl, object) : object
    try {
      yield* createAndPrint(kubectl, placed, generator.namespaced)
    } catch (error) {
      if (!(error instanceof StatusError) || !generator.failure) throw error
      throw new UserError(`${generator.failure}${error.message}`)
    }
    return 0
  },
})

const isSys = (value: KubeLike | Sys<KubeLike>): value is Sys<KubeLike> =>
  typeof (value as { next?: unknown }).next === 'function'

/** Exactly one NAME (create.NameFromCommandArgs). */
export function nameFrom(kubectl: Kubectl, args: readonly string[], more: boolean): string {
  const count = kubectl.dash >= 0 && more ? kubectl.dash : args.length
  if (count === 1) return args[0] as string
  if (count < 1) throw new UsageError('exactly one NAME is required, got 0')
  throw new UsageError(`exactly one NAME is required, got ${count}`)
}

/** The namespace only where a flag chose one, as a dry run shows. */
function withNamespace(kubectl: Kubectl, object: KubeLike): KubeLike {
  if (!kubectl.flags.changed('namespace')) return object
  const { name, creationTimestamp, ...rest } = object.metadata as JsonObject
  return {
    ...object,
    metadata: { creationTimestamp, ...rest, name, namespace: kubectl.namespace },
  } as KubeLike
}

export function* createAndPrint(kubectl: Kubectl, object: KubeLike, namespaced: boolean): Sys<void> {
  const given = kubectl.flags.bool('save-config') ? withLastApplied(object) : object
  const [group = '', version = ''] = object.apiVersion?.includes('/')
    ? object.apiVersion.split('/')
    : ['', object.apiVersion ?? '']
  const resource = {
    group,
    version,
    kind: object.kind ?? '',
    plural: pluralOf(object.kind ?? ''),
    singular: '',
    namespaced,
    shortNames: [],
    categories: [],
    verbs: [],
    subresources: [],
  }
  const info = new Info(kubectl, resource, namespaced ? kubectl.namespace : '', '')
  const made = yield* createObject(
    kubectl,
    info,
    given,
    writeQuery(kubectl, 'kubectl-create', validationOf(kubectl)),
  )
  yield* printDone(kubectl, 'created', {
    ...made,
    apiVersion: made.apiVersion ?? object.apiVersion,
    kind: made.kind ?? object.kind,
  } as KubeLike)
}

/** Built-in kinds only; what is generated is never of another. */
export function pluralOf(kind: string): string {
  const lower = kind.toLowerCase()
  if (lower.endsWith('s')) return `${lower}es`
  return lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`
}

/** key=value pairs of --labels and the like. */
export function parsePairs(texts: readonly string[], what: string): Record<string, string> {
  const pairs: Record<string, string> = {}
  for (const text of texts) {
    const equals = text.indexOf('=')
    if (equals < 0) throw new UserError(`unexpected ${what} format: ${text}`)
    pairs[text.slice(0, equals)] = text.slice(equals + 1)
  }
  return pairs
}
