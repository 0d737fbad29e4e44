import { within, type Match, type Rule } from '../../host/net/netfilter/rule.ts'
import type { Table } from '../../host/net/netfilter/table.ts'
import { comment, jump, MARK_MASQ } from './rules.ts'

const MASQUERADE_MARK = 0x4000
const isNew: Match = { kind: 'conntrack', states: ['NEW'], not: false }
const marked = (not: boolean): Match => ({ kind: 'mark', value: MASQUERADE_MARK, mask: MASQUERADE_MARK, not })

const SERVICES = 'kubernetes service portals'
const EXTERNAL = 'kubernetes externally-visible service portals'

const jumpRule = (chain: string, text: string, ...before: Match[]): Rule => ({
  matches: [...before, comment(text)],
  target: jump(chain),
})

/** The jumps from built-in chains (kubernetes: pkg/proxy/iptables/proxier.go iptablesJumpChains); each is put before those that are there. */
const jumps = (): readonly (readonly ['filter' | 'nat', string, Rule])[] => {
  const firewall = jumpRule('KUBE-PROXY-FIREWALL', 'kubernetes load balancer firewall', isNew)
  const external = jumpRule('KUBE-EXTERNAL-SERVICES', EXTERNAL, isNew)
  const portals = jumpRule('KUBE-SERVICES', SERVICES, isNew)
  return [
    ['filter', 'INPUT', { matches: [], target: jump('KUBE-FIREWALL') }],
    ['filter', 'OUTPUT', { matches: [], target: jump('KUBE-FIREWALL') }],
    ['filter', 'INPUT', external],
    ['filter', 'FORWARD', external],
    ['filter', 'INPUT', jumpRule('KUBE-NODEPORTS', 'kubernetes health check service ports')],
    ['filter', 'FORWARD', portals],
    ['filter', 'OUTPUT', portals],
    ['filter', 'FORWARD', jumpRule('KUBE-FORWARD', 'kubernetes forwarding rules')],
    ['filter', 'INPUT', firewall],
    ['filter', 'OUTPUT', firewall],
    ['filter', 'FORWARD', firewall],
    ['nat', 'OUTPUT', jumpRule('KUBE-SERVICES', SERVICES)],
    ['nat', 'PREROUTING', jumpRule('KUBE-SERVICES', SERVICES)],
    ['nat', 'POSTROUTING', jumpRule('KUBE-POSTROUTING', 'kubernetes postrouting rules')],
  ]
}

/** The last rule of nat's KUBE-SERVICES. */
export const nodePortsRule: Rule = {
  matches: [
    comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain'),
    { kind: 'addrtype', end: 'dst', type: 'LOCAL', not: false },
  ],
  target: jump('KUBE-NODEPORTS'),
}

/** Chains whose contents do not depend on services, and the jumps to all. */
export function installBase(nat: Table, filter: Table): void {
  const tables = { nat, filter }
  for (const chain of ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-EXTERNAL-SERVICES', 'KUBE-PROXY-FIREWALL'])
    if (!filter.get(chain)) filter.put(chain, [])
  for (const chain of ['KUBE-SERVICES', 'KUBE-NODEPORTS']) if (!nat.get(chain)) nat.put(chain, [])
  nat.put(MARK_MASQ, [
    { matches: [], target: { kind: 'MARK', value: MASQUERADE_MARK, mask: MASQUERADE_MARK } },
  ])
  nat.put('KUBE-POSTROUTING', [
    { matches: [marked(true)], target: { kind: 'RETURN' } },
    { matches: [], target: { kind: 'MARK', value: MASQUERADE_MARK, mask: 0 } },
    {
      matches: [comment('kubernetes service traffic requiring SNAT')],
      target: { kind: 'MASQUERADE', randomFully: true },
    },
  ])
  filter.put('KUBE-FORWARD', forwarding)
  filter.put('KUBE-FIREWALL', localnet)
  for (const [table, chain, rule] of jumps()) {
    const rules = tables[table].get(chain)?.rules ?? []
    const target = rule.target?.kind === 'jump' ? rule.target.chain : ''
    if (rules.some((known) => known.target?.kind === 'jump' && known.target.chain === target)) continue
    tables[table].put(chain, [rule, ...rules])
  }
}

const under = (states: readonly string[], not: boolean): Match => ({ kind: 'conntrack', states, not })

const forwarding: readonly Rule[] = [
  { matches: [under(['INVALID'], false)], target: { kind: 'DROP' } },
  { matches: [comment('kubernetes forwarding rules'), marked(false)], target: { kind: 'ACCEPT' } },
  {
    matches: [comment('kubernetes forwarding conntrack rule'), under(['RELATED', 'ESTABLISHED'], false)],
    target: { kind: 'ACCEPT' },
  },
]

/** kubelet's: pkg/kubelet/kubelet_network_linux.go syncNetworkRules. */
const localnet: readonly Rule[] = [
  {
    src: within('127.0.0.0/8', true),
    dst: within('127.0.0.0/8'),
    matches: [
      comment('block incoming localnet connections'),
      under(['RELATED', 'ESTABLISHED', 'DNAT'], true),
    ],
    target: { kind: 'DROP' },
  },
]
