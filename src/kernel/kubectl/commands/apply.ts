import { goQuote } from '../../api/go-quote.ts'
import type { JsonObject } from '../../api/objects.ts'
import { StatusError } from '../../api/status.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { sleep as sleepMs } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { addSource, hasReason, isNotFound, throwAll } from '../errors.ts'
import { type Info, patchTypes } from '../info.ts'
import { dryRunOf, dryRunSuffix, type Kubectl, type KubeLike } from '../kubectl.ts'
import { printerFor } from '../printers/output.ts'
import { printJson } from '../printers/json.ts'
import { setLastApplied, viewLastApplied, editLastApplied } from './apply-annotation.ts'
import { applyFlags, checkFlags } from './apply-flags.ts'
import { applyPatch } from './apply-patch.ts'
import { prune, type Visited } from './apply-prune.ts'
import { migrated } from './apply-migration.ts'
import { fileSelection, requireFiles, validationOf } from './manifest-options.ts'
import { lastAppliedOf, recorded, withLastApplied, writeQuery } from './writing.ts'

export const apply: Command = {
  use: 'apply (-f FILENAME | -k DIRECTORY)',
  short: 'Apply a configuration to a resource by file name or stdin',
  long: "Apply a configuration to a resource by file name or stdin. The resource name must be specified. This resource will be created if it doesn't exist yet. To use 'apply', always create the resource initially with either 'apply' or 'create --save-config'.\n\n JSON and YAML formats are accepted.",
  example: `  # Apply the configuration in pod.json to a pod
  kubectl apply -f ./pod.json

  # Apply the JSON passed into stdin to a pod
  cat pod.json | kubectl apply -f -`,
  group: 'Advanced Commands',
  flags: applyFlags,
  commands: [editLastApplied, setLastApplied, viewLastApplied],
  *run(kubectl, args) {
    if (args.length)
      throw new UserError(
        `Unexpected args: [${args.join(' ')}]\nSee 'kubectl apply -h' for help and examples`,
      )
    requireFiles(kubectl)
    checkFlags(kubectl)
    yield* applyAll(kubectl, args)
    return 0
  },
}

function* applyAll(kubectl: Kubectl, args: readonly string[]): Sys<void> {
  const { flags } = kubectl
  const validation = validationOf(kubectl)
  const result = yield* select(kubectl, {
    ...fileSelection(kubectl),
    labelSelector: flags.string('selector'),
    continueOnError: true,
    validate: flags.string('validate'),
    subresource: flags.string('subresource'),
  })
  const { infos, errors } = yield* result.partial()
  if (!infos.length && !errors.length) throw new UserError('no objects passed to apply')
  const visited: Visited = { uids: new Set(), namespaces: new Set() }
  for (const info of infos) {
    try {
      yield* applyOne(kubectl, info, validation, args)
      visited.uids.add(String(info.metadata['uid'] ?? ''))
      if (info.mapping.namespaced) visited.namespaces.add(info.namespace)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      errors.push(error)
    }
  }
  throwAll(errors)
  yield* printObjects(kubectl, infos)
  if (flags.bool('prune')) yield* prune(kubectl, visited)
}

/** With -o the objects come at the end, several as a List. */
function* printObjects(kubectl: Kubectl, infos: readonly Info[]): Sys<void> {
  if (!wantsObjects(kubectl)) return
  const objects = infos.map(({ object }) => object as KubeLike)
  const shown =
    objects.length === 1
      ? (objects[0] as KubeLike)
      : ({ apiVersion: 'v1', items: objects, kind: 'List', metadata: {} } as unknown as KubeLike)
  yield* kubectl.out(printerFor(kubectl, '').print(shown))
}

function wantsObjects({ flags }: Kubectl): boolean {
  const output = flags.string('output')
  return (output !== '' && output !== 'name') || flags.string('template') !== ''
}

function* told(kubectl: Kubectl, operation: string, object: KubeLike): Sys<void> {
  if (wantsObjects(kubectl)) return
  yield* kubectl.out(printerFor(kubectl, operation + dryRunSuffix(dryRunOf(kubectl))).print(object))
}

function* applyOne(kubectl: Kubectl, info: Info, validation: string, args: readonly string[]): Sys<void> {
  const generateName = info.metadata['generateName']
  if (!info.name && generateName)
    throw new UserError(`from ${String(generateName)}: cannot use generate name with apply`)
  if (!info.name)
    throw new UserError(
      `error validating ${goQuote(info.source)}: error validating data: resource name may not be empty`,
    )
  if (kubectl.flags.bool('server-side')) return yield* applyOnServer(kubectl, info, validation)
  const object = recorded(kubectl, args, info.object as KubeLike)
  const modified = withLastApplied(object)
  const current = yield* currentOf(info, modified)
  if (!current) return yield* createNew(kubectl, info, modified, validation)
  yield* patchExisting(kubectl, info, modified, current, validation)
}

function* currentOf(info: Info, modified: KubeLike): Sys<KubeLike | undefined> {
  try {
    return (yield* info.kubectl.api.call({ path: info.path() })) as KubeLike
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw addSource(
      `retrieving current configuration of:\n${describeInfo(info, modified)}\nfrom server for:`,
      info.source,
      error,
    )
  }
}

function* createNew(kubectl: Kubectl, info: Info, modified: KubeLike, validation: string): Sys<void> {
  try {
    if (dryRunOf(kubectl) === 'client') info.keep(modified)
    else yield* info.create(modified, writeQuery(kubectl, 'kubectl-client-side-apply', validation))
  } catch (error) {
    throw addSource('creating', info.source, error)
  }
  yield* told(kubectl, 'created', info.object as KubeLike)
}

function* patchExisting(
  kubectl: Kubectl,
  info: Info,
  modified: KubeLike,
  current: KubeLike,
  validation: string,
): Sys<void> {
  const client = dryRunOf(kubectl) === 'client'
  if (!lastAppliedOf(current) && !client)
    yield* kubectl.err(
      `Warning: resource ${info.mapping.plural}/${info.name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    )
  info.keep(current)
  if (client) return yield* told(kubectl, 'configured', current)
  const patch = applyPatch(info, modified, current)
  const empty = !Object.keys(patch.body).length
  if (!empty) yield* sendPatch(kubectl, info, modified, patch, validation)
  if (info.metadata['deletionTimestamp'])
    yield* kubectl.err(
      `Warning: Detected changes to resource ${info.name} which is currently being deleted.\n`,
    )
  yield* told(kubectl, empty ? 'unchanged' : 'configured', info.object as KubeLike)
}

function* sendPatch(
  kubectl: Kubectl,
  info: Info,
  modified: KubeLike,
  { type, body }: { type: string; body: JsonObject },
  validation: string,
): Sys<void> {
  const query = writeQuery(kubectl, 'kubectl-client-side-apply', validation)
  try {
    yield* info.patch(type, body, query)
  } catch (error) {
    if (kubectl.flags.bool('force') && (hasReason(error, 'Invalid') || hasReason(error, 'Conflict')))
      return yield* deleteAndCreate(kubectl, info, modified, validation)
    // The patcher names the file, and apply names it again (kubectl: apply/patcher.go Patch).
    throw addSource(
      `applying patch:\n${printJson(body)}\nto:\n${describeInfo(info, info.object as KubeLike)}\nfor:`,
      info.source,
      addSource('patching', info.source, error),
    )
  }
}

/** --force: what cannot be patched is made anew (kubectl: patcher.go deleteAndCreate). */
function* deleteAndCreate(kubectl: Kubectl, info: Info, modified: KubeLike, validation: string): Sys<void> {
  const seconds = kubectl.flags.int('grace-period')
  yield* info.delete({
    ...(seconds >= 0 ? { gracePeriodSeconds: seconds } : {}),
    propagationPolicy: 'Background',
  })
  for (;;) {
    try {
      yield* kubectl.api.call({ path: info.path() })
    } catch (error) {
      if (isNotFound(error)) break
      throw error
    }
    yield* sleepMs(1000)
  }
  yield* info.create(modified, writeQuery(kubectl, 'kubectl-client-side-apply', validation))
}

/** resource.Info.String, as error messages carry it. */
function describeInfo(info: Info, object: KubeLike): string {
  const { group, version, plural, kind } = info.mapping
  const base = `Resource: "${group ? `${group}/` : '/'}${version}, Resource=${plural}", GroupVersionKind: "${group ? `${group}/` : '/'}${version}, Kind=${kind}"`
  void object
  return `${base}\nName: ${goQuote(info.name)}, Namespace: ${goQuote(info.namespace)}`
}

const CONFLICT_ADVICE = `
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`

function* applyOnServer(kubectl: Kubectl, info: Info, validation: string): Sys<void> {
  const query = {
    ...writeQuery(kubectl, 'kubectl', validation),
    force: kubectl.flags.bool('force-conflicts'),
  }
  try {
    const wanted = info.object
    yield* info.patch(patchTypes.apply, wanted, query)
    if (!query.dryRun && (yield* migrated(info, query.fieldManager, { fieldValidation: validation })))
      yield* info.patch(patchTypes.apply, wanted, query)
  } catch (error) {
    if (error instanceof StatusError && hasReason(error, 'Conflict'))
      throw new UserError(`${error.message}${CONFLICT_ADVICE}`)
    throw error
  }
  if (info.metadata['deletionTimestamp'])
    yield* kubectl.err(
      `Warning: Detected changes to resource ${info.name} which is currently being deleted.\n`,
    )
  yield* told(kubectl, 'serverside-applied', info.object as KubeLike)
}
