import { equalJson } from '../../api/json.ts'
import type { Json, JsonObject } from '../../api/objects.ts'
import { decodeJsonPatch, jsonPatch } from '../../api/patch/json.ts'
import { mergePatch } from '../../api/patch/merge.ts'
import { patchSchemaOf } from '../../api/patch/patch-schema.ts'
import { strategicMergePatch } from '../../api/patch/strategic.ts'
import { structNameOf } from '../../api/schema/types.ts'
import { goQuote } from '../../api/go-quote.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { readFile } from '../files.ts'
import { bool, text } from '../flag-spec.ts'
import { patchTypes, type Info } from '../info.ts'
import { dryRunOf, type Kubectl, type KubeLike } from '../kubectl.ts'
import { printerFor, printFlags } from '../printers/output.ts'
import { readDocuments } from '../yaml-input.ts'
import { fileSelection } from './manifest-options.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, recordFlag } from './shared-flags.ts'
import { recorded, writeQuery } from './writing.ts'

export const patch: Command = {
  use: 'patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  short: 'Update fields of a resource',
  example: `  # Partially update a node using a strategic merge patch, specifying the patch as JSON
  kubectl patch node k8s-node-1 -p '{"spec":{"unschedulable":true}}'`,
  group: 'Advanced Commands',
  flags: [
    ...printFlags,
    ...filenameFlags('identifying the resource to update'),
    text('patch', 'The patch to be applied to the resource JSON file.', { short: 'p' }),
    text('patch-file', 'A file containing a patch to be applied to the resource.'),
    text('type', 'The type of patch being provided; one of [json merge strategic]', { initial: 'strategic' }),
    bool('local', 'If true, patch will operate on the content of the file, not the server-side resource.'),
    text('subresource', 'If specified, patch will operate on the subresource of the requested object.'),
    dryRunFlag,
    fieldManagerFlag('kubectl-patch'),
    recordFlag,
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    const type = flags.string('type')
    if (flags.string('patch') && flags.string('patch-file'))
      throw new UserError('cannot specify --patch and --patch-file together')
    if (!flags.string('patch') && !flags.string('patch-file'))
      throw new UserError('must specify --patch or --patch-file containing the contents of the patch')
    if (type !== 'json' && type !== 'merge' && type !== 'strategic')
      throw new UserError(`--type must be one of [json merge strategic], not ${goQuote(type)}`)
    const body = patchBody(kubectl)
    const local = flags.bool('local')
    const result = yield* select(kubectl, {
      ...fileSelection(kubectl),
      args,
      local,
      subresource: flags.string('subresource'),
      continueOnError: true,
    })
    let count = 0
    yield* result.visit(function* (info) {
      count++
      yield* patchOne(kubectl, info, type, body, args)
    })
    if (!count) throw new UserError('no objects passed to patch')
    return 0
  },
}

function patchBody({ flags, os }: Kubectl): Json {
  const source = flags.string('patch-file') ? readFile(os, flags.string('patch-file')) : flags.string('patch')
  try {
    return JSON.parse(source) as Json
  } catch {
    try {
      return readDocuments(source)[0] as Json
    } catch (error) {
      throw new UserError(
        `unable to parse ${goQuote(source)}: ${(error as Error).message.replace('error converting YAML to JSON: ', '')}`,
      )
    }
  }
}

function* patchOne(
  kubectl: Kubectl,
  info: Info,
  type: keyof typeof patchTypes,
  body: Json,
  args: readonly string[],
): Sys<void> {
  const old = info.object as KubeLike
  const shown =
    kubectl.flags.bool('local') || dryRunOf(kubectl) === 'client'
      ? patchedLocally(info, type, body)
      : yield* sent(kubectl, info, type, body, args)
  // kubectl forgets to say that it was a dry run.
  yield* kubectl.out(
    printerFor(kubectl, equalJson(old, shown) ? 'patched (no change)' : 'patched').print(shown),
  )
}

function* sent(
  kubectl: Kubectl,
  info: Info,
  type: keyof typeof patchTypes,
  body: Json,
  args: readonly string[],
): Sys<KubeLike> {
  const query = writeQuery(kubectl, 'kubectl-patch')
  const patchedObject = yield* info.patch(patchTypes[type], body, query)
  const cause = recorded(kubectl, args, patchedObject)
  if (cause === patchedObject) return patchedObject
  return yield* info.patch(
    patchTypes.merge,
    { metadata: { annotations: cause.metadata?.['annotations'] } },
    query,
  )
}

function patchedLocally({ object, mapping }: Info, type: keyof typeof patchTypes, body: Json): KubeLike {
  if (type === 'json') return jsonPatch(object as JsonObject, decodeJsonPatch(body)) as KubeLike
  if (type === 'merge') return mergePatch(object, body) as KubeLike
  const struct = structNameOf(mapping.group, mapping.version, mapping.kind)
  if (!struct) {
    const version = mapping.group ? `${mapping.group}/${mapping.version}` : mapping.version
    throw new UserError(
      `strategic merge patch is not supported for ${version}, Kind=${mapping.kind} locally, try --type merge`,
    )
  }
  return strategicMergePatch(object as JsonObject, body as JsonObject, patchSchemaOf(struct)) as KubeLike
}
