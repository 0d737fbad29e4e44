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
import { groupResource } from '../mapper.ts'
import { asOne, EditRefused, editSession } from './edit-session.ts'
import { fileSelection } from './manifest-options.ts'
import { annotationsOf, LAST_APPLIED, lastAppliedOf } from './writing.ts'

/** `edit` of live objects, or of what was applied last. */
export function* editObjects(
  kubectl: Kubectl,
  args: readonly string[],
  mode: 'edit' | 'last-applied',
): Sys<number> {
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
  const infos = yield* result.infos()
  if (!infos.length) throw new UserError('edit cancelled, no objects found')
  const shown = infos.map((info) => (mode === 'edit' ? live(kubectl, info) : applied(info)))
  return yield* editSession(kubectl, asOne(shown), function* (edited) {
    for (const [i, info] of matched(infos, edited).entries())
      if (info)
        yield* save(kubectl, info, shown[infos.indexOf(info)] as KubeLike, edited[i] as KubeLike, mode)
  })
}

const live = ({ flags }: Kubectl, { object }: Info): KubeLike =>
  flags.bool('show-managed-fields') ? (object as KubeLike) : omitManagedFields(object as KubeLike)

function applied(info: Info): KubeLike {
  const text = lastAppliedOf(info.object)
  if (!text) throw new UserError(`no last-applied-configuration annotation found on resource: ${info.name}`)
  return JSON.parse(text) as KubeLike
}

/** Which object each edited one is; apiVersion, kind and name must not change. */
function matched(infos: readonly Info[], edited: readonly KubeLike[]): (Info | undefined)[] {
  return edited.map((object) => {
    const same = infos.find(
      ({ name, mapping, namespace }) =>
        object.kind === mapping.kind &&
        object.metadata?.['name'] === name &&
        (object.metadata?.['namespace'] ?? namespace) === namespace,
    )
    if (same) return same
    const what = 'At least one of apiVersion, kind and name was changed'
    throw new UserError(`precondition failed for:\n${printJson(object)}\n${what}`)
  })
}

function* save(
  kubectl: Kubectl,
  info: Info,
  before: KubeLike,
  after: KubeLike,
  mode: 'edit' | 'last-applied',
): Sys<void> {
  if (equalJson(before, after)) {
    yield* kubectl.out(printerFor(kubectl, 'skipped').print(info.object as KubeLike))
    return
  }
  const patch = mode === 'edit' ? patchOf(info, before, after) : annotationPatch(info, after)
  if (kubectl.flags.bool('output-patch')) yield* kubectl.out(`Patch: ${printJson(patch.body)}\n`)
  try {
    yield* info.patch(patch.type, patch.body, {
      fieldManager: kubectl.flags.string('field-manager') || 'kubectl-edit',
      fieldValidation: 'Strict',
    })
  } catch (error) {
    throw refused(info, error)
  }
  yield* kubectl.out(printerFor(kubectl, 'edited').print(info.object as KubeLike))
}

function patchOf({ mapping }: Info, before: KubeLike, after: KubeLike): { type: string; body: JsonObject } {
  const struct = structNameOf(mapping.group, mapping.version, mapping.kind)
  if (!struct) return { type: patchTypes.merge, body: createMergePatch(before, after) }
  return { type: patchTypes.strategic, body: twoWayPatch(before, after, patchSchemaOf(struct)) }
}

function annotationPatch(info: Info, after: KubeLike): { type: string; body: JsonObject } {
  const annotations = { ...annotationsOf(info.object), [LAST_APPLIED]: `${printJson(after)}\n` }
  return {
    type: patchTypes.merge,
    body: createMergePatch(info.object as KubeLike, {
      ...info.object,
      metadata: { ...info.metadata, annotations },
    }),
  }
}

/** kubectl: editoptions.go editResults.addError */
function refused({ name, mapping }: Info, error: unknown): unknown {
  if (!(error instanceof StatusError)) return error
  const { status } = error
  const label = `${groupResource(mapping)} "${name}"`
  if (status.reason === 'Invalid') {
    const causes = (status.details?.causes ?? [])
      .map(({ field, message }) => `# * ${field}: ${message}\n`)
      .join('')
    return new EditRefused(
      `${label} is invalid`,
      `# ${label} was not valid:\n${causes || `# * ${error.message}\n`}#\n`,
    )
  }
  if (status.reason === 'NotFound')
    return new EditRefused(
      `${label} could not be found on the server`,
      `# ${label} could not be found on the server\n#\n`,
    )
  return new EditRefused(
    `${label} could not be patched: ${error.message}`,
    `# ${label} could not be patched: ${error.message}\n#\n`,
  )
}
