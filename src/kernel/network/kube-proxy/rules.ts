import { within, type Match, type Rule, type Target } from '../../host/net/netfilter/rule.ts'
import { endpointChain, serviceChains, type ServiceChains } from './chain-names.ts'
import type { Categories, Endpoint } from './endpoints.ts'
import { isExternallyAccessible, type ServicePort } from './service-ports.ts'

/** The rules of one port of a service, by where they go. */
export interface ServiceRules {
  /** Parts of nat's KUBE-SERVICES and KUBE-NODEPORTS. */
  readonly services: readonly Rule[]
  readonly nodePorts: readonly Rule[]
  /** Chains of its own in nat. */
  readonly chains: ReadonlyMap<string, readonly Rule[]>
  /** Parts of filter's chains. */
  readonly filter: Readonly<Record<FilterChain, readonly Rule[]>>
}

export type FilterChain =
  | 'KUBE-SERVICES'
  | 'KUBE-EXTERNAL-SERVICES'
  | 'KUBE-PROXY-FIREWALL'
  | 'KUBE-NODEPORTS'

export interface RuleOptions {
  /** Where this cluster's pods have their addresses; empty: unknown. */
  readonly clusterCidr: string
  readonly masqueradeAll: boolean
}

export const MARK_MASQ = 'KUBE-MARK-MASQ'

export const comment = (text: string): Match => ({ kind: 'comment', text })
export const jump = (chain: string): Target => ({ kind: 'jump', chain })
const local = (end: 'src' | 'dst'): Match => ({ kind: 'addrtype', end, type: 'LOCAL', not: false })

/** What a service's port comes to on this node (kubernetes: pkg/proxy/iptables/proxier.go syncProxyRules). */
export function rulesOf(port: ServicePort, endpoints: Categories, options: RuleOptions): ServiceRules {
  return new Writer(port, endpoints, options).write()
}

class Writer {
  readonly #port: ServicePort
  readonly #endpoints: Categories
  readonly #options: RuleOptions
  readonly #names: ServiceChains
  readonly #services: Rule[] = []
  readonly #nodePorts: Rule[] = []
  readonly #chains = new Map<string, Rule[]>()
  readonly #filter: Record<FilterChain, Rule[]> = {
    'KUBE-SERVICES': [],
    'KUBE-EXTERNAL-SERVICES': [],
    'KUBE-PROXY-FIREWALL': [],
    'KUBE-NODEPORTS': [],
  }

  constructor(port: ServicePort, endpoints: Categories, options: RuleOptions) {
    this.#port = port
    this.#endpoints = endpoints
    this.#options = options
    this.#names = serviceChains(port.name, port.protocol)
  }

  write(): ServiceRules {
    const { healthCheckNodePort, name } = this.#port
    this.#clusterIP()
    this.#external()
    if (healthCheckNodePort)
      this.#filter['KUBE-NODEPORTS'].push({
        protocol: 'tcp',
        matches: [comment(`${name} health check node port`), portMatch('tcp', healthCheckNodePort)],
        target: { kind: 'ACCEPT' },
      })
    this.#balance(this.#names.cluster, this.#endpoints.cluster)
    this.#balance(this.#names.local, this.#endpoints.local)
    for (const endpoint of this.#endpoints.reachable) this.#endpoint(endpoint)
    return {
      services: this.#services,
      nodePorts: this.#nodePorts,
      chains: this.#chains,
      filter: this.#filter,
    }
  }

  #clusterIP(): void {
    const { internalLocal, clusterIP, name } = this.#port
    const { any, local: near } = this.#endpoints
    if (!any || (internalLocal && !near.length)) {
      this.#filter['KUBE-SERVICES'].push(this.#to(clusterIP, this.#absence(), this.#refusal()))
      return
    }
    const chain = internalLocal ? this.#names.local : this.#names.cluster
    this.#services.push(this.#to(clusterIP, `${name} cluster IP`, jump(chain)))
    const { masqueradeAll, clusterCidr } = this.#options
    if (!masqueradeAll && !clusterCidr) return
    const rule = this.#to(clusterIP, `${name} cluster IP`, jump(MARK_MASQ))
    this.#append(chain, masqueradeAll ? rule : { ...rule, src: within(clusterCidr, true) })
  }

  #external(): void {
    const port = this.#port
    if (!isExternallyAccessible(port)) return
    const { any, local: near } = this.#endpoints
    const reaches = any && (!port.externalLocal || near.length > 0)
    const guarded = port.sourceRanges.length > 0 && port.loadBalancerIPs.length > 0
    for (const ip of port.externalIPs) this.#entrance(ip, 'external IP', this.#names.external, reaches)
    for (const ip of port.loadBalancerIPs) {
      this.#entrance(ip, 'loadbalancer IP', guarded ? this.#names.firewall : this.#names.external, reaches)
      if (guarded)
        this.#filter['KUBE-PROXY-FIREWALL'].push(
          this.#to(ip, `${port.name} traffic not accepted by ${this.#names.firewall}`, { kind: 'DROP' }),
        )
    }
    if (port.nodePort) this.#nodePort(reaches)
    if (any) this.#externalChain(reaches)
    if (any && guarded) this.#firewall()
  }

  #entrance(ip: string, what: string, chain: string, reaches: boolean): void {
    if (this.#endpoints.any) this.#services.push(this.#to(ip, `${this.#port.name} ${what}`, jump(chain)))
    if (!reaches) this.#filter['KUBE-EXTERNAL-SERVICES'].push(this.#to(ip, this.#absence(), this.#refusal()))
  }

  #nodePort(reaches: boolean): void {
    const { name, protocol, nodePort } = this.#port
    const at = portMatch(protocol, nodePort)
    if (this.#endpoints.any)
      this.#nodePorts.push({ protocol, matches: [comment(name), at], target: jump(this.#names.external) })
    if (!reaches)
      this.#filter['KUBE-EXTERNAL-SERVICES'].push({
        protocol,
        matches: [comment(this.#absence()), local('dst'), at],
        target: this.#refusal(),
      })
  }

  /** Traffic from outside: masqueraded where it may cross to another node. */
  #externalChain(reaches: boolean): void {
    const { name, externalLocal } = this.#port
    const { external, cluster, local: localChain } = this.#names
    const say = (text: string, ...more: Match[]) => [
      comment(`${text} for ${name} external destinations`),
      ...more,
    ]
    if (!externalLocal)
      this.#append(external, { matches: say('masquerade traffic'), target: jump(MARK_MASQ) })
    else {
      const src = this.#options.clusterCidr ? within(this.#options.clusterCidr) : undefined
      if (src) this.#append(external, { src, matches: say('pod traffic'), target: jump(cluster) })
      this.#append(external, {
        matches: say('masquerade LOCAL traffic', local('src')),
        target: jump(MARK_MASQ),
      })
      this.#append(external, { matches: say('route LOCAL traffic', local('src')), target: jump(cluster) })
    }
    if (reaches) this.#append(external, { matches: [], target: jump(externalLocal ? localChain : cluster) })
  }

  #firewall(): void {
    const { name, sourceRanges } = this.#port
    for (const range of sourceRanges)
      this.#append(this.#names.firewall, {
        src: within(range),
        matches: [comment(`${name} loadbalancer IP`)],
        target: jump(this.#names.external),
      })
    this.#append(this.#names.firewall, {
      matches: [comment(`other traffic to ${name} will be dropped by KUBE-PROXY-FIREWALL`)],
    })
  }

  /** Each endpoint its share; a client that has been here goes where it went. */
  #balance(chain: string, endpoints: readonly Endpoint[]): void {
    const { name, protocol, affinitySeconds: seconds } = this.#port
    const rows = endpoints.map(({ ip, port }) => ({
      say: comment(`${name} -> ${ip}:${port}`),
      own: endpointChain(name, protocol, `${ip}:${port}`),
    }))
    if (seconds)
      for (const { say, own } of rows) {
        const recent: Match = { kind: 'recent', name: own, set: false, seconds, reap: true }
        this.#append(chain, { matches: [say, recent], target: jump(own) })
      }
    rows.forEach(({ say, own }, i) => {
      const lot: Match = { kind: 'statistic', probability: 1 / (rows.length - i) }
      this.#append(chain, { matches: i < rows.length - 1 ? [say, lot] : [say], target: jump(own) })
    })
  }

  #endpoint({ ip, port }: Endpoint): void {
    const { name, protocol, affinitySeconds } = this.#port
    const chain = endpointChain(name, protocol, `${ip}:${port}`)
    const recent: Match[] = affinitySeconds ? [{ kind: 'recent', name: chain, set: true }] : []
    this.#append(chain, { src: within(ip), matches: [comment(name)], target: jump(MARK_MASQ) })
    this.#append(chain, {
      protocol,
      matches: [comment(name), ...recent, { kind: protocol }],
      target: { kind: 'DNAT', address: ip, port },
    })
  }

  #to(ip: string, text: string, target: Target): Rule {
    const { protocol, port } = this.#port
    return { dst: within(ip), protocol, matches: [comment(text), portMatch(protocol, port)], target }
  }

  #absence(): string {
    return `${this.#port.name} has no ${this.#endpoints.any ? 'local ' : ''}endpoints`
  }

  #refusal(): Target {
    return this.#endpoints.any ? { kind: 'DROP' } : { kind: 'REJECT', with: 'icmp-port-unreachable' }
  }

  #append(chain: string, rule: Rule): void {
    const rules = this.#chains.get(chain)
    if (rules) rules.push(rule)
    else this.#chains.set(chain, [rule])
  }
}

const portMatch = (protocol: 'tcp' | 'udp', port: number): Match => ({
  kind: protocol,
  dport: { first: port, last: port, not: false },
})
