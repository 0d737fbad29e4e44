import type { KindDefinition } from '../api/kind.ts'

/** What a client must know of a kind to reach it; every record of the table of kinds has it. */
export type ResourceType = Pick<KindDefinition, 'group' | 'version' | 'kind' | 'plural' | 'namespaced'>

/** `/api/v1` or `/apis/apps/v1`. */
export const groupVersionPath = ({ group, version }: Pick<ResourceType, 'group' | 'version'>): string =>
  group ? `/apis/${group}/${version}` : `/api/${version}`

/** Where one object is: `/apis/apps/v1/namespaces/default/deployments/web/status`. */
export function objectPath(
  resource: ResourceType,
  namespace: string | undefined,
  name: string,
  subresource?: string,
): string {
  const path = `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`
  return subresource ? `${path}/${subresource}` : path
}

/** Where a collection is; without a namespace, that of all namespaces. */
export function collectionPath(resource: ResourceType, namespace?: string): string {
  const within = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${groupVersionPath(resource)}${within}/${resource.plural}`
}

/** `apps/v1`, `v1`: the apiVersion of the kind's objects. */
export const apiVersionOf = ({ group, version }: Pick<ResourceType, 'group' | 'version'>): string =>
  group ? `${group}/${version}` : version
