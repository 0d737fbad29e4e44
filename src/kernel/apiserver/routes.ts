import { methodNotAllowed, noSuchResource, StatusError } from '../api/status.ts'
import type { Handler } from './call.ts'
import type { Target } from './request-info.ts'
import { get, list } from './read.ts'
import type { Resource } from './resources.ts'
import { reviewHandler } from './reviews/index.ts'
import { subresourceHandler } from './subresources/index.ts'
import { watch } from './watch.ts'
import { del, deleteCollection, patch, post, put } from './write.ts'

const byVerb: Readonly<Record<string, Handler>> = {
  get,
  list,
  watch,
  create: post,
  update: put,
  patch,
  delete: del,
  deletecollection: deleteCollection,
}

/** Verbs that a path with a name, or one without, can have. */
const namedVerbs = ['get', 'update', 'patch', 'delete', 'watch']
const collectionVerbs = ['list', 'watch', 'create', 'deletecollection']

/** The handler of a request; throws 404 for what is not served and 405 for what cannot be done with it. */
export function routeOf(resource: Resource | undefined, verb: string, target: Target): Handler {
  if (!resource || (target.namespace && !resource.definition.namespaced && target.resource !== 'namespaces'))
    throw new StatusError(noSuchResource())
  // Such paths are gone since 1.10.
  if (verb === 'proxy') throw new StatusError(noSuchResource())
  if (target.subresource) {
    const handler = subresourceHandler(resource, verb, target.subresource)
    if (handler === undefined) throw new StatusError(noSuchResource())
    if (handler === 'method') throw new StatusError(methodNotAllowed())
    return handler
  }
  const fits = (target.name ? namedVerbs : collectionVerbs).includes(verb)
  // Namespaced objects are made and deleted within a namespace.
  const placeless = resource.definition.namespaced && !target.namespace && !['list', 'watch'].includes(verb)
  const handler = verb === 'create' ? (reviewHandler(resource) ?? post) : byVerb[verb]
  if (!handler || !fits || placeless || !resource.verbs.includes(verb))
    throw new StatusError(methodNotAllowed())
  return handler
}
