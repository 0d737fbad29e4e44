import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { sleep } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { hasReason, throwAll } from '../errors.ts'
import { bool, duration, int, text } from '../flag-spec.ts'
import { patchTypes, type Info } from '../info.ts'
import { dryRunOf, type Kubectl, type KubeLike } from '../kubectl.ts'
import { printFlags } from '../printers/output.ts'
import { fileSelection } from './manifest-options.ts'
import { dryRunFlag, filenameFlags, recordFlag, selectorFlag } from './shared-flags.ts'
import { operationPrinter } from './writing.ts'

export const scale: Command = {
  use: 'scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  short: 'Set a new size for a deployment, replica set, or replication controller',
  example: `  # Scale a replica set named 'foo' to 3
  kubectl scale --replicas=3 rs/foo

  # If the deployment named mysql's current size is 2, scale mysql to 3
  kubectl scale --current-replicas=2 --replicas=3 deployment/mysql`,
  group: 'Deploy Commands',
  flags: [
    ...printFlags,
    ...filenameFlags('identifying the resource to set a new size'),
    int('replicas', 'The new desired number of replicas. Required.', { required: true }),
    int(
      'current-replicas',
      'Precondition for current size. Requires that the current size of the resource match this value in order to scale. -1 (default) for no condition.',
      { initial: '-1' },
    ),
    text(
      'resource-version',
      'Precondition for resource version. Requires that the current resource version match this value in order to scale.',
    ),
    duration(
      'timeout',
      "The length of time to wait before giving up on a scale operation, zero means don't wait. Any other values should contain a corresponding time unit (e.g. 1s, 2m, 3h).",
    ),
    bool('all', 'Select all resources in the namespace of the specified resource types'),
    selectorFlag,
    dryRunFlag,
    recordFlag,
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    if (flags.int('replicas') < 0)
      throw new UserError(
        'The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0',
      )
    const result = yield* select(kubectl, {
      ...fileSelection(kubectl),
      args,
      labelSelector: flags.string('selector'),
      all: flags.bool('all'),
      latest: true,
      continueOnError: true,
    })
    const { infos, errors } = yield* result.partial()
    if (flags.string('resource-version') && infos.length > 1)
      throw new UserError('cannot use --resource-version with multiple resources')
    for (const info of infos) yield* scaleOne(kubectl, info)
    if (!infos.length)
      throw new UserError(
        `no objects passed to scale ${errors.map(({ message }) => message).join(', ')}`.trim(),
      )
    throwAll(errors)
    return 0
  },
}

function* scaleOne(kubectl: Kubectl, info: Info): Sys<void> {
  const { flags } = kubectl
  const replicas = flags.int('replicas')
  const object = info.object as KubeLike
  if (dryRunOf(kubectl) !== 'client') {
    if (flags.int('current-replicas') >= 0 || flags.string('resource-version'))
      yield* scaleIf(kubectl, info, replicas)
    else yield* patchScale(kubectl, info, replicas)
    if (flags.ms('timeout') > 0) yield* awaitReplicas(kubectl, info, replicas)
  }
  yield* kubectl.out(operationPrinter(kubectl, 'scaled').print(object))
}

const dryRunQuery = (kubectl: Kubectl) => ({ dryRun: dryRunOf(kubectl) === 'server' ? 'All' : undefined })

function* patchScale(kubectl: Kubectl, info: Info, replicas: number): Sys<void> {
  yield* kubectl.api.call({
    method: 'PATCH',
    path: info.path(info.name, 'scale'),
    body: { spec: { replicas } },
    contentType: patchTypes.merge,
    query: dryRunQuery(kubectl),
  })
}

/** Only while the size, or the version, is what was expected (kubectl: scale/scale.go ScaleSimple). */
function* scaleIf(kubectl: Kubectl, info: Info, replicas: number): Sys<void> {
  const expected = kubectl.flags.int('current-replicas')
  const version = kubectl.flags.string('resource-version')
  const path = info.path(info.name, 'scale')
  for (;;) {
    const current = yield* kubectl.api.call({ path })
    const spec = (current['spec'] ?? {}) as { replicas?: number }
    const found = ((current['metadata'] ?? {}) as { resourceVersion?: string }).resourceVersion ?? ''
    if (expected >= 0 && (spec.replicas ?? 0) !== expected)
      throw new UserError(`Expected replicas to be ${expected}, was ${spec.replicas ?? 0}`)
    if (version && version !== found)
      throw new UserError(`Expected resource version to be ${version}, was ${found}`)
    try {
      yield* kubectl.api.call({
        method: 'PUT',
        path,
        body: { ...current, spec: { ...spec, replicas } },
        query: dryRunQuery(kubectl),
      })
      return
    } catch (error) {
      if (!hasReason(error, 'Conflict')) throw error
      yield* sleep(3000)
    }
  }
}

function* awaitReplicas(kubectl: Kubectl, info: Info, replicas: number): Sys<void> {
  const deadline = kubectl.os.now + kubectl.flags.ms('timeout')
  for (;;) {
    const current = yield* kubectl.api.call({ path: info.path(info.name, 'scale') })
    const { spec, status } = current as { spec?: JsonObject; status?: JsonObject }
    if ((spec?.['replicas'] ?? 0) === replicas && (status?.['replicas'] ?? 0) === replicas) return
    if (kubectl.os.now >= deadline) throw new UserError('timed out waiting for the condition')
    yield* sleep(3000)
  }
}
