import { groupVersionOf } from '../api/objects.ts'
import type { ResourceType } from '../client/resource.ts'
import { attempt, attemptAll, request, type WriteError, type Writes } from '../client/writes.ts'

/** A resource that the server offers. */
export type ServedResource = ResourceType & { readonly verbs: readonly string[] }

interface GroupList {
  readonly groups?: readonly { readonly preferredVersion: { readonly groupVersion: string } }[]
}
interface ResourceList {
  readonly groupVersion: string
  readonly resources?: readonly {
    readonly name: string
    readonly kind: string
    readonly namespaced: boolean
    readonly verbs: readonly string[]
  }[]
}

/** Everything that is served, in each group's preferred version (client-go: ServerPreferredResources). */
export function* discover(): Writes<{ resources: ServedResource[]; error: WriteError | undefined }> {
  const { object: groups, error } = yield* attempt<GroupList>(request({ method: 'GET', path: '/apis' }))
  const versions = (groups?.groups ?? []).map(
    ({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`,
  )
  const lists = yield* attemptAll<ResourceList>(
    ['/api/v1', ...versions].map((path) => request({ method: 'GET', path })),
  )
  const resources = lists.flatMap(({ object }) => (object ? served(object) : []))
  return { resources, error: error ?? lists.find((list) => list.error)?.error }
}

/** Subresources have a slash in their name. */
function served({ groupVersion, resources = [] }: ResourceList): ServedResource[] {
  const [group, version] = groupVersionOf(groupVersion)
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced, verbs }) => ({ group, version, kind, plural: name, namespaced, verbs }))
}
