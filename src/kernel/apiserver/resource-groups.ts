import { compareKubeVersions } from '../api/kube-version.ts'
import type { Resource, Resources } from './resources.ts'

/** Groups in the order in which discovery lists them (kubernetes: cmd/kube-apiserver/app/aggregator.go apiVersionPriorities). */
const order = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'flowcontrol.apiserver.k8s.io',
]

export interface GroupVersions {
  readonly group: string
  /** The preferred one first. */
  readonly versions: readonly string[]
}

/** The groups that are served, each with its versions. */
export function groupsOf(resources: Resources): GroupVersions[] {
  const found = new Map<string, Set<string>>()
  for (const { definition } of resources.all) {
    const versions = found.get(definition.group)
    if (versions) versions.add(definition.version)
    else found.set(definition.group, new Set([definition.version]))
  }
  const rank = (group: string) => (order.includes(group) ? order.indexOf(group) : order.length)
  return [...found]
    .map(([group, versions]) => ({ group, versions: [...versions].sort(compareKubeVersions) }))
    .sort((a, b) => rank(a.group) - rank(b.group) || (a.group < b.group ? -1 : 1))
}

/** The resources of a group and version by name. */
export const resourcesOf = (resources: Resources, group: string, version: string): Resource[] =>
  resources.all
    .filter(({ definition }) => definition.group === group && definition.version === version)
    .sort((a, b) => (a.definition.plural < b.definition.plural ? -1 : 1))
