import type { Handler } from '../call.ts'
import { get } from '../read.ts'
import type { Resource } from '../resources.ts'
import { patch, put } from '../write.ts'
import { approval } from './approval.ts'
import { binding } from './binding.ts'
import { ephemeralContainers } from './ephemeral-containers.ts'
import { eviction } from './eviction.ts'
import { finalize } from './finalize.ts'
import { attach, exec, log, portForward } from './kubelet.ts'
import { nodeProxy } from './node-proxy.ts'
import { scale } from './scale.ts'
import type { Subresource } from './subresource.ts'
import { token } from './token.ts'

export type { Subresource } from './subresource.ts'

/** Status is written through its own endpoint, so that spec and status have different owners. */
const status: Subresource = {
  name: 'status',
  serves: ({ definition }) => definition.status === true,
  handlers: { get, update: put, patch },
}

/** Every subresource; one file and one line each. */
const all: readonly Subresource[] = [
  status,
  scale,
  finalize,
  approval,
  binding,
  eviction,
  ephemeralContainers,
  log,
  exec,
  attach,
  portForward,
  nodeProxy,
  token,
]

/** The subresources of a resource. */
export const subresourcesOf = (resource: Resource): Subresource[] =>
  all.filter(({ serves }) => serves(resource))

/** `method`: the subresource exists, the verb does not. */
export function subresourceHandler(
  resource: Resource,
  verb: string,
  name: string,
): Handler | 'method' | undefined {
  const subresource = all.find((one) => one.name === name && one.serves(resource))
  if (!subresource) return undefined
  return subresource.handlers[verb] ?? 'method'
}
