import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { addSource, Aggregate, hasReason, isNotFound, throwAll } from '../errors.ts'
import { bool, duration, int, text } from '../flag-spec.ts'
import type { Info } from '../info.ts'
import { dryRunOf, dryRunSuffix, type Kubectl } from '../kubectl.ts'
import { kindName } from '../mapper.ts'
import { waitUntil } from '../wait-until.ts'
import { fileSelection } from './manifest-options.ts'
import {
  allNamespacesFlag,
  dryRunFlag,
  fieldSelectorFlag,
  filenameFlags,
  selectorFlag,
} from './shared-flags.ts'

export const remove: Command = {
  use: 'delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  short: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  example: `  # Delete a pod using the type and name specified in pod.json
  kubectl delete -f ./pod.json

  # Delete pods and services with same names "baz" and "foo"
  kubectl delete pod,service baz foo

  # Delete pods and services with label name=myLabel
  kubectl delete pods,services -l name=myLabel

  # Force delete a pod on a dead node
  kubectl delete pod foo --force`,
  group: 'Basic Commands (Intermediate)',
  flags: [
    ...filenameFlags('containing the resource to delete.'),
    selectorFlag,
    fieldSelectorFlag,
    bool('all', 'Delete all resources, in the namespace of the specified resource types.'),
    allNamespacesFlag,
    bool(
      'ignore-not-found',
      'Treat "resource not found" as a successful delete. Defaults to "true" when --all is specified.',
    ),
    text(
      'cascade',
      'Must be "background", "orphan", or "foreground". Selects the deletion cascading strategy for the dependents (e.g. Pods created by a ReplicationController). Defaults to background.',
      { initial: 'background', bare: 'background' },
    ),
    bool('now', 'If true, resources are signaled for immediate shutdown (same as --grace-period=1).'),
    bool(
      'force',
      'If true, immediately remove resources from API and bypass graceful deletion. Note that immediate deletion of some resources may result in inconsistency or data loss and requires confirmation.',
    ),
    int(
      'grace-period',
      'Period of time in seconds given to the resource to terminate gracefully. Ignored if negative. Set to 1 for immediate shutdown. Can only be set to 0 when --force is true (force deletion).',
      { initial: '-1' },
    ),
    duration(
      'timeout',
      'The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object',
    ),
    bool('wait', 'If true, wait for resources to be gone before returning. This waits for finalizers.', {
      initial: 'true',
    }),
    bool('interactive', 'If true, delete resource only when user confirms.', { short: 'i' }),
    text('output', 'Output mode. Use "-o name" for shorter output (resource/name).', { short: 'o' }),
    text('raw', 'Raw URI to DELETE to the server.  Uses the transport specified by the kubeconfig file.'),
    dryRunFlag,
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    if (flags.string('raw')) return yield* raw(kubectl)
    if (flags.string('output') && flags.string('output') !== 'name')
      throw new UserError(`unexpected -o output mode: ${flags.string('output')}. We only support '-o name'`)
    const options = deleteOptions(kubectl)
    if (options.force)
      yield* kubectl.err(
        'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
      )
    yield* deleteAll(kubectl, args, options)
    return 0
  },
}

interface Options {
  readonly gracePeriod: number
  readonly force: boolean
  readonly body: JsonObject
}

function* raw(kubectl: Kubectl): Sys<number> {
  const { body } = yield* kubectl.api.exchange({
    method: 'DELETE',
    path: kubectl.flags.string('raw'),
    accept: 'application/json, */*',
  })
  yield* kubectl.out(typeof body === 'string' ? body : `${JSON.stringify(body)}\n`)
  return 0
}

/** kubectl: delete.go Complete, Validate */
function deleteOptions(kubectl: Kubectl): Options {
  const { flags } = kubectl
  const force = flags.bool('force')
  let gracePeriod = flags.int('grace-period')
  if (flags.bool('now')) {
    if (gracePeriod !== -1) throw new UserError('--now and --grace-period cannot be specified together')
    gracePeriod = 1
  }
  if (gracePeriod > 0 && force && !flags.bool('now'))
    throw new UserError('--force and --grace-period greater than 0 cannot be specified together')
  if (gracePeriod === 0 && !force) gracePeriod = 1
  if (force && gracePeriod < 0) gracePeriod = 0
  return { gracePeriod, force: force && gracePeriod === 0, body: deleteBody(kubectl, gracePeriod) }
}

export function deleteBody(kubectl: Kubectl, gracePeriod: number): JsonObject {
  return {
    ...(gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {}),
    propagationPolicy: propagation(kubectl.flags.string('cascade')),
    ...(dryRunOf(kubectl) === 'server' ? { dryRun: ['All'] } : {}),
  }
}

function propagation(cascade: string): string {
  switch (cascade) {
    case 'true':
      throw new UserError('invalid cascade value (true). Must be "background", "foreground", or "orphan"')
    case 'orphan':
      return 'Orphan'
    case 'foreground':
      return 'Foreground'
    case 'background':
    case '':
      return 'Background'
  }
  throw new UserError(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`)
}

function* deleteAll(kubectl: Kubectl, args: readonly string[], options: Options): Sys<void> {
  const { flags } = kubectl
  const result = yield* select(kubectl, {
    ...fileSelection(kubectl),
    args,
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    all: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
    continueOnError: true,
    bare: true,
  })
  const ignore = flags.changed('ignore-not-found') ? flags.bool('ignore-not-found') : flags.bool('all')
  const gone: { info: Info; uid: string }[] = []
  let found = 0
  let warned = !flags.changed('namespace') || flags.bool('all-namespaces')
  const errors = yield* ignoring(
    ignore,
    result.visit(function* (info) {
      found++
      if (!warned && !info.mapping.namespaced) {
        yield* kubectl.err(
          'Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n',
        )
        warned = true
      }
      gone.push({ info, uid: yield* deleteOne(kubectl, info, options) })
    }),
  )
  throwAll(errors)
  if (!found) return yield* kubectl.out('No resources found\n')
  if (!flags.bool('wait') || dryRunOf(kubectl) !== 'none') return
  yield* awaitGone(kubectl, gone)
}

/** Errors that count; NotFound is none when it is ignored. */
export function* ignoring(ignoreNotFound: boolean, visiting: Sys<void>): Sys<Error[]> {
  try {
    yield* visiting
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const errors = error instanceof Aggregate ? [...error.errors] : [error]
    return ignoreNotFound ? errors.filter((one) => !isNotFound(one)) : errors
  }
}

/** Delete it and say so; returns the uid of what was deleted. */
function* deleteOne(kubectl: Kubectl, info: Info, { body, gracePeriod }: Options): Sys<string> {
  const { flags } = kubectl
  let uid = ''
  if (dryRunOf(kubectl) !== 'client') {
    try {
      const answer = yield* info.delete(body)
      const details = answer['details'] as { uid?: string } | undefined
      uid = details?.uid ?? ((answer['metadata'] as { uid?: string } | undefined)?.uid || '')
    } catch (error) {
      throw addSource('deleting', info.source, error)
    }
  }
  const operation = (gracePeriod === 0 ? 'force deleted' : 'deleted') + dryRunSuffix(dryRunOf(kubectl))
  const kind = kindName(info.mapping)
  yield* kubectl.out(
    flags.string('output') === 'name' ? `${kind}/${info.name}\n` : `${kind} "${info.name}" ${operation}\n`,
  )
  return uid
}

const WEEK_MS = 168 * 3600 * 1000

function* awaitGone(kubectl: Kubectl, gone: readonly { info: Info; uid: string }[]): Sys<void> {
  const timeoutMs = kubectl.flags.ms('timeout') || WEEK_MS
  const errors: Error[] = []
  for (const { info, uid } of gone) {
    try {
      yield* awaitDeleted(info, uid, timeoutMs)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      // Who may delete need not be allowed to look.
      if (!hasReason(error, 'Forbidden') && !hasReason(error, 'MethodNotAllowed')) errors.push(error)
    }
  }
  throwAll(errors)
}

/** Until the object, or the one with this uid, is there no more (kubectl: wait/delete.go IsDeleted). */
export function* awaitDeleted(info: Info, uid: string, timeoutMs: number): Sys<void> {
  const target = info.subresource ? info : info
  try {
    const now = yield* info.kubectl.api.call({ path: target.path() })
    if (uid && (now['metadata'] as { uid?: string } | undefined)?.uid !== uid) return
  } catch (error) {
    if (isNotFound(error)) return
    throw error
  }
  const outcome = yield* waitUntil(info, timeoutMs, (event) => {
    if (!event || event.type === 'DELETED') return true
    return uid !== '' && event.object.metadata?.['uid'] !== uid
  })
  if (outcome === 'timeout')
    throw new UserError(`timed out waiting for the condition on ${info.mapping.plural}/${info.name}`)
}
