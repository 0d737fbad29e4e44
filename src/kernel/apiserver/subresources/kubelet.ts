import type { Container, Pod } from 'kubernetes-types/core/v1'
import { badRequest, internalError, StatusError, unknownError } from '../../api/status.ts'
import { formatQuery, type HttpResponse } from '../../host/http.ts'
import { statusAnswer, text } from '../answer.ts'
import { kubeletOf, pass } from '../backend.ts'
import type { ResourceCall } from '../call.ts'
import { find } from '../read.ts'
import type { Task } from '../task.ts'
import { ofCore, type Subresource } from './subresource.ts'

// kubernetes: pkg/registry/core/pod/strategy.go LogLocation, streamLocation; pkg/registry/core/pod/rest

/** What containers print; the kubelet of the pod's node has it. */
export const log: Subresource = { name: 'log', serves: ofCore('pods'), handlers: { get: readLog } }

export const exec: Subresource = streaming('exec', 'PodExecOptions', 'exec')
export const attach: Subresource = streaming('attach', 'PodAttachOptions', 'attach')
export const portForward: Subresource = streaming('portforward', 'PodPortForwardOptions', 'portForward')

function* readLog(call: ResourceCall): Task<HttpResponse | undefined> {
  const { api, query, target } = call
  const pod = (yield* find(call)).object as Pod
  const container = containerOf(pod, query.get('container'), 'a container name must be specified')
  const node = pod.spec?.nodeName
  // Nobody has printed anything yet.
  if (!node) return text(200, '')
  const location = kubeletOf(api, node)
  const path = `/containerLogs/${target.namespace}/${target.name}/${container}`
  const options = query.pairs.filter(([name]) => name !== 'container')
  const url = options.length ? `${path}?${formatQuery(Object.fromEntries(options))}` : path
  const request = { method: 'GET', path: url, headers: {} }
  const answer = yield* pass(
    call,
    location,
    request,
    (why) =>
      new StatusError(unknownError(`Get "https://${location.address}:${location.port}${url}": ${why}`)),
  )
  return answer && answer.status >= 400 ? kubeletRefusal(answer) : answer
}

/** The kubelet's error as a Status (apiserver: registry/generic/rest/response_checker.go). */
function kubeletRefusal({ status, body }: HttpResponse): HttpResponse {
  const message = typeof body === 'string' ? body.trimEnd() : JSON.stringify(body ?? '')
  if (status === 400) return statusAnswer(badRequest(message))
  if (status === 500) return statusAnswer(internalError(message))
  const reason = status === 404 ? 'NotFound' : status === 503 ? 'ServiceUnavailable' : ''
  return statusAnswer({ ...unknownError(message), code: status, ...(reason ? { reason } : {}) })
}

function streaming(name: string, kind: string, kubeletPath: string): Subresource {
  function* connect(call: ResourceCall): Task<HttpResponse | undefined> {
    const pod = (yield* find(call)).object as Pod
    const isForward = name === 'portforward'
    const container = isForward
      ? ''
      : containerOf(pod, call.query.get('container'), 'container name must be specified')
    const node = pod.spec?.nodeName
    if (!node) throw new StatusError(badRequest(`pod ${call.target.name} does not have a host assigned`))
    const location = kubeletOf(call.api, node)
    const { namespace } = call.target
    const path = `/${kubeletPath}/${namespace}/${call.target.name}${container ? `/${container}` : ''}`
    const options = isForward
      ? call.query.pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
      : streams(call)
    const url = options.length ? `${path}?${options.join('&')}` : path
    return yield* pass(
      call,
      location,
      { method: call.request.method, path: url, headers: call.request.headers, body: call.request.body },
      (why) => new StatusError(unknownError(`error dialing backend: ${why}`)),
    )
  }
  return {
    name,
    serves: ofCore('pods'),
    kind: { group: '', version: 'v1', kind },
    handlers: { get: connect, create: connect },
  }
}

/** The kubelet's own names for what to connect. */
function streams({ query }: ResourceCall): string[] {
  const wanted = (name: string) => query.bool(name)
  const tty = wanted('tty')
  return [
    ...(wanted('stdin') ? ['input=1'] : []),
    ...(wanted('stdout') ? ['output=1'] : []),
    ...(wanted('stderr') && !tty ? ['error=1'] : []),
    ...(tty ? ['tty=1'] : []),
    ...query.all('command').map((word) => `command=${encodeURIComponent(word)}`),
  ]
}

/** The container that is meant; throws 400 when that is not clear. */
function containerOf(pod: Pod, wanted: string, demand: string): string {
  const { containers = [], initContainers = [] } = pod.spec ?? {}
  const { ephemeralContainers = [] } = (pod.spec ?? {}) as { ephemeralContainers?: readonly Container[] }
  const name = pod.metadata?.name ?? ''
  const all = [...containers, ...initContainers, ...ephemeralContainers]
  if (wanted) {
    if (all.some((container) => container.name === wanted)) return wanted
    throw new StatusError(badRequest(`container ${wanted} is not valid for pod ${name}`))
  }
  if (containers.length === 1) return containers[0]!.name
  if (containers.length === 0) throw new StatusError(badRequest(`${demand} for pod ${name}`))
  const others = (kind: string, list: readonly Container[]) =>
    list.length ? ` or one of the ${kind}: [${list.map((container) => container.name).join(' ')}]` : ''
  const choices = containers.map((container) => container.name).join(' ')
  throw new StatusError(
    badRequest(
      `${demand} for pod ${name}, choose one of: [${choices}]${others('init containers', initContainers)}${others('ephemeral containers', ephemeralContainers)}`,
    ),
  )
}
