import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { sleep } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { addSource, isNotFound, UsageError } from '../errors.ts'
import { bool, duration, int, text } from '../flag-spec.ts'
import type { Info } from '../info.ts'
import { dryRunOf, dryRunSuffix, type Kubectl, type KubeLike } from '../kubectl.ts'
import { kindName } from '../mapper.ts'
import { printFlags } from '../printers/output.ts'
import { deleteBody, ignoring } from './delete.ts'
import { fileSelection, requireFiles, validationOf } from './manifest-options.ts'
import {
  dryRunFlag,
  fieldManagerFlag,
  filenameFlags,
  recordFlag,
  saveConfigFlag,
  validateFlag,
} from './shared-flags.ts'
import { lastAppliedOf, printDone, recorded, withLastApplied, writeQuery } from './writing.ts'

export const replace: Command = {
  use: 'replace -f FILENAME',
  short: 'Replace a resource by file name or stdin',
  group: 'Advanced Commands',
  flags: [
    ...printFlags,
    ...filenameFlags('The files that contain the configurations to replace.'),
    text('cascade', 'Must be "background", "orphan", or "foreground".', {
      initial: 'background',
      bare: 'background',
    }),
    bool('force', 'If true, immediately remove resources from API and bypass graceful deletion.'),
    int('grace-period', 'Period of time in seconds given to the resource to terminate gracefully.', {
      initial: '-1',
    }),
    duration(
      'timeout',
      'The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object',
    ),
    bool('wait', 'If true, wait for resources to be gone before returning. This waits for finalizers.'),
    text('raw', 'Raw URI to PUT to the server.'),
    text('subresource', 'If specified, replace will operate on the subresource of the requested object.'),
    dryRunFlag,
    fieldManagerFlag('kubectl-replace'),
    validateFlag,
    saveConfigFlag,
    recordFlag,
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    requireFiles(kubectl)
    const force = flags.bool('force')
    if (flags.int('grace-period') >= 0 && !force)
      throw new UserError('--grace-period must have --force specified')
    if (flags.ms('timeout') !== 0 && !force) throw new UserError('--timeout must have --force specified')
    if (flags.changed('cascade') && !force) throw new UserError('--cascade must have --force specified')
    if (args.length) throw new UsageError(`Unexpected args: [${args.join(' ')}]`)
    const validation = validationOf(kubectl)
    if (force) yield* forceReplace(kubectl, args, validation)
    else yield* replaceAll(kubectl, args, validation)
    return 0
  },
}

const selection = (kubectl: Kubectl) => ({
  ...fileSelection(kubectl),
  continueOnError: true,
  validate: kubectl.flags.string('validate'),
  subresource: kubectl.flags.string('subresource'),
})

const annotated = (kubectl: Kubectl, args: readonly string[], object: KubeLike): KubeLike => {
  const given = recorded(kubectl, args, object)
  return kubectl.flags.bool('save-config') || lastAppliedOf(given) ? withLastApplied(given) : given
}

function* replaceAll(kubectl: Kubectl, args: readonly string[], validation: string): Sys<void> {
  const result = yield* select(kubectl, selection(kubectl))
  yield* result.visit(function* (info) {
    const object = annotated(kubectl, args, info.object as KubeLike)
    try {
      if (dryRunOf(kubectl) !== 'client') yield* replaceOne(kubectl, info, object, validation)
    } catch (error) {
      throw addSource('replacing', info.source, error)
    }
    yield* printDone(kubectl, 'replaced', info.object as KubeLike)
  })
}

/** Without a resourceVersion the current one is taken (resource.Helper.Replace). */
function* replaceOne(kubectl: Kubectl, info: Info, object: KubeLike, validation: string): Sys<void> {
  let version = object.metadata?.['resourceVersion']
  if (!version) {
    const current = yield* kubectl.api.call({ path: info.path() })
    version = (current['metadata'] as { resourceVersion?: string } | undefined)?.resourceVersion
  }
  yield* info.replace(
    { ...object, metadata: { ...object.metadata, resourceVersion: version } },
    writeQuery(kubectl, 'kubectl-replace', validation),
  )
}

function* forceReplace(kubectl: Kubectl, args: readonly string[], validation: string): Sys<void> {
  const { flags } = kubectl
  if (dryRunOf(kubectl) !== 'none') throw new UserError('--dry-run can not be used when --force is set')
  const given = flags.int('grace-period')
  const grace = given === 0 ? 1 : given
  const infos = yield* (yield* select(kubectl, { ...selection(kubectl), bare: true })).infos()
  const errors = yield* ignoring(
    true,
    (function* () {
      for (const info of infos) {
        try {
          yield* info.delete(deleteBody(kubectl, grace))
          yield* kubectl.out(
            `${kindName(info.mapping)} "${info.name}" deleted${dryRunSuffix(dryRunOf(kubectl))}\n`,
          )
        } catch (error) {
          if (!isNotFound(error)) throw error
        }
      }
    })(),
  )
  if (errors[0]) throw errors[0]
  for (const info of infos) yield* awaitGone(kubectl, info)
  for (const info of infos) {
    const { resourceVersion: _, ...metadata } = (info.metadata ?? {}) as Record<string, never>
    const object = annotated(kubectl, args, { ...info.object, metadata } as unknown as KubeLike)
    yield* info.create(object, writeQuery(kubectl, 'kubectl-replace', validation))
    yield* printDone(kubectl, 'replaced', info.object as KubeLike)
  }
}

function* awaitGone(kubectl: Kubectl, info: Info): Sys<void> {
  const deadline = kubectl.os.now + (kubectl.flags.ms('timeout') || 5 * 60_000)
  for (;;) {
    try {
      yield* kubectl.api.call({ path: info.path() })
    } catch (error) {
      if (isNotFound(error)) return
      throw error
    }
    if (kubectl.os.now >= deadline) throw new UserError('timed out waiting for the condition')
    yield* sleep(1000)
  }
}
