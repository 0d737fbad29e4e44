import { equalJson } from '../../api/json.ts'
import { patchSchemaOf } from '../../api/patch/patch-schema.ts'
import { twoWayPatch } from '../../api/patch/two-way.ts'
import { createMergePatch } from '../../api/patch/merge.ts'
import { encode } from '../../api/schema/encode.ts'
import { structNameOf } from '../../api/schema/types.ts'
import { StatusError } from '../../api/status.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { missingResource, select } from '../builder.ts'
import { throwAll } from '../errors.ts'
import { bool, type FlagSpec } from '../flag-spec.ts'
import { patchTypes, type Info } from '../info.ts'
import { dryRunOf, type Kubectl, type KubeLike } from '../kubectl.ts'
import { printFlags } from '../printers/output.ts'
import { fileSelection } from './manifest-options.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, recordFlag, selectorFlag } from './shared-flags.ts'
import { operationPrinter, recorded, writeQuery } from './writing.ts'

/** Flags of every `kubectl set`. */
export const setFlags: readonly FlagSpec[] = [
  ...printFlags,
  ...filenameFlags('identifying the resource to get from a server.'),
  bool('all', 'Select all resources, in the namespace of the specified resource types'),
  bool('local', 'If true, set will NOT contact api-server but run locally.'),
  selectorFlag,
  dryRunFlag,
  fieldManagerFlag('kubectl-set'),
  recordFlag,
]

/** Change objects by a strategic merge patch and say so (kubectl: pkg/cmd/set). `change` throws what is wrong with one. */
export function* setObjects(
  kubectl: Kubectl,
  args: readonly string[],
  done: string,
  change: (object: KubeLike, info: Info) => KubeLike,
): Sys<void> {
  const { flags } = kubectl
  const local = flags.bool('local')
  if (local && dryRunOf(kubectl) === 'server')
    throw new UserError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?')
  if (local && args.length) throw new UserError(localNeedsFiles)
  const result = yield* select(kubectl, {
    ...fileSelection(kubectl),
    args,
    local,
    all: flags.bool('all'),
    labelSelector: flags.string('selector'),
    latest: !local,
    continueOnError: true,
  })
  const { infos, errors } = yield* result.partial()
  if (!infos.length) throwAll(errors)
  for (const info of infos) {
    try {
      yield* setOne(kubectl, args, info, done, change)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      errors.push(error)
    }
  }
  throwAll(errors)
}

/** The tail of missingResource is for those who gave a type. */
const localNeedsFiles = `you must specify resources by --filename when --local is set.\n${missingResource.split('\n').slice(1, 4).join('\n')}`

function* setOne(
  kubectl: Kubectl,
  args: readonly string[],
  info: Info,
  done: string,
  change: (object: KubeLike, info: Info) => KubeLike,
): Sys<void> {
  const before = info.object as KubeLike
  const { group, version, kind } = info.mapping
  const struct = structNameOf(group, version, kind)
  // Locally the object goes through Go's types, which write what they hold.
  const local = kubectl.flags.bool('local') && struct
  const changed = recorded(kubectl, args, change(before, info))
  const after = local ? (encode(struct, changed) as KubeLike) : changed
  if (equalJson(before, changed)) return
  if (kubectl.flags.bool('local') || dryRunOf(kubectl) === 'client')
    return yield* kubectl.out(operationPrinter(kubectl, done).print(after))
  const body = struct ? twoWayPatch(before, after, patchSchemaOf(struct)) : createMergePatch(before, after)
  try {
    yield* info.patch(
      struct ? patchTypes.strategic : patchTypes.merge,
      body,
      writeQuery(kubectl, 'kubectl-set'),
    )
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    throw new UserError(`failed to patch ${done.split(' ')[0]} update to pod template ${error.message}`)
  }
  yield* kubectl.out(operationPrinter(kubectl, done).print(info.object as KubeLike))
}
