import type { Container } from 'kubernetes-types/core/v1'
import { MAX_SCORE, type Plugin, type Snapshot } from '../framework.ts'
import type { NodeInfo } from '../node-info.ts'

const MIB = 1024 * 1024
const MIN_BYTES = 23 * MIB
const MAX_BYTES_PER_CONTAINER = 1000 * MIB

/** Prefers nodes that have the pod's images already (kubernetes: plugins/imagelocality). */
export const imageLocality: Plugin = {
  name: 'ImageLocality',
  score({ pod, snapshot }, node) {
    const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
    const bytes = containers.reduce((sum, container) => sum + scaledBytes(container, node, snapshot), 0)
    const max = MAX_BYTES_PER_CONTAINER * containers.length
    const clamped = Math.min(max, Math.max(MIN_BYTES, bytes))
    return Math.trunc((MAX_SCORE * (clamped - MIN_BYTES)) / (max - MIN_BYTES))
  },
}

/** An image counts by how widely it is spread, so that pods do not all go where it once was pulled. */
function scaledBytes({ image = '' }: Container, node: NodeInfo, { nodes, imageState }: Snapshot): number {
  const name = normalized(image)
  const state = node.images.has(name) ? imageState(name) : undefined
  return state ? Math.trunc(state.bytes * (state.nodes / nodes.length)) : 0
}

/** `nginx` -> `nginx:latest`. */
const normalized = (image: string): string =>
  image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image
