import type { Node } from 'kubernetes-types/core/v1'
import { notFound, StatusError, unknownError } from '../api/status.ts'
import { goWords } from '../host/errno.ts'
import { HttpClient, type HttpRequest, type HttpResponse, type Stream } from '../host/http.ts'
import type { Api, ResourceCall } from './call.ts'
import { waitFor, type Task } from './task.ts'

/** Connections to kubelets, one a node. */
export class Backends {
  #clients = new Map<string, HttpClient>()

  of(api: Api, address: string, port: number): HttpClient {
    const key = `${address}:${port}`
    let client = this.#clients.get(key)
    if (!client) this.#clients.set(key, (client = new HttpClient(api.os, address, port)))
    return client
  }
}

export interface Location {
  readonly address: string
  readonly port: number
}

/** Where the kubelet of a node listens (kubernetes: pkg/kubelet/client NodeConnectionInfoGetter). */
export function kubeletOf(api: Api, name: string): Location {
  const resource = api.resources.ofKind('', 'Node')
  const node = resource?.cache.get(name)?.object as Node | undefined
  // Upstream's words for a missing node are those of the pod's resource.
  if (!node) throw new StatusError(notFound({ group: '', name: 'pods' }, name))
  const { addresses = [], daemonEndpoints } = node.status ?? {}
  const preferred = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP']
  const ip = ['InternalIP', 'ExternalIP']
    .map((type) => addresses.find((one) => one.type === type)?.address)
    .find(Boolean)
  if (!ip)
    throw new StatusError(
      unknownError(`no preferred addresses found; known addresses: ${preferred.length ? '[]' : ''}`),
    )
  return { address: ip, port: daemonEndpoints?.kubeletEndpoint?.Port ?? api.flags.number('kubelet-port') }
}

/** How a failure to reach the other side is told. */
type Unreachable = (why: string) => StatusError

/** Pass a request on and its answer back, streams both ways; undefined when the answer is a stream. */
export function* pass(
  call: ResourceCall,
  { address, port }: Location,
  request: HttpRequest,
  unreachable: Unreachable,
): Task<HttpResponse | undefined> {
  const client = call.api.backends.of(call.api, address, port)
  return yield* waitFor<HttpResponse | undefined>((resume, fail) => {
    let down: Stream | undefined
    const pending = client.request(request, {
      response: (response) => {
        if (!isStream(response)) return resume(response)
        down = call.exchange.stream({
          status: response.status,
          headers: response.headers,
          body: response.body,
        })
        down.handle({ data: (data) => pending.send(data), closed: () => pending.cancel() })
        resume(undefined)
      },
      data: (data) => down?.send(data),
      ended: () => down?.end(),
      failed: (error) => {
        if (down) down.end()
        else fail(unreachable(`dial tcp ${address}:${port}: connect: ${goWords(error)}`))
      },
    })
  })
}

/** The frame says whether data will follow. */
const isStream = (response: HttpResponse): boolean => (response as { more?: boolean }).more === true
