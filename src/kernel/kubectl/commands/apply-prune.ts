import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import type { Resource } from '../discovery.ts'
import { list, bool, text, type FlagSpec } from '../flag-spec.ts'
import { Info } from '../info.ts'
import { dryRunOf, dryRunSuffix, type Kubectl, type KubeLike } from '../kubectl.ts'
import { isNotFound } from '../errors.ts'
import { namePrinter } from '../printers/name.ts'
import { deleteBody } from './delete.ts'
import { lastAppliedOf } from './writing.ts'

export const pruneFlags: readonly FlagSpec[] = [
  bool(
    'prune',
    'Automatically delete resource objects, that do not appear in the configs and are created by either apply or create --save-config. Should be used with either -l or --all.',
  ),
  list('prune-allowlist', 'Overwrite the default allowlist with <group/version/kind> for --prune'),
  text(
    'applyset',
    '[alpha] The name of the ApplySet that tracks which resources are being managed, for the purposes of determining what to prune.',
  ),
]

export interface Visited {
  readonly uids: Set<string>
  readonly namespaces: Set<string>
}

/** kubectl: pkg/util/prune/prune.go */
const namespacedKinds = [
  '/v1/ConfigMap',
  '/v1/Endpoints',
  '/v1/PersistentVolumeClaim',
  '/v1/Pod',
  '/v1/ReplicationController',
  '/v1/Secret',
  '/v1/Service',
  'batch/v1/Job',
  'batch/v1/CronJob',
  'networking.k8s.io/v1/Ingress',
  'apps/v1/DaemonSet',
  'apps/v1/Deployment',
  'apps/v1/ReplicaSet',
  'apps/v1/StatefulSet',
]
const clusterKinds = ['/v1/Namespace', '/v1/PersistentVolume']

/** Objects that apply made once and that are not among those of this time, by kind. */
export function* pruneTargets(kubectl: Kubectl, { uids, namespaces }: Visited): Sys<Info[]> {
  const { flags } = kubectl
  const mapper = yield* kubectl.mapper()
  const allowed = flags.list('prune-allowlist')
  const kinds = allowed.length
    ? allowed.map((kind) => (kind.startsWith('core/') ? kind.slice(4) : kind))
    : [...namespacedKinds, ...clusterKinds]
  const resources = kinds.map((text): Resource | undefined => {
    const [group = '', version = '', kind = ''] = text.split('/')
    if (!kind)
      throw new UserError(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`)
    return mapper.resources.find((one) => one.group === group && one.version === version && one.kind === kind)
  })
  const infos: Info[] = []
  for (const namespace of namespaces)
    for (const one of resources)
      if (one?.namespaced) infos.push(...(yield* unvisited(kubectl, one, namespace, uids)))
  for (const one of resources)
    if (one && !one.namespaced) infos.push(...(yield* unvisited(kubectl, one, '', uids)))
  return infos
}

function* unvisited(
  kubectl: Kubectl,
  resource: Resource,
  namespace: string,
  uids: ReadonlySet<string>,
): Sys<Info[]> {
  const infos: Info[] = []
  const where = new Info(kubectl, resource, namespace, '')
  const answer = yield* kubectl.api.call({
    path: where.path(''),
    query: { labelSelector: kubectl.flags.string('selector') || undefined },
  })
  for (const item of (answer['items'] ?? []) as readonly KubeLike[]) {
    const { uid = '', name = '' } = (item.metadata ?? {}) as { uid?: string; name?: string }
    if (!lastAppliedOf(item) || uids.has(uid)) continue
    const info = new Info(kubectl, resource, namespace, name)
    info.object = {
      apiVersion: resource.group ? `${resource.group}/${resource.version}` : resource.version,
      kind: resource.kind,
      ...item,
    } as KubeLike
    infos.push(info)
  }
  return infos
}

export function* prune(kubectl: Kubectl, visited: Visited): Sys<void> {
  const dryRun = dryRunOf(kubectl)
  for (const info of yield* pruneTargets(kubectl, visited)) {
    try {
      if (dryRun !== 'client') yield* info.delete(deleteBody(kubectl, kubectl.flags.int('grace-period')))
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    const short = kubectl.flags.string('output') === 'name'
    yield* kubectl.out(namePrinter(`pruned${dryRunSuffix(dryRun)}`, short).print(info.object as KubeLike))
  }
}
