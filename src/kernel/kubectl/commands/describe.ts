import type { Event } from 'kubernetes-types/core/v1'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { isNotFound, throwAll, UsageError } from '../errors.ts'
import { bool } from '../flag-spec.ts'
import type { Info } from '../info.ts'
import { Info as ResourceInfo } from '../info.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { describeGeneric } from '../describe/generic.ts'
import { describerOf } from '../describe/index.ts'
import { typed } from '../typed.ts'
import { Writer } from '../describe/writer.ts'
import { fileSelection } from './manifest-options.ts'
import { allNamespacesFlag, chunkSizeFlag, filenameFlags, selectorFlag } from './shared-flags.ts'

export const describe: Command = {
  use: 'describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  short: 'Show details of a specific resource or group of resources',
  example: `  # Describe a node
  kubectl describe nodes kubernetes-node-emt8.c.myproject.internal

  # Describe a pod
  kubectl describe pods/nginx`,
  group: 'Troubleshooting and Debugging Commands',
  flags: [
    ...filenameFlags('containing the resource to describe'),
    selectorFlag,
    allNamespacesFlag,
    chunkSizeFlag,
    bool('show-events', 'If true, display events related to the described object.', { initial: 'true' }),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    if (!args.length && !flags.list('filename').length && !flags.string('kustomize'))
      throw new UsageError(
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n',
      )
    const { infos, errors } = yield* found(kubectl, args)
    if (!infos.length && errors.length === 1 && isNotFound(errors[0]) && args.length === 2)
      return yield* byPrefix(kubectl, args, errors[0] as Error)
    yield* describeAll(kubectl, infos, errors)
    return 0
  },
}

function* found(kubectl: Kubectl, args: readonly string[]): Sys<{ infos: Info[]; errors: Error[] }> {
  const { flags } = kubectl
  const result = yield* select(kubectl, {
    ...fileSelection(kubectl),
    args,
    labelSelector: flags.string('selector'),
    allNamespaces: flags.bool('all-namespaces'),
    chunkSize: flags.int('chunk-size'),
    emptySelectsAll: true,
    continueOnError: true,
    latest: true,
  })
  return yield* result.partial()
}

function* describeAll(kubectl: Kubectl, infos: readonly Info[], errors: readonly Error[]): Sys<void> {
  let first = true
  for (const info of infos) {
    const text = yield* textOf(kubectl, info)
    yield* kubectl.out(first ? text : `\n\n${text}`)
    first = false
  }
  if (!infos.length && !errors.length) {
    const all = kubectl.flags.bool('all-namespaces')
    yield* kubectl.err(
      all ? 'No resources found\n' : `No resources found in ${kubectl.namespace} namespace.\n`,
    )
  }
  throwAll(errors)
}

/** No such name: perhaps the beginning of names (kubectl: DescribeMatchingResources). */
function* byPrefix(kubectl: Kubectl, [type = '', prefix = '']: readonly string[], error: Error): Sys<number> {
  const result = yield* select(kubectl, {
    args: [type],
    emptySelectsAll: true,
    chunkSize: kubectl.flags.int('chunk-size'),
  })
  const infos = (yield* result.infos()).filter(({ name }) => name.startsWith(prefix))
  if (!infos.length) throw error
  for (const info of infos) yield* kubectl.out(`${yield* textOf(kubectl, info)}\n`)
  return 0
}

function* textOf(kubectl: Kubectl, info: Info): Sys<string> {
  const w = new Writer()
  const { group, kind } = info.mapping
  const known = describerOf(group, kind)
  const context = {
    kubectl,
    now: kubectl.os.clock,
    events: kubectl.flags.bool('show-events') ? yield* eventsOf(kubectl, info) : undefined,
  }
  if (known) yield* known.describe(w, typed(info.object as KubeLike), context)
  else yield* describeGeneric(w, info.object as KubeLike, context)
  return w.aligned
}

/** Events of one object (client-go: EventExpansion.SearchWithContext). */
function* eventsOf(kubectl: Kubectl, info: Info): Sys<Event[]> {
  const { uid = '' } = info.metadata as { uid?: string }
  const isNode = info.mapping.kind === 'Node'
  const search = function* (by: string): Sys<Event[]> {
    const fields: readonly (readonly [string, string | undefined])[] = [
      ['involvedObject.name', info.name],
      ['involvedObject.namespace', info.namespace],
      ['involvedObject.kind', info.mapping.kind === 'Pod' ? undefined : info.mapping.kind],
      ['involvedObject.uid', by],
    ]
    const fieldSelector = fields
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}=${value}`)
      .join(',')
    const where = new ResourceInfo(kubectl, eventResource, info.namespace, '')
    const list = yield* kubectl.api.call({
      path: where.path(''),
      query: { fieldSelector, limit: kubectl.flags.int('chunk-size') || undefined },
    })
    return typed<{ items?: Event[] }>(list).items ?? []
  }
  try {
    const own = yield* search(uid)
    // Old kubelets take the name for the uid.
    return isNode ? [...own, ...(yield* search(info.name))] : own
  } catch (error) {
    if (error instanceof UserError) return []
    throw error
  }
}

const eventResource = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  namespaced: true,
  shortNames: [],
  categories: [],
  verbs: [],
  subresources: [],
}
