import type { Service } from 'kubernetes-types/core/v1'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import { Netfilter } from '../../../src/kernel/host/net/netfilter/netfilter.ts'
import type { IpPacket } from '../../../src/kernel/host/net/segment.ts'
import { categorize, endpointsOf, type Endpoint } from '../../../src/kernel/network/kube-proxy/endpoints.ts'
import { Proxier } from '../../../src/kernel/network/kube-proxy/proxier.ts'
import { servicePortsOf, type ServicePort } from '../../../src/kernel/network/kube-proxy/service-ports.ts'
import { difference, notApplicable, type OracleSuite, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'

const NODE = 'test-hostname'
const POD_CIDR = '10.0.0.0/8'
const ZONE = 'topology.kubernetes.io/zone'

interface GoEndpoint {
  readonly endpoint: string
  readonly ready?: boolean
  readonly serving?: boolean
  readonly terminating?: boolean
  readonly isLocal?: boolean
  readonly zoneHints?: readonly string[]
}

/** BaseEndpointInfo as this proxy's own. */
function endpointOf({ endpoint, ready, serving, terminating, isLocal, zoneHints }: GoEndpoint): Endpoint {
  const [ip, port] = endpoint.split(':')
  return {
    ip,
    port: Number(port),
    isLocal: !!isLocal,
    ready: !!ready,
    serving: !!serving,
    terminating: !!terminating,
    zoneHints: zoneHints ?? [],
  }
}

const named = (endpoints: readonly Endpoint[]): string[] =>
  endpoints.map(({ ip, port }) => `${ip}:${port}`).sort()

interface TopologyCase {
  readonly hintsEnabled?: boolean
  readonly nodeLabels?: Readonly<Record<string, string>>
  readonly endpoints?: readonly GoEndpoint[]
  readonly serviceInfo: Partial<ServicePort> & {
    hintsAnnotation?: string
    externalPolicyLocal?: boolean
    internalPolicyLocal?: boolean
  }
  readonly clusterEndpoints?: readonly string[] | null
  readonly localEndpoints?: readonly string[] | null
  readonly allEndpoints?: readonly string[] | null
}

export const proxyTopologySuite: OracleSuite = vectorSuite('pkg__proxy__topology_test', {
  TestCategorizeEndpoints(test: TopologyCase): Verdict {
    const { serviceInfo: info } = test
    const policies = {
      internalLocal: !!info.internalPolicyLocal,
      externalLocal: !!info.externalPolicyLocal,
      nodePort: info.nodePort ?? 0,
      externalIPs: [],
      loadBalancerIPs: [],
    }
    const wantsHints = test.hintsEnabled && /^auto$/i.test(info.hintsAnnotation ?? '')
    const zone = wantsHints ? test.nodeLabels?.[ZONE] : undefined
    const got = categorize((test.endpoints ?? []).map(endpointOf), policies, zone)
    // Nothing wanted of all endpoints means that they are those of the cluster.
    const all = test.allEndpoints ?? test.clusterEndpoints ?? []
    return difference(
      { cluster: named(got.cluster), local: named(got.local), all: named(got.reachable) },
      {
        cluster: [...(test.clusterEndpoints ?? [])].sort(),
        local: [...(test.localEndpoints ?? [])].sort(),
        all: [...all].sort(),
      },
    )
  },
})

export const proxyUtilSuite: OracleSuite = vectorSuite('pkg__proxy__util__utils_test', {
  TestShouldSkipService({ service, shouldSkip }: { service: Service; shouldSkip?: boolean }): Verdict {
    const spec = { ...service.spec, ports: [{ port: 80 }] }
    return difference(servicePortsOf({ ...service, spec }).length === 0, !!shouldSkip)
  },
  TestAppendPortIfNeeded: 'a helper for Go flags',
  TestMapIPsByIPFamily: 'a helper for two IP families',
  TestMapCIDRsByIPFamily: 'a helper for two IP families',
  TestGetClusterIPByFamily: 'a helper for two IP families',
  TestAddressSet: 'a Go type',
  TestIsZeroCIDR: 'a helper for two IP families',
})

interface FlowTest {
  readonly name: string
  readonly sourceIP: string
  readonly destIP: string
  readonly destPort: number
  readonly output: string
  readonly masq?: boolean
}

/** A proxy on the test's node, and where it leads a connection: every endpoint that may be drawn. */
function flows(service: Service, slices: readonly EndpointSlice[], tests: readonly FlowTest[]): Verdict {
  for (const test of tests) {
    const got = flow(service, slices, test)
    const want = `${test.output.split(', ').sort().join(', ')}${test.masq ? ' masqueraded' : ''}`
    if (got !== want) return `${test.name}: got ${got}, want ${want}`
  }
  return undefined
}

function flow(service: Service, slices: readonly EndpointSlice[], test: FlowTest): string {
  const found = new Set<string>()
  for (let lot = 0; lot < 16; lot++) {
    const netfilter = new Netfilter({
      now: () => 0,
      isLocal: (address) => address.startsWith('192.168.') || address.startsWith('127.'),
      sourceFor: () => '192.168.0.2',
    })
    // One lot after the other wins, so that every endpoint has its turn.
    let draws = 0
    netfilter.random = () => (draws++ === lot ? 0 : 0.999)
    new Proxier(netfilter, { node: NODE, clusterCidr: POD_CIDR, masqueradeAll: false }).sync(
      [service],
      () => slices,
    )
    const packet: IpPacket = {
      type: 'tcp',
      src: test.sourceIP,
      sport: 12345,
      dst: test.destIP,
      dport: test.destPort,
      flags: 'SYN',
      seq: 0,
      ack: 0,
    }
    const passage = netfilter.begin(packet, 'PREROUTING', { in: 'eth0', out: 'eth0' })
    const decided = netfilter.decide(passage, 'FORWARD')
    if (decided !== 'ACCEPT') return decided
    const end = netfilter.end(packet, passage, true)
    found.add(`${end.dst}:${end.dport}${end.src === packet.src ? '' : ' masqueraded'}`)
  }
  const masqueraded = [...found].every((each) => each.endsWith(' masqueraded'))
  const bare = [...found].map((each) => each.replace(' masqueraded', '')).sort()
  return `${bare.join(', ')}${masqueraded ? ' masqueraded' : ''}`
}

const service = (spec: object, name = 'svc1'): Service => ({
  metadata: { name, namespace: 'ns1' },
  spec: {
    clusterIP: '172.30.1.1',
    ports: [{ name: '', port: 80, protocol: 'TCP' }],
    ...spec,
  },
})

const loadBalanced = (policy: string): Service => ({
  ...service({ type: 'LoadBalancer', externalTrafficPolicy: policy, healthCheckNodePort: 30000 }),
  status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
})

interface PolicyCase {
  readonly internalTrafficPolicy?: string
  readonly endpoints: readonly { ip: string; hostname: string }[]
  readonly flowTests: readonly FlowTest[]
}

interface TerminatingCase {
  readonly endpointslice: EndpointSlice
  readonly flowTests: readonly FlowTest[]
}

const internals = 'the services of this test are made by Go code and not recorded'

export const proxyIptablesSuite: OracleSuite = vectorSuite('pkg__proxy__iptables__proxier_test', {
  TestInternalTrafficPolicy({ internalTrafficPolicy, endpoints, flowTests }: PolicyCase): Verdict {
    const slice: EndpointSlice = {
      addressType: 'IPv4',
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
      endpoints: endpoints.map(({ ip, hostname }) => ({
        addresses: [ip],
        conditions: { ready: true },
        nodeName: hostname,
      })),
    }
    return flows(service({ internalTrafficPolicy }), [slice], flowTests)
  },
  TestTerminatingEndpointsTrafficPolicyLocal: ({ endpointslice, flowTests }: TerminatingCase): Verdict =>
    flows(loadBalanced('Local'), [endpointslice], flowTests),
  TestTerminatingEndpointsTrafficPolicyCluster: ({ endpointslice, flowTests }: TerminatingCase): Verdict =>
    flows(loadBalanced('Cluster'), [endpointslice], flowTests),
  TestParseIPTablesData: "a parser of the test's own",
  TestCheckIPTablesRuleJumps: "a checker of the test's own",
  TestSortIPTablesRules: "a sorter of the test's own",
  runPacketFlowTests: internals,
  TestNodePorts: internals,
  TestDropInvalidRule: internals,
  TestUpdateEndpointsMap: 'changes of a Go map',
  TestInternalExternalMasquerade: internals,
  TestNoEndpointsMetric: 'a metric',
  TestLoadBalancerIngressRouteTypeProxy: 'a feature gate that is locked on',
})

interface CountCase {
  readonly name: string
  readonly services?: number
  readonly epPerService?: number
  readonly expectedFilterRules: number
  readonly expectedNatRules: number
}

export const proxyRuleCountSuite: OracleSuite = vectorSuite(
  'pkg__proxy__iptables__number_generated_rules_test',
  {
    TestNumberIptablesRules(test: CountCase): Verdict {
      const netfilter = new Netfilter({ now: () => 0, isLocal: () => false, sourceFor: () => '' })
      const services = Array.from({ length: test.services ?? 0 }, (_, i) =>
        service({ clusterIP: `172.30.0.${i + 1}` }, `svc${i}`),
      )
      const slice: EndpointSlice = {
        addressType: 'IPv4',
        ports: [{ name: '', port: 80, protocol: 'TCP' }],
        endpoints: Array.from({ length: test.epPerService ?? 0 }, (_, i) => ({
          addresses: [`10.0.1.${i + 1}`],
          conditions: { ready: true },
        })),
      }
      new Proxier(netfilter, { node: NODE, clusterCidr: POD_CIDR, masqueradeAll: false }).sync(
        services,
        () => [slice],
      )
      const count = (table: 'nat' | 'filter') =>
        [...netfilter[table].chains.values()]
          .filter(({ name }) => name.startsWith('KUBE-'))
          .reduce((sum, { rules }) => sum + rules.length, 0)
      return difference(
        { filter: count('filter'), nat: count('nat') },
        { filter: test.expectedFilterRules, nat: test.expectedNatRules },
      )
    },
    Test_generateServiceEndpoints: "a generator of the test's own",
  },
)

interface CacheCase {
  readonly namespacedName: { readonly Name: string; readonly Namespace: string }
  readonly endpointSlices?: readonly EndpointSlice[]
  readonly expectedMap?: Readonly<Record<string, readonly GoEndpoint[]>>
  readonly hostname?: string
}

export const proxySliceCacheSuite: OracleSuite = vectorSuite('pkg__proxy__endpointslicecache_test', {
  TestEndpointsMapFromESC({ namespacedName, endpointSlices, expectedMap }: CacheCase): Verdict {
    const { Name, Namespace } = namespacedName
    const own = (endpointSlices ?? []).filter(
      ({ metadata }) =>
        metadata?.namespace === Namespace && metadata.labels?.['kubernetes.io/service-name'] === Name,
    )
    for (const [key, want] of Object.entries(expectedMap ?? {})) {
      const portName = key.split(':')[1] ?? ''
      const got = endpointsOf(own, { portName, protocol: 'tcp' }, 'host1')
      const bare = ({ ip, port, ready, serving }: Endpoint) => `${ip}:${port} ${ready} ${serving}`
      const wrong = difference(got.map(bare).sort(), want.map(endpointOf).map(bare).sort())
      if (wrong) return `${key}${wrong}`
    }
    return undefined
  },
  TestEsDataChanged: () => notApplicable('a comparison of Go structures'),
})
