import { controller, type Controller } from '../client/controller.ts'
import { attempt, event, patch, WriteError } from '../client/writes.ts'
import { CidrSet } from './cidr-set.ts'
import type { ControllerOptions } from './options.ts'

/** Gives every node a part of the cluster's pod network (kubernetes: pkg/controller/nodeipam/ipam/range_allocator.go). */
export function nodeIpamController(): Controller<ControllerOptions> {
  const given = new Map<string, string>()
  let cidrs: CidrSet | undefined
  return controller<'Node', ControllerOptions>({
    name: 'cidrAllocator',
    reconciles: 'Node',
    *reconcile(node, view, options) {
      if (!options['allocate-node-cidrs'] || !options['cluster-cidr']) return
      const { name } = node.metadata
      if (!cidrs) {
        cidrs = new CidrSet(options['cluster-cidr'].split(',')[0], options['node-cidr-mask-size'])
        if (options['service-cluster-ip-range'])
          cidrs.occupy(options['service-cluster-ip-range'].split(',')[0])
        for (const { metadata, spec } of view.list('Node'))
          if (spec?.podCIDR) take(cidrs, given, metadata.name, spec.podCIDR)
      }
      if (node.spec?.podCIDR) return take(cidrs, given, name, node.spec.podCIDR)
      const cidr = given.get(name) ?? cidrs.allocate()
      if (cidr === undefined) {
        yield event(node, 'Normal', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`)
        throw new WriteError(
          'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
          0,
          '',
        )
      }
      given.set(name, cidr)
      const { error } = yield* attempt(patch(node, { spec: { podCIDR: cidr, podCIDRs: [cidr] } }))
      if (error && error.code !== 404) throw error
    },
    // biome-ignore lint/correctness/useYield: there is nothing left to write to
    *gone(name) {
      const cidr = given.get(name)
      given.delete(name)
      if (cidr !== undefined) cidrs?.release(cidr)
    },
  })
}

function take(cidrs: CidrSet, given: Map<string, string>, name: string, cidr: string): void {
  if (given.get(name) === cidr) return
  given.set(name, cidr)
  cidrs.occupy(cidr)
}
