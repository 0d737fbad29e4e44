import { StatusError, unknownError } from '../../api/status.ts'
import type { HttpResponse } from '../../host/http.ts'
import { kubeletOf, pass } from '../backend.ts'
import type { ResourceCall } from '../call.ts'
import { find } from '../read.ts'
import type { Task } from '../task.ts'
import { ofCore, type Subresource } from './subresource.ts'

/** Everything below goes to the node's kubelet (kubernetes: pkg/registry/core/node/rest/proxy.go). */
export const nodeProxy: Subresource = {
  name: 'proxy',
  serves: ofCore('nodes'),
  kind: { group: '', version: 'v1', kind: 'NodeProxyOptions' },
  handlers: { get: proxy, create: proxy, update: proxy, patch: proxy, delete: proxy },
}

function* proxy(call: ResourceCall): Task<HttpResponse | undefined> {
  yield* find(call)
  const { request, target } = call
  const location = kubeletOf(call.api, target.name)
  const mark = request.path.indexOf('?')
  const path = `/${target.rest.join('/')}${mark < 0 ? '' : request.path.slice(mark)}`
  return yield* pass(
    call,
    location,
    { ...request, path },
    (why) => new StatusError(unknownError(`error trying to reach service: ${why}`)),
  )
}
