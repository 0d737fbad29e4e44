import type { Service } from 'kubernetes-types/core/v1'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import { expect, it } from 'vitest'
import { Netfilter } from '../../host/net/netfilter/netfilter.ts'
import { printRule } from '../../host/net/netfilter/rule.ts'
import type { IpPacket } from '../../host/net/segment.ts'
import { Proxier } from './proxier.ts'

const NODE_IP = '192.168.64.101'

const service = (spec: object, name = 'svc1'): Service => ({
  metadata: { name, namespace: 'ns1' },
  spec: { clusterIP: '10.20.30.41', ports: [{ name: 'p80', port: 80, protocol: 'TCP' }], ...spec },
})
const slice = (endpoints: object[], ports: object[] = [{ name: 'p80', port: 80, protocol: 'TCP' }]) =>
  ({ addressType: 'IPv4', endpoints, ports }) as unknown as EndpointSlice
const endpoint = (address: string, nodeName = 'node-1', conditions: object = { ready: true }) => ({
  addresses: [address],
  conditions,
  nodeName,
})

function proxy(services: Service[], slices: EndpointSlice[], now = () => 0) {
  const netfilter = new Netfilter({
    now,
    isLocal: (address) => address === NODE_IP || address.startsWith('127.'),
    sourceFor: () => NODE_IP,
  })
  netfilter.random = () => 0
  const proxier = new Proxier(netfilter, {
    node: 'node-1',
    clusterCidr: '10.244.0.0/16',
    masqueradeAll: false,
  })
  proxier.sync(services, () => slices)
  const lines = (table: 'nat' | 'filter', chain: string) =>
    netfilter[table].get(chain)?.rules.map((rule) => printRule(chain, rule))
  /** Where a connection goes: `address:port`, with the source when it is changed; or that it does not. */
  const connect = (src: string, dst: string, dport: number, type: 'tcp' | 'udp' = 'tcp', sport = 40000) => {
    const packet = { type, src, sport, dst, dport, flags: 'SYN', seq: 0, ack: 0, body: '' } as IpPacket
    const local = src === NODE_IP
    const passage = netfilter.begin(packet, local ? 'OUTPUT' : 'PREROUTING', { in: 'cni0', out: 'cni0' })
    const decided = netfilter.decide(passage, local ? 'OUTPUT' : 'FORWARD')
    if (decided !== 'ACCEPT') return decided
    const end = netfilter.end(packet, passage, true)
    return `${end.dst}:${end.dport}${end.src === src ? '' : ` from ${end.src}`}`
  }
  return { netfilter, proxier, lines, connect }
}

it('names chains as kube-proxy does, and prints rules as iptables-save does', () => {
  const { lines } = proxy([service({})], [slice([endpoint('10.180.0.1')])])
  expect(lines('nat', 'KUBE-SERVICES')).toEqual([
    '-A KUBE-SERVICES -d 10.20.30.41/32 -p tcp -m comment --comment "ns1/svc1:p80 cluster IP" -m tcp --dport 80 -j KUBE-SVC-XPGD46QRK7WJZT7O',
    '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS',
  ])
  expect(lines('nat', 'KUBE-SVC-XPGD46QRK7WJZT7O')).toEqual([
    '-A KUBE-SVC-XPGD46QRK7WJZT7O ! -s 10.244.0.0/16 -d 10.20.30.41/32 -p tcp -m comment --comment "ns1/svc1:p80 cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
    '-A KUBE-SVC-XPGD46QRK7WJZT7O -m comment --comment "ns1/svc1:p80 -> 10.180.0.1:80" -j KUBE-SEP-SXIVWICOYRO3J4NJ',
  ])
  expect(lines('nat', 'KUBE-SEP-SXIVWICOYRO3J4NJ')).toEqual([
    '-A KUBE-SEP-SXIVWICOYRO3J4NJ -s 10.180.0.1/32 -m comment --comment ns1/svc1:p80 -j KUBE-MARK-MASQ',
    '-A KUBE-SEP-SXIVWICOYRO3J4NJ -p tcp -m comment --comment ns1/svc1:p80 -m tcp -j DNAT --to-destination 10.180.0.1:80',
  ])
})

it('leads connections by those rules', () => {
  const { connect } = proxy(
    [service({ type: 'NodePort', ports: [{ name: 'p80', port: 80, nodePort: 30080, protocol: 'TCP' }] })],
    [slice([endpoint('10.244.1.2')])],
  )
  expect(connect('10.244.3.4', '10.20.30.41', 80)).toBe('10.244.1.2:80')
  expect(connect('10.244.1.2', '10.20.30.41', 80)).toBe(`10.244.1.2:80 from ${NODE_IP}`)
  expect(connect('192.168.64.2', '10.20.30.41', 80)).toBe(`10.244.1.2:80 from ${NODE_IP}`)
  expect(connect('192.168.64.2', NODE_IP, 30080, 'tcp', 41000)).toBe(`10.244.1.2:80 from ${NODE_IP}`)
  expect(connect('192.168.64.2', NODE_IP, 30081)).toBe(`${NODE_IP}:30081`)
})

it('refuses where there are no endpoints, and drops where there are none here', () => {
  const local = { type: 'NodePort', externalTrafficPolicy: 'Local', internalTrafficPolicy: 'Local' }
  expect(proxy([service({})], []).connect('10.244.1.2', '10.20.30.41', 80)).toBe('REJECT')
  const far = [slice([endpoint('10.244.2.2', 'node-2')])]
  expect(proxy([service(local)], far).connect('10.244.1.2', '10.20.30.41', 80)).toBe('DROP')
})

it('keeps a client with its endpoint as long as the service says', () => {
  let now = 0
  const endpoints = [slice([endpoint('10.244.1.2'), endpoint('10.244.1.3')])]
  const { connect, netfilter, lines } = proxy(
    [service({ sessionAffinity: 'ClientIP' })],
    endpoints,
    () => now,
  )
  let lot = 0.9
  netfilter.random = () => lot
  expect(connect('10.244.3.4', '10.20.30.41', 80, 'tcp', 1)).toBe('10.244.1.3:80')
  lot = 0
  expect(connect('10.244.3.4', '10.20.30.41', 80, 'tcp', 2)).toBe('10.244.1.3:80')
  expect(connect('10.244.3.5', '10.20.30.41', 80, 'tcp', 2)).toBe('10.244.1.2:80')
  now = 10_800_001
  expect(connect('10.244.3.4', '10.20.30.41', 80, 'tcp', 3)).toBe('10.244.1.2:80')
  expect(lines('nat', 'KUBE-SVC-XPGD46QRK7WJZT7O')?.[1]).toMatch(
    /-m recent --rcheck --seconds 10800 --reap --name (KUBE-SEP-\w{16}) --mask 255.255.255.255 --rsource -j \1$/,
  )
})

it('writes only what changed, and takes away what is gone', () => {
  const { proxier, netfilter } = proxy([service({}), service({ clusterIP: '10.20.30.42' }, 'svc2')], [])
  const slices = [slice([endpoint('10.244.1.2')])]
  const one = service({})
  proxier.sync([one], () => slices)
  const kept = netfilter.nat.get('KUBE-SVC-XPGD46QRK7WJZT7O')?.rules
  proxier.sync([one, service({ clusterIP: '10.20.30.42' }, 'svc2')], () => slices)
  expect(netfilter.nat.get('KUBE-SVC-XPGD46QRK7WJZT7O')?.rules).toBe(kept)
  proxier.sync([], () => slices)
  expect([...netfilter.nat.chains.keys()].filter((name) => /SVC|SEP/.test(name))).toEqual([])
})
