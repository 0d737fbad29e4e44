import type { JsonObject } from '../../api/objects.ts'
import { patchSchemaOf } from '../../api/patch/patch-schema.ts'
import { twoWayPatch } from '../../api/patch/two-way.ts'
import { structNameOf } from '../../api/schema/types.ts'
import { formatTime } from '../../api/time.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { throwAll, UsageError } from '../errors.ts'
import { bool, duration, int64 } from '../flag-spec.ts'
import { patchTypes, type Info } from '../info.ts'
import { dryRunOf, dryRunSuffix, type Kubectl, type KubeLike } from '../kubectl.ts'
import { groupResource } from '../mapper.ts'
import { printerFor, printFlags } from '../printers/output.ts'
import { waitUntil } from '../wait-until.ts'
import { fileSelection } from './manifest-options.ts'
import { historyOf, rollBack } from './rollout-history.ts'
import { rolloutStatus } from './rollout-status.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, selectorFlag } from './shared-flags.ts'
import { annotationsOf } from './writing.ts'

const files = filenameFlags('identifying the resource to get from a server.')

function selection(kubectl: Kubectl, args: readonly string[]) {
  if (!args.length && !kubectl.flags.list('filename').length && !kubectl.flags.string('kustomize'))
    throw new UsageError('required resource not specified')
  return {
    ...fileSelection(kubectl),
    args,
    labelSelector: kubectl.flags.string('selector'),
    emptySelectsAll: true,
    latest: true,
    continueOnError: true,
  }
}

/** `deployments.apps "web"`, as errors call it. */
const quoted = (info: Info) => `${groupResource(info.mapping)} "${info.name}"`

type Change = (object: KubeLike, kubectl: Kubectl) => KubeLike

/** Change each object by a strategic merge patch and say what was done (kubectl: set.CalculatePatches). */
function changing(use: string, short: string, done: string, change: Change): Command {
  return {
    use: `${use} RESOURCE`,
    short,
    flags: [...printFlags, ...files, selectorFlag, fieldManagerFlag('kubectl-rollout')],
    *run(kubectl, args) {
      const errors: Error[] = []
      const result = yield* select(kubectl, selection(kubectl, args))
      const infos = yield* result.infos()
      if (!infos.length) yield* kubectl.err(`No resources found in ${kubectl.namespace} namespace.\n`)
      for (const info of infos) {
        try {
          yield* patchOne(kubectl, info, change)
          yield* kubectl.out(printerFor(kubectl, done).print(info.object as KubeLike))
        } catch (error) {
          if (!(error instanceof UserError)) throw error
          errors.push(error)
        }
      }
      throwAll(errors)
      return 0
    },
  }
}

function* patchOne(kubectl: Kubectl, info: Info, change: Change): Sys<void> {
  const before = info.object as KubeLike
  let after: KubeLike
  try {
    after = change(before, kubectl)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(`error: ${quoted(info)} ${error.message}`)
  }
  const struct = structNameOf(info.mapping.group, info.mapping.version, info.mapping.kind)
  const body = struct ? twoWayPatch(before, after, patchSchemaOf(struct)) : {}
  yield* info.patch(patchTypes.strategic, body, { fieldManager: kubectl.flags.string('field-manager') })
}

const specOf = (object: KubeLike) => (object['spec'] ?? {}) as JsonObject

const restart = changing('restart', 'Restart a resource', 'restarted', (object, { os }) => {
  if (!/^(Deployment|DaemonSet|StatefulSet)$/.test(object.kind ?? ''))
    throw new UserError('restarting is not supported')
  const spec = specOf(object)
  if (spec['paused']) throw new UserError("can't restart paused deployment (run rollout resume first)")
  const template = (spec['template'] ?? {}) as JsonObject
  const metadata = (template['metadata'] ?? {}) as JsonObject
  const now = formatTime(os.clock)
  if (annotationsOf(template)[RESTARTED_AT] === now)
    throw new UserError(
      'if restart has already been triggered within the past second, please wait before attempting to trigger another',
    )
  const annotations = { ...annotationsOf(template), [RESTARTED_AT]: now }
  return {
    ...object,
    spec: { ...spec, template: { ...template, metadata: { ...metadata, annotations } } },
  } as KubeLike
})

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt'

const pause = changing('pause', 'Mark the provided resource as paused', 'paused', (object) => {
  if (object.kind !== 'Deployment') throw new UserError('pausing is not supported')
  if (specOf(object)['paused']) throw new UserError('is already paused')
  return { ...object, spec: { ...specOf(object), paused: true } } as KubeLike
})

const resume = changing('resume', 'Resume a paused resource', 'resumed', (object) => {
  if (object.kind !== 'Deployment') throw new UserError('resuming is not supported')
  if (!specOf(object)['paused']) throw new UserError('is not paused')
  const { paused: _, ...spec } = specOf(object)
  return { ...object, spec } as KubeLike
})

const status: Command = {
  use: 'status (TYPE NAME | TYPE/NAME) [flags]',
  short: 'Show the status of the rollout',
  flags: [
    ...files,
    selectorFlag,
    bool('watch', "Watch the status of the rollout until it's done.", { short: 'w', initial: 'true' }),
    int64('revision', 'Pin to a specific revision for showing its status. Defaults to 0 (last revision).'),
    duration(
      'timeout',
      'The length of time to wait before ending watch, zero means never. Any other values should contain a corresponding time unit (e.g. 1s, 2m, 3h).',
    ),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    const revision = flags.int('revision')
    if (revision < 0) throw new UserError(`revision must be a positive integer: ${revision}`)
    const result = yield* select(kubectl, selection(kubectl, args))
    const infos = yield* result.infos()
    if (!infos.length) yield* kubectl.err(`No resources found in ${kubectl.namespace} namespace.\n`)
    for (const info of infos) yield* statusOf(kubectl, info, revision)
    return 0
  },
}

const FOREVER_MS = 365 * 24 * 3600 * 1000

function* statusOf(kubectl: Kubectl, info: Info, revision: number): Sys<void> {
  const timeoutMs = kubectl.flags.ms('timeout') || FOREVER_MS
  // kubectl asks for the kind's own view first, so that other kinds fail at once.
  rolloutKind(info)
  const outcome = yield* waitUntil(info, timeoutMs, (event) => {
    if (!event) return false
    if (event.type === 'DELETED') throw new UserError('object has been deleted')
    const { text, done } = rolloutStatus({ kind: info.mapping.kind, ...event.object } as KubeLike, revision)
    kubectl.os.stdout(text)
    return done || !kubectl.flags.bool('watch')
  })
  if (outcome === 'timeout') throw new UserError('timed out waiting for the condition')
}

function rolloutKind({ mapping }: Info): void {
  if (!/^(Deployment|DaemonSet|StatefulSet)$/.test(mapping.kind))
    throw new UserError(`no status viewer has been implemented for ${mapping.kind}`)
}

const history: Command = {
  use: 'history (TYPE NAME | TYPE/NAME) [flags]',
  short: 'View rollout history',
  flags: [
    ...printFlags,
    ...files,
    selectorFlag,
    int64('revision', 'See the details, including podTemplate of the revision specified'),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    const revision = flags.int('revision')
    if (revision < 0) throw new UserError(`revision must be a positive integer: ${revision}`)
    const result = yield* select(kubectl, selection(kubectl, args))
    yield* result.visit(function* (info) {
      const view = yield* historyOf(kubectl, info)
      if (flags.string('output')) {
        const shown = revision ? view.revisions.filter((one) => one.revision === revision) : view.revisions
        if (revision && !shown.length) throw new UserError('unable to find the specified revision')
        for (const { object } of shown) yield* kubectl.out(printerFor(kubectl, '').print(object))
        return
      }
      const withRevision = revision > 0 ? `with revision #${revision}` : ''
      yield* kubectl.out(
        printerFor(kubectl, `${withRevision}\n${view.text(revision)}`).print(info.object as KubeLike),
      )
    })
    return 0
  },
}

const undo: Command = {
  use: 'undo (TYPE NAME | TYPE/NAME) [flags]',
  short: 'Undo a previous rollout',
  flags: [
    ...printFlags,
    ...files,
    selectorFlag,
    dryRunFlag,
    int64('to-revision', 'The revision to rollback to. Default to 0 (last revision).'),
  ],
  *run(kubectl, args) {
    const result = yield* select(kubectl, selection(kubectl, args))
    const dryRun = dryRunOf(kubectl)
    const infos: Info[] = []
    yield* result.visit(function* (info) {
      infos.push(info)
      const text = yield* rollBack(kubectl, info, kubectl.flags.int('to-revision'))
      yield* kubectl.out(printerFor(kubectl, text + dryRunSuffix(dryRun)).print(info.object as KubeLike))
    })
    return 0
  },
}

export const rollout: Command = {
  use: 'rollout SUBCOMMAND',
  short: 'Manage the rollout of a resource',
  long: 'Manage the rollout of one or many resources.\n\n Valid resource types include:\n\n  *  deployments\n  *  daemonsets\n  *  statefulsets',
  group: 'Deploy Commands',
  helpTo: 1,
  commands: [history, pause, restart, resume, status, undo],
}
