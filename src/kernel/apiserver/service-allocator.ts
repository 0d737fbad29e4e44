import type { Service, ServicePort, ServiceSpec } from 'kubernetes-types/core/v1'
import { encodeBase64 } from '../api/base64.ts'
import { invalid, type BadValue } from '../api/field-error.ts'
import type { JsonObject, Stored } from '../api/objects.ts'
import { internalError, invalidObject, StatusError } from '../api/status.ts'
import { contains, formatIP, parseCidr, parseIP, type Cidr } from '../host/net/ip.ts'
import type { Api } from './call.ts'
import type { Entry } from './entry.ts'
import type { Flags } from './flags.ts'
import { clusterIPsOf, withFamilies } from './service-families.ts'
import type { ResourceCache } from './resource-cache.ts'
import type { Also } from './storage.ts'
import { UniqueNumbers } from './unique-numbers.ts'

/**
 * Gives Services their cluster IPs and node ports (kubernetes: pkg/registry/core/service/storage/alloc.go). What is taken is
 * what the stored Services have; that several API servers do not give the same to two is the work of the keys in
 * `/registry/ranges/`, which every allocation writes in its own transaction.
 */
export class ServiceAllocator {
  readonly #cidr: Cidr
  readonly #cidrText: string
  readonly #portText: string
  readonly #ips: UniqueNumbers
  readonly #ports: UniqueNumbers
  readonly #ranges: ResourceCache
  constructor(flags: Flags, services: ResourceCache, ranges: ResourceCache) {
    this.#cidrText = flags.text('service-cluster-ip-range').split(',')[0]!
    this.#cidr = parseCidr(this.#cidrText) ?? { network: 0, bits: 32 }
    this.#portText = flags.text('service-node-port-range')
    const [first = 30000, last = 32767] = this.#portText.split('-').map(Number)
    const size = 2 ** (32 - this.#cidr.bits)
    this.#ips = new UniqueNumbers(this.#cidr.network + 1, this.#cidr.network + size - 2, ipBand(size))
    this.#ports = new UniqueNumbers(first, last, portBand(last - first + 1))
    this.#ranges = ranges
    services.follow((current, previous) => this.#follow(current, previous))
  }

  /** The first address of the range is that of the service `kubernetes`. */
  get firstIP(): string {
    return formatIP(this.#cidr.network + 1)
  }

  /** The last step of the store before it writes a Service. */
  allocate(api: Api, given: JsonObject, before: Stored | undefined): { object: JsonObject; also?: Also } {
    const service = given as unknown as Service
    const old = before as Service | undefined
    // A new Service has nothing yet, even if there is one of its name.
    const owner = old ? `${service.metadata?.namespace}/${service.metadata?.name}` : ''
    let spec = withFamilies(service, this.#cidrText)
    const ips = needsIP(spec) ? this.#clusterIPs(service, spec, old, owner, api.os.random) : undefined
    if (ips) spec = { ...spec, clusterIP: ips[0], clusterIPs: ips }
    const taken = new Set<number>()
    const ports = this.#portsOf(service, spec, owner, taken, api.os.random)
    if (ports) spec = { ...spec, ports }
    spec = this.#healthCheckPort(spec, owner, taken, api.os.random)
    const object = (spec === service.spec ? service : { ...service, spec }) as unknown as JsonObject
    const changedIP = ips?.[0] !== undefined && ips[0] !== 'None' && ips[0] !== old?.spec?.clusterIP
    const also = this.#guards(changedIP ? [parseIP(ips[0]!)] : [], [...taken])
    return also ? { object, also } : { object }
  }

  #clusterIPs(
    service: Service,
    spec: ServiceSpec,
    old: Service | undefined,
    owner: string,
    random: () => number,
  ): string[] {
    const [wanted] = clusterIPsOf(spec)
    if (wanted === 'None') return ['None']
    if (!wanted) {
      const free = this.#ips.choose(random)
      if (free === undefined)
        throw new StatusError(internalError('failed to allocate a serviceIP: range is full'))
      return [formatIP(free)]
    }
    if (old && clusterIPsOf(old.spec ?? {})[0] === wanted) return [wanted]
    const value = parseIP(wanted)
    const refuse = (why: string) =>
      refused(service, 'spec.clusterIPs', clusterIPsOf(spec), `failed to allocate IP ${wanted}: ${why}`)
    if (Number.isNaN(value) || !contains(this.#cidr, value))
      throw refuse(
        `the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${this.#cidrText}`,
      )
    if (!this.#ips.isFreeFor(value, owner)) throw refuse('provided IP is already allocated')
    return [wanted]
  }

  /** Ports with their node ports, if any of them needs one; those that are new are added to `taken`. */
  #portsOf(
    service: Service,
    spec: ServiceSpec,
    owner: string,
    taken: Set<number>,
    random: () => number,
  ): ServicePort[] | undefined {
    if (!needsNodePorts(spec)) return undefined
    const done: ServicePort[] = []
    for (const [i, port] of (spec.ports ?? []).entries()) {
      const twin = done.find((other) => other.port === port.port && other.protocol !== port.protocol)
      const nodePort = port.nodePort
        ? this.#given(service, i, port.nodePort, owner)
        : (twin?.nodePort ?? this.#chosen(random, taken))
      if (!this.#ports.isHeldBy(nodePort, owner)) taken.add(nodePort)
      done.push({ ...port, nodePort })
    }
    return done
  }

  #given(service: Service, index: number, nodePort: number, owner: string): number {
    const path = `spec.ports[${index}].nodePort`
    const range = `provided port is not in the valid range. The range of valid ports is ${this.#portText}`
    if (!this.#ports.contains(nodePort)) throw refused(service, path, nodePort, range)
    if (this.#ports.isFreeFor(nodePort, owner)) return nodePort
    throw refused(service, path, nodePort, 'provided port is already allocated')
  }

  #chosen(random: () => number, taken: ReadonlySet<number>): number {
    const free = this.#ports.choose(random, taken)
    if (free === undefined)
      throw new StatusError(internalError('failed to allocate a nodePort: range is full'))
    return free
  }

  /** Load balancers that keep to local endpoints ask each node's proxy on this port. */
  #healthCheckPort(spec: ServiceSpec, owner: string, taken: Set<number>, random: () => number): ServiceSpec {
    if (spec.type !== 'LoadBalancer' || spec.externalTrafficPolicy !== 'Local') return spec
    const { healthCheckNodePort = this.#chosen(random, taken) } = spec
    if (!this.#ports.isHeldBy(healthCheckNodePort, owner)) taken.add(healthCheckNodePort)
    return spec.healthCheckNodePort ? spec : { ...spec, healthCheckNodePort }
  }

  #guards(ips: readonly number[], ports: readonly number[]): Also | undefined {
    const guards = [
      ...(ips.length ? [this.#guard('serviceips', this.#cidrText, this.#ips, ips)] : []),
      ...(ports.length ? [this.#guard('servicenodeports', this.#portText, this.#ports, ports)] : []),
    ]
    if (guards.length === 0) return undefined
    return {
      compare: guards.map(({ compare }) => compare),
      operations: guards.map(({ operation }) => operation),
    }
  }

  #guard(name: string, range: string, numbers: UniqueNumbers, added: readonly number[]) {
    const key = `${this.#ranges.prefix}${name}`
    const value = JSON.stringify({
      kind: 'RangeAllocation',
      apiVersion: 'v1',
      metadata: { creationTimestamp: null },
      range,
      data: encodeBase64(numbers.bitmap(added)),
    })
    const modRevision = this.#ranges.get(name)?.revision ?? 0
    return {
      compare: { target: 'MOD', result: 'EQUAL', key, modRevision } as const,
      operation: { requestPut: { key, value } },
    }
  }

  #follow(current: Entry | undefined, previous: Entry | undefined): void {
    const owner = (current ?? previous)!.key
    this.#ips.replace(owner, ipsIn(current))
    this.#ports.replace(owner, portsIn(current))
  }
}

const needsIP = ({ type }: ServiceSpec): boolean => type !== 'ExternalName'

const needsNodePorts = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false)

const specIn = (entry: Entry | undefined): ServiceSpec => (entry?.object as Service | undefined)?.spec ?? {}

const ipsIn = (entry: Entry | undefined): number[] =>
  clusterIPsOf(specIn(entry))
    .map(parseIP)
    .filter((value) => !Number.isNaN(value))

function portsIn(entry: Entry | undefined): number[] {
  const { ports = [], healthCheckNodePort } = specIn(entry)
  return [...ports.map(({ nodePort }) => nodePort), healthCheckNodePort].filter(
    (port) => port !== undefined && port > 0,
  ) as number[]
}

/** Addresses that are left for those who choose themselves (registry/core/service/ipallocator calculateRangeOffset). */
const ipBand = (size: number): number => (size < 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 16)), 256))

const portBand = (size: number): number =>
  size < 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 32)), 128)

function refused(service: Service, path: string, value: BadValue, why: string): StatusError {
  return new StatusError(
    invalidObject({ group: '', name: 'Service' }, service.metadata?.name ?? '', [invalid(path, value, why)]),
  )
}
