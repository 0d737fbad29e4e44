import { methodNotSupported, StatusError } from '../../api/status.ts'
import type { ResourceCall } from '../call.ts'
import type { Custom } from '../resources.ts'
import { waitFor, type Task } from '../task.ts'

/** Other servers may not have heard yet that the kind is there (customresource_handler.go: `establishing`). */
const FRESH_MS = 2000

/** What a request for a custom resource meets first (apiextensions-apiserver: pkg/apiserver/customresource_handler.go). */
export function* beforeCustom(call: ResourceCall, custom: Custom): Task<void> {
  const { info, resource, warnings, api } = call
  const { deprecation } = custom.kind
  if (deprecation) warnings.push(deprecation)
  if (info.verb !== 'create' || call.target.subresource) return
  const age = api.os.clock - custom.establishedAt
  if (age < FRESH_MS) yield* waitFor<void>((resume) => void api.os.after(FRESH_MS, () => resume(undefined)))
  if (!custom.terminating) return
  const status = methodNotSupported(resource.groupResource, info.verb)
  const message = `${info.verb} not allowed while custom resource definition is terminating`
  throw new StatusError({ ...status, message })
}
