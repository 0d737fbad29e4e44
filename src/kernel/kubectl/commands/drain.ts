import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../errors.ts'
import { bool, duration, int, text, type FlagSpec } from '../flag-spec.ts'
import { patchTypes, type Info } from '../info.ts'
import { dryRunOf, type Kubectl, type KubeLike } from '../kubectl.ts'
import { printFlags } from '../printers/output.ts'
import { chunkSizeFlag, dryRunFlag, selectorFlag } from './shared-flags.ts'
import { evictAll } from './drain-evict.ts'
import { podsToDelete } from './drain-filters.ts'
import { operationPrinter } from './writing.ts'

const nodeFlags: readonly FlagSpec[] = [...printFlags, selectorFlag, dryRunFlag]

const cordonCommand = (use: string, short: string, desired: boolean): Command => ({
  use: `${use} NODE`,
  short,
  group: 'Cluster Management Commands',
  flags: nodeFlags,
  *run(kubectl, args) {
    for (const node of yield* nodesOf(kubectl, args)) yield* cordonOne(kubectl, node, desired)
    return 0
  },
})

export const cordon = cordonCommand('cordon', 'Mark node as unschedulable', true)
export const uncordon = cordonCommand('uncordon', 'Mark node as schedulable', false)

export const drain: Command = {
  use: 'drain NODE',
  short: 'Drain node in preparation for maintenance',
  example: `  # Drain node "foo", even if there are pods not managed by a replication controller, replica set, job, daemon set, or stateful set on it
  kubectl drain foo --force

  # As above, but abort if there are pods not managed by a replication controller, replica set, job, daemon set, or stateful set, and use a grace period of 15 minutes
  kubectl drain foo --grace-period=900`,
  group: 'Cluster Management Commands',
  flags: [
    ...nodeFlags,
    bool('force', 'Continue even if there are pods that do not declare a controller.'),
    bool('ignore-daemonsets', 'Ignore DaemonSet-managed pods.'),
    bool(
      'delete-emptydir-data',
      'Continue even if there are pods using emptyDir (local data that will be deleted when the node is drained).',
    ),
    bool('delete-local-data', 'Continue even if there are pods using emptyDir.', {
      deprecated: 'This option is deprecated and will be deleted. Use --delete-emptydir-data.',
      hidden: true,
    }),
    bool('ignore-errors', 'Ignore errors occurred between drain nodes in group.', { hidden: true }),
    bool(
      'disable-eviction',
      'Force drain to use delete, even if eviction is supported. This will bypass checking PodDisruptionBudgets, use with caution.',
    ),
    int(
      'grace-period',
      'Period of time in seconds given to each pod to terminate gracefully. If negative, the default value specified in the pod will be used.',
      { initial: '-1' },
    ),
    int(
      'skip-wait-for-delete-timeout',
      'If pod DeletionTimestamp older than N seconds, skip waiting for the pod.  Seconds must be greater than 0 to skip.',
    ),
    duration('timeout', 'The length of time to wait before giving up, zero means infinite'),
    text('pod-selector', 'Label selector to filter pods on the node'),
    chunkSizeFlag,
  ],
  *run(kubectl, args) {
    const nodes = yield* nodesOf(kubectl, args)
    for (const node of nodes) yield* cordonOne(kubectl, node, true)
    const drained = new Set<Info>()
    for (const node of nodes) {
      try {
        yield* drainOne(kubectl, node)
        drained.add(node)
        yield* kubectl.out(operationPrinter(kubectl, 'drained').print(node.object as KubeLike))
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        if (kubectl.flags.bool('ignore-errors') && nodes.length > 1) {
          yield* kubectl.err(
            `error: unable to drain node "${node.name}" due to error: ${error.message}, continuing command...\n`,
          )
          continue
        }
        yield* kubectl.err(
          `error: unable to drain node "${node.name}" due to error: ${error.message}, continuing command...\n`,
        )
        const pending = nodes.filter((one) => !drained.has(one))
        yield* kubectl.err(
          `There are pending nodes to be drained:\n${pending.map(({ name }) => ` ${name}\n`).join('')}`,
        )
        throw error
      }
    }
    return 0
  },
}

function* nodesOf(kubectl: Kubectl, args: readonly string[]): Sys<Info[]> {
  const selector = kubectl.flags.string('selector')
  if (!args.length && !selector) throw new UsageError(`USAGE: ${kubectl.command.use} [flags]`)
  if (args.length && selector)
    throw new UsageError('error: cannot specify both a node name and a --selector option')
  const result = yield* select(
    kubectl,
    selector
      ? { args: ['nodes'], labelSelector: selector }
      : { names: { type: 'nodes', names: args }, singleType: true },
  )
  const infos = yield* result.infos()
  const other = infos.find(({ mapping }) => mapping.kind !== 'Node')
  if (other) throw new UserError(`error: expected resource of type node, got "${other.mapping.plural}"`)
  return infos
}

function* cordonOne(kubectl: Kubectl, node: Info, desired: boolean): Sys<void> {
  const { unschedulable = false } = (node.object?.['spec'] ?? {}) as { unschedulable?: boolean }
  const word = desired ? 'cordoned' : 'uncordoned'
  if (unschedulable === desired)
    return yield* kubectl.out(operationPrinter(kubectl, `already ${word}`).print(node.object as KubeLike))
  try {
    const body: JsonObject = { spec: { unschedulable: desired || null } }
    if (dryRunOf(kubectl) !== 'client')
      yield* kubectl.api.call({
        method: 'PATCH',
        path: node.path(),
        body,
        contentType: patchTypes.strategic,
        query: { dryRun: dryRunOf(kubectl) === 'server' ? 'All' : undefined },
      })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return yield* kubectl.err(
      `error: unable to ${desired ? 'cordon' : 'uncordon'} node "${node.name}": ${error.message}\n`,
    )
  }
  yield* kubectl.out(operationPrinter(kubectl, word).print(node.object as KubeLike))
}

function* drainOne(kubectl: Kubectl, node: Info): Sys<void> {
  const { pods, warnings } = yield* podsToDelete(kubectl, node.name)
  if (warnings) yield* kubectl.err(`Warning: ${warnings}\n`)
  if (dryRunOf(kubectl) === 'client') {
    for (const { metadata } of pods)
      yield* kubectl.out(`evicting pod ${metadata?.namespace}/${metadata?.name} (dry run)\n`)
    return
  }
  try {
    yield* evictAll(kubectl, pods)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const left = yield* podsToDelete(kubectl, node.name)
    if (left.pods.length)
      yield* kubectl.err(
        `There are pending pods in node "${node.name}" when an error occurred: ${error.message}\n${left.pods.map(({ metadata }) => `pod/${metadata?.name}\n`).join('')}`,
      )
    throw error
  }
}
