import type { Service, ServicePort, ServiceSpec } from 'kubernetes-types/core/v1'
import type { Typed } from '../kind.ts'
import { isExternallyAccessible, needsHealthCheck, wantsClusterIP, wantsNodePorts } from './service-type.ts'

/**
 * What an update of a Service may leave to the server: allocated values that the client left out stay, and fields that the
 * new type has no use for go, provided that the client did not touch them (kubernetes: pkg/registry/core/service/strategy.go
 * PrepareForUpdate: normalizeClusterIPs, dropTypeDependentFields, storage patchAllocatedValues).
 */
export function patchForType(object: Typed<Service>, old: Typed<Service>): Typed<Service> {
  const before = old.spec ?? {}
  const kept = keepAllocated(object.spec ?? {}, before)
  return { ...object, spec: dropForType(normalizeClusterIPs(kept, before), before) }
}

function keepAllocated(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const address = wantsClusterIP(old) && wantsClusterIP(spec) && !spec.clusterIP && !spec.clusterIPs?.length
  const ports = wantsNodePorts(old) && wantsNodePorts(spec)
  const check = needsHealthCheck(old) && needsHealthCheck(spec) && !spec.healthCheckNodePort
  return {
    ...spec,
    ...(address && { clusterIP: old.clusterIP, clusterIPs: old.clusterIPs }),
    ...(ports &&
      spec.ports && { ports: spec.ports.map((port) => withNodePort(port, spec.ports!, old.ports ?? [])) }),
    ...(check && { healthCheckNodePort: old.healthCheckNodePort }),
  }
}

/** The node port of the same port, unless another port of the update has taken it. */
function withNodePort(
  port: ServicePort,
  all: readonly ServicePort[],
  old: readonly ServicePort[],
): ServicePort {
  if (port.nodePort) return port
  const same = old.find(({ port: number, protocol }) => number === port.port && protocol === port.protocol)
  if (!same?.nodePort || all.some(({ nodePort }) => nodePort === same.nodePort)) return port
  return { ...port, nodePort: same.nodePort }
}

/** clusterIP and the first of clusterIPs follow whichever of them the client changed. */
function normalizeClusterIPs(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const { clusterIP = '', clusterIPs = [] } = spec
  const changedOne = clusterIP !== (old.clusterIP ?? '')
  const changedAll = clusterIPs.join() !== (old.clusterIPs ?? []).join()
  if (changedOne && !changedAll) {
    const follow = clusterIP === '' ? [] : [clusterIP, ...clusterIPs.slice(1)]
    return {
      ...spec,
      clusterIPs: (old.clusterIP ?? '') === clusterIPs[0] || clusterIPs.length === 0 ? follow : clusterIPs,
    }
  }
  if (changedAll && !changedOne) return { ...spec, clusterIP: clusterIPs[0] ?? '' }
  return spec
}

function dropForType(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const result = { ...spec }
  const untouched = (key: keyof ServiceSpec): boolean =>
    JSON.stringify(spec[key]) === JSON.stringify(old[key])
  if (wantsClusterIP(old) && !wantsClusterIP(spec) && untouched('clusterIPs')) {
    delete result.clusterIP
    delete result.clusterIPs
    delete result.ipFamilies
    delete result.ipFamilyPolicy
  }
  if (wantsNodePorts(old) && !wantsNodePorts(spec) && noNewNodePorts(spec, old))
    result.ports = spec.ports?.map(({ nodePort, ...port }) => port)
  if (needsHealthCheck(old) && !needsHealthCheck(spec) && untouched('healthCheckNodePort'))
    delete result.healthCheckNodePort
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (untouched('allocateLoadBalancerNodePorts')) delete result.allocateLoadBalancerNodePorts
    if (untouched('loadBalancerClass')) delete result.loadBalancerClass
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec) && untouched('externalTrafficPolicy')) {
    delete result.externalTrafficPolicy
  }
  return result
}

/** Ports may come, go and change, as long as none has a node port that was not there (sameNodePorts). */
const noNewNodePorts = (spec: ServiceSpec, old: ServiceSpec): boolean =>
  (spec.ports ?? []).every(
    ({ nodePort }) => !nodePort || old.ports?.some((port) => port.nodePort === nodePort),
  )
