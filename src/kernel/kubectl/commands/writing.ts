import type { JsonObject } from '../../api/objects.ts'
import type { Sys } from '../../host/sys.ts'
import type { Info } from '../info.ts'
import { dryRunOf, dryRunSuffix, type Kubectl, type KubeLike } from '../kubectl.ts'
import { printJson } from '../printers/json.ts'
import { printerFor } from '../printers/output.ts'
import type { Query } from '../transport.ts'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
export const CHANGE_CAUSE = 'kubernetes.io/change-cause'

/** Query of a write: who writes, how strictly, and whether for real. */
export function writeQuery(kubectl: Kubectl, fieldManager: string, fieldValidation?: string) {
  return {
    fieldManager: kubectl.flags.string('field-manager') || fieldManager,
    fieldValidation,
    dryRun: dryRunOf(kubectl) === 'server' ? 'All' : undefined,
  }
}

/** A printer of what was done, with ` (dry run)` where it was not. */
export function operationPrinter(kubectl: Kubectl, operation: string) {
  return printerFor(kubectl, operation + dryRunSuffix(dryRunOf(kubectl)))
}

/** Print one object of each kind with its operation. */
export function* printDone(kubectl: Kubectl, operation: string, object: KubeLike): Sys<void> {
  yield* kubectl.out(operationPrinter(kubectl, operation).print(object))
}

/** What the annotation of an object says; `annotations` is there even when it is empty, unless told otherwise (kubectl: util.GetModifiedConfiguration). */
export function lastAppliedText(object: KubeLike, emptyAnnotations = false): string {
  const bare = withoutLastApplied(object)
  const metadata = bare.metadata ?? {}
  const recorded = emptyAnnotations
    ? { ...bare, metadata: { ...metadata, annotations: metadata['annotations'] ?? {} } }
    : bare
  return `${printJson(recorded)}\n`
}

/** The object with itself in its annotation (kubectl: util.CreateOrUpdateAnnotation). */
export function withLastApplied(object: KubeLike): KubeLike {
  const bare = withoutLastApplied(object)
  const metadata = bare.metadata ?? {}
  const annotations = (metadata['annotations'] ?? {}) as JsonObject
  const text = lastAppliedText(bare, true)
  return {
    ...bare,
    metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: text } },
  } as KubeLike
}

export function withoutLastApplied(object: KubeLike): KubeLike {
  const annotations = object.metadata?.['annotations'] as JsonObject | undefined
  if (!annotations || !(LAST_APPLIED in annotations)) return object
  const { [LAST_APPLIED]: _, ...others } = annotations
  return { ...object, metadata: { ...object.metadata, annotations: others } } as KubeLike
}

/** The configuration that was applied last; undefined when nobody applied. */
export const lastAppliedOf = (object: JsonObject | undefined): string | undefined =>
  annotationsOf(object)[LAST_APPLIED]

export const annotationsOf = (object: JsonObject | undefined): Readonly<Record<string, string>> =>
  ((object?.['metadata'] as JsonObject | undefined)?.['annotations'] ?? {}) as Record<string, string>

export const labelsOf = (object: JsonObject | undefined): Readonly<Record<string, string>> =>
  ((object?.['metadata'] as JsonObject | undefined)?.['labels'] ?? {}) as Record<string, string>

/** The command line as --record keeps it (genericclioptions: ParseCommandArguments). */
export function changeCause({ path, flags }: Kubectl, args: readonly string[]): string {
  const shown = flags.given().flatMap(({ name, values }) => values.map((value) => `--${name}=${value}`))
  return [...path.split(' '), ...args, ...shown].join(' ')
}

/** Put the change cause on an object when it is asked for. */
export function recorded(kubectl: Kubectl, args: readonly string[], object: KubeLike): KubeLike {
  if (!kubectl.flags.bool('record')) return object
  const annotations = { ...annotationsOf(object), [CHANGE_CAUSE]: changeCause(kubectl, args) }
  return { ...object, metadata: { ...object.metadata, annotations } } as KubeLike
}

/** Send a new object, unless it is a dry run of the client. */
export function* createObject(kubectl: Kubectl, info: Info, object: KubeLike, query: Query): Sys<KubeLike> {
  if (dryRunOf(kubectl) === 'client') return info.keep(object)
  return yield* info.create(object, query)
}
