import { equalJson } from '../../api/json.ts'
import { forbidden, type FieldError } from '../../api/field-error.ts'
import { goQuote } from '../../api/go-quote.ts'
import type { Json, JsonObject, KubeObject } from '../../api/objects.ts'
import { invalidObject, StatusError } from '../../api/status.ts'
import type { ResourceCall } from '../call.ts'
import { field, withField, withMeta } from '../meta.ts'
import { ofCore, type Subresource } from './subresource.ts'
import { objectUpdates } from './updates.ts'

/** Adds containers to a running pod to look into it (kubernetes: pkg/registry/core/pod EphemeralContainersREST). */
export const ephemeralContainers: Subresource = {
  name: 'ephemeralcontainers',
  serves: ofCore('pods'),
  handlers: objectUpdates('ephemeralcontainers', prepared),
}

type Container = JsonObject & { readonly name: string }

const containersOf = (pod: KubeObject): readonly Container[] =>
  ((field(pod, 'spec') as JsonObject)['ephemeralContainers'] ?? []) as unknown as Container[]

/** Everything but these containers stays as it was. */
function prepared({ resource }: ResourceCall, wanted: KubeObject, old: KubeObject): KubeObject {
  const spec = {
    ...(field(old, 'spec') as JsonObject),
    ephemeralContainers: containersOf(wanted) as unknown as Json,
  }
  const next = withMeta(withField(old, 'spec', spec), { resourceVersion: wanted.metadata.resourceVersion })
  // What a pod is judged by at its creation, but for the one thing that is only possible later.
  const judged = (resource.definition.validate?.(next) ?? []).filter(
    ({ message }) => message !== 'Forbidden: cannot be set on create',
  )
  const errors = [...judged, ...changesOf(next, old)]
  if (errors.length === 0) return next
  throw new StatusError(invalidObject(resource.groupKind, old.metadata.name ?? '', errors))
}

/** kubernetes: pkg/apis/core/validation ValidatePodEphemeralContainersUpdate. */
function changesOf(next: KubeObject, old: KubeObject): FieldError[] {
  const path = 'spec.ephemeralContainers'
  return containersOf(old).flatMap((before) => {
    const after = containersOf(next).find(({ name }) => name === before.name)
    if (!after)
      return [forbidden(path, `existing ephemeral containers ${goQuote(before.name)} may not be removed\n`)]
    if (equalJson(before, after)) return []
    return [forbidden(path, `existing ephemeral containers ${goQuote(before.name)} may not be changed\n`)]
  })
}
