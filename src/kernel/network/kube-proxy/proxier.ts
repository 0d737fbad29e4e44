import type { Service } from 'kubernetes-types/core/v1'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import { keyOf } from '../../api/objects.ts'
import type { Netfilter } from '../../host/net/netfilter/netfilter.ts'
import type { Rule } from '../../host/net/netfilter/rule.ts'
import { installBase, nodePortsRule } from './base-rules.ts'
import { categorize, endpointsOf } from './endpoints.ts'
import { rulesOf, type FilterChain, type RuleOptions, type ServiceRules } from './rules.ts'
import { servicePortsOf } from './service-ports.ts'

const FILTER_CHAINS: readonly FilterChain[] = [
  'KUBE-SERVICES',
  'KUBE-EXTERNAL-SERVICES',
  'KUBE-PROXY-FIREWALL',
  'KUBE-NODEPORTS',
]

interface Known {
  readonly service: Service
  readonly slices: readonly EndpointSlice[]
  readonly rules: readonly ServiceRules[]
}

/** Where this proxy is. */
export interface Place extends RuleOptions {
  readonly node: string
  readonly zone?: string | undefined
}

/** Keeps the chains of Kubernetes as services and slices are; only what changed is written anew. */
export class Proxier {
  readonly #netfilter: Netfilter
  readonly #place: Place
  #known = new Map<string, Known>()

  constructor(netfilter: Netfilter, place: Place) {
    this.#netfilter = netfilter
    this.#place = place
    installBase(netfilter.nat, netfilter.filter)
  }

  /** Make the tables say this, and return how many rules of services there are. */
  sync(services: readonly Service[], slicesOf: (service: Service) => readonly EndpointSlice[]): void {
    installBase(this.#netfilter.nat, this.#netfilter.filter)
    const before = this.#known
    const now = new Map<string, Known>()
    for (const service of [...services].sort(byKey)) {
      const key = keyOf(service)
      const slices = slicesOf(service)
      const old = before.get(key)
      now.set(key, old && same(old, service, slices) ? old : this.#describe(service, slices))
    }
    this.#known = now
    this.#write(before, now)
  }

  #describe(service: Service, slices: readonly EndpointSlice[]): Known {
    const { node, zone } = this.#place
    const rules = servicePortsOf(service).map((port) =>
      rulesOf(port, categorize(endpointsOf(slices, port, node), port, zone), this.#place),
    )
    return { service, slices, rules }
  }

  #write(before: ReadonlyMap<string, Known>, now: ReadonlyMap<string, Known>): void {
    const { nat, filter } = this.#netfilter
    const gone = new Set<string>()
    for (const [key, { rules }] of before)
      if (now.get(key)?.rules !== rules)
        for (const { chains } of rules) for (const name of chains.keys()) gone.add(name)
    for (const [key, { rules }] of now) {
      if (before.get(key)?.rules === rules) continue
      for (const { chains } of rules)
        for (const [name, list] of chains) {
          nat.put(name, list)
          gone.delete(name)
        }
    }
    const all = [...now.values()].flatMap(({ rules }) => rules)
    nat.put('KUBE-SERVICES', [...all.flatMap(({ services }) => services), nodePortsRule])
    nat.put(
      'KUBE-NODEPORTS',
      all.flatMap(({ nodePorts }) => nodePorts),
    )
    for (const chain of FILTER_CHAINS)
      filter.put(
        chain,
        all.flatMap((rules): readonly Rule[] => rules.filter[chain]),
      )
    for (const name of gone) nat.remove(name)
  }
}

const byKey = (a: Service, b: Service): number => (keyOf(a) < keyOf(b) ? -1 : 1)

const same = (old: Known, service: Service, slices: readonly EndpointSlice[]): boolean =>
  old.service === service &&
  old.slices.length === slices.length &&
  old.slices.every((slice, i) => slice === slices[i])
