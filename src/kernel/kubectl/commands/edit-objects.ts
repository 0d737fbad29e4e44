import { equalJson } from '../../api/json.ts'
import type { JsonObject } from '../../api/objects.ts'
import { createMergePatch } from '../../api/patch/merge.ts'
import { patchSchemaOf } from '../../api/patch/patch-schema.ts'
import { twoWayPatch } from '../../api/patch/two-way.ts'
import { structNameOf } from '../../api/schema/types.ts'
import { StatusError } from '../../api/status.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import { UsageError } from '../errors.ts'
import { patchTypes, type Info } from '../info.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { printJson } from '../printers/json.ts'
import { omitManagedFields, printerFor } from '../printers/output.ts'
import { EditResults } from './edit-results.ts'
import { ANNOTATION, editSession, infosOf } from './edit-session.ts'
import { fileSelection } from './manifest-options.ts'
import { annotationsOf, LAST_APPLIED, lastAppliedOf } from './writing.ts'

/** `edit`: objects as the server has them. */
export function* editLive(kubectl: Kubectl, args: readonly string[]): Sys<number> {
  const infos = yield* found(kubectl, args)
  if (!infos.length) throw new UserError('edit cancelled, no objects found')
  const objects = infos.map(({ object }) => shown(kubectl, object as KubeLike))
  const editing = {
    args,
    objects,
    *save(edited: readonly Info[], results: EditResults) {
      for (const info of edited) yield* patchLive(kubectl, objects, info, results)
    },
  }
  yield* editSession(kubectl, editing, new EditResults())
  return 0
}

/** `apply edit-last-applied`: what was applied last. */
export function* editApplied(kubectl: Kubectl, args: readonly string[]): Sys<number> {
  const objects: KubeLike[] = []
  for (const { object } of yield* found(kubectl, args)) {
    const text = lastAppliedOf(object)
    if (text) for (const info of yield* infosOf(kubectl, text)) objects.push(info.object as KubeLike)
  }
  if (!objects.length)
    throw new UserError(
      'no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`',
    )
  const editing = {
    args,
    objects,
    header: ANNOTATION,
    *save(edited: readonly Info[]) {
      for (const info of edited) yield* patchAnnotation(kubectl, objects, info)
    },
  }
  yield* editSession(kubectl, editing, new EditResults())
  return 0
}

function* found(kubectl: Kubectl, args: readonly string[]): Sys<Info[]> {
  const { flags } = kubectl
  if (!args.length && !flags.list('filename').length) throw new UsageError('must specify one of -f and -k')
  const result = yield* select(kubectl, {
    ...fileSelection(kubectl),
    args,
    emptySelectsAll: true,
    latest: true,
    continueOnError: true,
    subresource: flags.string('subresource'),
  })
  return yield* result.infos()
}

const shown = ({ flags }: Kubectl, object: KubeLike): KubeLike =>
  flags.bool('show-managed-fields') ? object : omitManagedFields(object)

/** kubectl: editoptions.go visitToPatch */
function* patchLive(
  kubectl: Kubectl,
  originals: readonly KubeLike[],
  info: Info,
  results: EditResults,
): Sys<void> {
  const { flags } = kubectl
  const after = info.object as KubeLike
  const before = originals.find(({ metadata }) => metadata?.['uid'] === after.metadata?.['uid'])
  if (!before) throw new UserError(`no original object found for ${info.mapping.kind} ${info.name}`)
  if (equalJson(before, after))
    return yield* kubectl.out(printerFor(kubectl, 'skipped').print(info.object as KubeLike))
  const { type, body } = patchOf(info, before, after)
  const { name, managedFields } = (body['metadata'] ?? {}) as JsonObject
  if ([body['apiVersion'], body['kind'], name, managedFields].some((changed) => changed !== undefined))
    throw new UserError('At least one of apiVersion, kind and name was changed')
  if (flags.bool('output-patch')) yield* kubectl.out(`Patch: ${printJson(body)}\n`)
  try {
    yield* info.patch(type, body, {
      fieldManager: flags.string('field-manager') || 'kubectl-edit',
      fieldValidation: 'Strict',
    })
    yield* kubectl.out(printerFor(kubectl, 'edited').print(info.object as KubeLike))
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    yield* kubectl.err(results.refused(info, error))
  }
}

function patchOf({ mapping }: Info, before: KubeLike, after: KubeLike): { type: string; body: JsonObject } {
  const struct = structNameOf(mapping.group, mapping.version, mapping.kind)
  if (!struct) return { type: patchTypes.merge, body: createMergePatch(before, after) }
  return { type: patchTypes.strategic, body: twoWayPatch(before, after, patchSchemaOf(struct)) }
}

/** kubectl: editoptions.go visitToApplyEditPatch */
function* patchAnnotation(kubectl: Kubectl, originals: readonly KubeLike[], info: Info): Sys<void> {
  const after = info.object as KubeLike
  const unchanged = originals.some((before) => equalJson(before, after))
  if (!unchanged) {
    const annotations = { ...annotationsOf(after), [LAST_APPLIED]: `${printJson(after)}\n` }
    const recorded = { ...after, metadata: { ...after.metadata, annotations } }
    yield* info.patch(patchTypes.merge, createMergePatch(after, recorded), {
      fieldManager: kubectl.flags.string('field-manager') || 'kubectl-edit',
    })
  }
  yield* kubectl.out(printerFor(kubectl, unchanged ? 'skipped' : 'edited').print(after))
}
