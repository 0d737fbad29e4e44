import { controller, type Controller } from '../client/controller.ts'
import { patch } from '../client/writes.ts'
import type { ControllerOptions } from './options.ts'

const TTL = 'node.alpha.kubernetes.io/ttl'

/** How long kubelets may keep secrets and config maps, by the size of the cluster (pkg/controller/ttl ttlBoundaries). */
const boundaries = [
  { least: 0, most: 100, seconds: 0 },
  { least: 90, most: 500, seconds: 15 },
  { least: 450, most: 1000, seconds: 30 },
  { least: 900, most: 2000, seconds: 60 },
  { least: 1800, most: Number.POSITIVE_INFINITY, seconds: 300 },
]

export function ttlController(): Controller<ControllerOptions> {
  let step = 0
  return controller<'Node', ControllerOptions>({
    name: 'ttl-controller',
    reconciles: 'Node',
    matters: ({ object, old }) =>
      !old || object.metadata.annotations?.[TTL] !== old.metadata.annotations?.[TTL],
    *reconcile(node, view) {
      const count = view.list('Node').length
      while (count > boundaries[step].most) step++
      while (count < boundaries[step].least) step--
      const ttl = `${boundaries[step].seconds}`
      if (node.metadata.annotations?.[TTL] === ttl) return
      yield patch(node, { metadata: { annotations: { [TTL]: ttl } } })
    },
  })
}
