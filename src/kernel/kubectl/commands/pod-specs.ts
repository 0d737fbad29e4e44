import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { KubeLike } from '../kubectl.ts'

/** A container, as plain JSON. */
export type ContainerJson = JsonObject & { readonly name: string }

/** Where a kind keeps its pod spec (polymorphichelpers.UpdatePodSpecForObject). */
function specPath(object: KubeLike): readonly string[] {
  switch (object.kind) {
    case 'Pod':
      return ['spec']
    case 'ReplicationController':
    case 'Deployment':
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'Job':
      return ['spec', 'template', 'spec']
    case 'CronJob':
      return ['spec', 'jobTemplate', 'spec', 'template', 'spec']
  }
  throw new UserError(`the object is not a pod or does not have a pod template: ${object.kind}`)
}

/** A copy with its pod spec changed. */
export const withPodSpec = (object: KubeLike, change: (spec: JsonObject) => JsonObject): KubeLike =>
  changeAt(object, specPath(object), change) as KubeLike

function changeAt(
  value: JsonObject,
  [key, ...rest]: readonly string[],
  change: (spec: JsonObject) => JsonObject,
): JsonObject {
  if (key === undefined) return change(value)
  return { ...value, [key]: changeAt((value[key] ?? {}) as JsonObject, rest, change) }
}

export const containersIn = (
  spec: JsonObject,
  list: 'containers' | 'initContainers' = 'containers',
): readonly ContainerJson[] => (spec[list] ?? []) as unknown as readonly ContainerJson[]

/** Change the containers that a pattern names (`*`, `nginx`, `app-*`); `found` says whether any was. */
export function changeContainers(
  spec: JsonObject,
  pattern: string,
  change: (container: ContainerJson) => ContainerJson,
  lists: readonly ('containers' | 'initContainers')[] = ['containers'],
): { readonly spec: JsonObject; readonly found: boolean } {
  const expression = new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
  let found = false
  const changed: Record<string, unknown> = {}
  for (const list of lists) {
    if (!spec[list]) continue
    changed[list] = containersIn(spec, list).map((container) => {
      if (!expression.test(container.name)) return container
      found = true
      return change(container)
    })
  }
  return { spec: { ...spec, ...(changed as JsonObject) }, found }
}
