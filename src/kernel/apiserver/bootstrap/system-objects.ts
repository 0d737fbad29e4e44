import type { Api } from '../call.ts'
import { keepKubernetesService } from '../kubernetes-service.ts'
import type { Task } from '../task.ts'
import { keepTrying, ownCreate } from './own-writing.ts'
import { reconcileDefaultRoles } from './rbac.ts'

/** What a fresh cluster must have, made by the server itself (kubernetes: pkg/controlplane/controller). */
export function bootstrap(api: Api): void {
  keepTrying(api, function* () {
    yield* systemNamespaces(api)
    // Upstream makes them always; here only where somebody asks them.
    if (api.authorization.usesRbac) reconcileDefaultRoles(api)
    keepKubernetesService(api)
  })
  keepTrying(api, () => systemPriorityClasses(api))
}

const systemNamespaceNames = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

function* systemNamespaces(api: Api): Task<void> {
  const resource = api.resources.ofKind('', 'Namespace')
  if (!resource) return
  for (const name of systemNamespaceNames) {
    if (resource.cache.get(name)) continue
    yield* ownCreate(api, '', 'Namespace', { metadata: { name } })
  }
}

/** kubernetes: pkg/registry/scheduling/rest/storage_scheduling.go, pkg/apis/scheduling/v1/helpers.go. */
const priorityClasses = [
  {
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    metadata: { name: 'system-cluster-critical' },
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
]

function* systemPriorityClasses(api: Api): Task<void> {
  const resource = api.resources.ofKind('scheduling.k8s.io', 'PriorityClass')
  for (const one of priorityClasses)
    if (!resource?.cache.get(one.metadata.name))
      yield* ownCreate(api, 'scheduling.k8s.io', 'PriorityClass', one)
}
