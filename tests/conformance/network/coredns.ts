import type { Pod } from 'kubernetes-types/core/v1'
import {
  question,
  qualified,
  type DnsRecord,
  type RecordType,
} from '../../../src/kernel/host/net/dns/message.ts'
import { answer, zoneOf, type Sections } from '../../../src/kernel/network/coredns/answer.ts'
import type { ClusterView } from '../../../src/kernel/network/coredns/cluster-view.ts'
import { parseDirectives } from '../../../src/kernel/network/coredns/corefile.ts'
import { hostnameOf, isExposed, isValid } from '../../../src/kernel/network/coredns/find.ts'
import {
  defaultOptions,
  kubernetesOptions,
  type KubernetesOptions,
} from '../../../src/kernel/network/coredns/kubernetes-options.ts'
import { parseRequest } from '../../../src/kernel/network/coredns/request.ts'
import { jsonLines, notApplicable, show, tally, type OracleSuite, type Verdict } from '../suite.ts'
import {
  asList,
  asObject,
  identifier,
  toService,
  toSlices,
  viewOf,
  type GoObject,
} from './coredns-objects.ts'

interface Declaration {
  readonly file: string
  readonly line: number
  readonly name: string
  readonly scope: string
  readonly value: unknown
}

interface Case {
  readonly declaration: Declaration
  readonly value: GoObject | string
}

/** CoreDNS' tests of its plugin kubernetes: the same objects, the same questions. */
export const corednsSuite: OracleSuite = {
  pattern: /^coredns\/.*\.jsonl$/,
  run(_path, text) {
    const declarations = jsonLines<Declaration>(text)
    const cases = declarations.flatMap((declaration) =>
      judges(declaration) && Array.isArray(declaration.value)
        ? declaration.value.map((value): Case => ({ declaration, value }))
        : [],
    )
    const world = new World(declarations)
    return tally(
      cases,
      ({ declaration: { file, line, name } }, i) => `${file}:${line} ${name} #${i}`,
      (each) => judges(each.declaration)?.(each.value as GoObject, world),
    )
  },
}

type Judge = (value: GoObject, world: World) => Verdict

const shortName = ({ file, name, scope }: Declaration): string =>
  `${file.replace(/^.*\/|_test\.go$/g, '')} ${scope || name}`

const judges = (declaration: Declaration): Judge | undefined => table[shortName(declaration)]

const asks =
  (
    options: Partial<KubernetesOptions>,
    view: (world: World) => ClusterView = ({ handler }) => handler,
  ): Judge =>
  (value, world) =>
    ask(value, { ...defaultOptions, zones: ['cluster.local.'], ...options }, view(world))

const noImports: Judge = () => notApplicable('ServiceImport (Multi-Cluster Services API) is not served here')
const noObjects: Judge = () => notApplicable('the objects of this test are made by Go code and not recorded')
const ARPA = ['in-addr.arpa.', 'ip6.arpa.']

const table: Readonly<Record<string, Judge>> = {
  'handler commonDnsTestCases': asks({ namespaces: ['testns'] }),
  'handler dnsTestCases': asks({ namespaces: ['testns'] }),
  'handler multiclusterDnsTestCases': noImports,
  'handler nsTestCases': asks({ ttl: 5 }),
  'handler notSyncedTestCases': asks({}, ({ unsynced }) => unsynced),
  'handler_case dnsPreserveCaseCases': asks({}),
  'handler_ignore_emptyservice dnsEmptyServiceTestCases': asks({ ignoreEmptyService: true }),
  'handler_pod_disabled podModeDisabledCases': asks({ pods: 'disabled' }),
  'handler_pod_insecure podModeInsecureCases': asks({ pods: 'insecure' }),
  'handler_pod_verified podModeVerifiedCases': asks({ pods: 'verified' }),
  'kubernetes_apex kubeApexCases': asks({}),
  'reverse TestReverse': (value, world) => {
    // The zones are in Go code; the answers' SOA records name them.
    const named = asList(value['Ns']).map(({ args }) => String(asList(args)[0]).split(/\s/)[0].toLowerCase())
    return asks({ zones: [...new Set(['cluster.local.', ...named, ...ARPA])] }, () => world.reverse)(
      value,
      world,
    )
  },
  'zonal zonalTestCases': noObjects,
  'zonal zonalDisabledTestCases': asks({}),
  'parse TestParseRequest': ({ query, zonal, multicluster, expected, zone }) => {
    if (multicluster) return parsed(String(query), { multicluster: true }, String(expected))
    return parsed(String(query), { zonal: !!zonal }, String(expected), String(zone ?? ''))
  },
  'parse TestParseInvalidRequest': (value) => {
    const { query, multicluster } = (typeof value === 'string' ? { query: value } : value) as GoObject
    const forms = typeof value === 'string' ? {} : { zonal: true, multicluster: !!multicluster }
    const found = parseRequest(String(query), 'inter.webs.tests.', forms)
    return found ? `got ${show(found)}, want an error` : undefined
  },
  'kubernetes TestEndpointHostname': ({ ip, hostname, podName, endpointNameMode, expected }) => {
    const address = { ip: String(ip), hostname: String(hostname), podName: String(podName) }
    return equal(hostnameOf(address, !!endpointNameMode), expected)
  },
  'kubernetes TestServices': services,
  'kubernetes TestServicesAuthority': authority,
  'namespace TestNamespaceExposed': exposed,
  'namespace TestNamespaceValid': valid,
  'setup TestKubernetesParse': setUp((options, want) => {
    const mode = {
      podModeDisabled: 'disabled',
      podModeInsecure: 'insecure',
      podModeVerified: 'verified',
    } as const
    const through = asObject(want['expectedFallthrough'])
    const zones = through['$ident'] === 'fall.Root' ? ['.'] : asList(through['Zones'])
    return (
      equal(options.zones.length, want['expectedZoneCount']) ??
      equal(options.namespaces.length, want['expectedNSCount']) ??
      equal(options.pods, mode[identifier(want['expectedPodMode']) as keyof typeof mode]) ??
      equal(options.labels, want['expectedLabelSelector']) ??
      equal(options.namespaceLabels, want['expectedNamespaceLabelSelector']) ??
      equal(options.fallthrough, zones) ??
      equal(options.startupTimeoutMs, want['expectedStartupTimeout'] && timeoutOf(want))
    )
  }),
  'setup TestKubernetesParseEndpointPodNames': setUp((options, want) =>
    equal(options.endpointPodNames, want['expectedEndpointMode']),
  ),
  'setup TestKubernetesParseNoEndpoints': setUp((options, want) =>
    equal(!options.noEndpoints, want['expectedEndpointsInit']),
  ),
  'setup TestKubernetesParseIgnoreEmptyService': setUp((options, want) =>
    equal(options.ignoreEmptyService, want['expectedEndpointsInit']),
  ),
  'setup TestKubernetesParseMulticluster': setUp((options, want) =>
    equal(options.multicluster, want['expectedMulticlusterZones']),
  ),
  'setup TestKubernetesParseAPIRateLimiting': setUp(({ limits }, want) =>
    equal(
      [limits.qps, limits.burst, limits.maxInflight],
      [want['expectedQPS'], want['expectedBurst'], want['expectedMaxInf']],
    ),
  ),
  'setup TestKubernetesParseZonal': setUp((options, want) => equal(options.zonal, want['expectedZonal'])),
  'setup_ttl TestKubernetesParseTTL': setUp((options, want) =>
    equal(options.ttl, typeof want['expectedTTL'] === 'number' ? want['expectedTTL'] : 5),
  ),
}

/** The fixtures that the questions are asked of. */
class World {
  readonly #declarations: readonly Declaration[]

  constructor(declarations: readonly Declaration[]) {
    this.#declarations = declarations
  }

  #values(file: string, name: string): GoObject[] {
    const found = this.#declarations.filter((each) => each.file.endsWith(`/${file}`) && each.name === name)
    return found.flatMap(
      ({ value }) =>
        (Array.isArray(value)
          ? value
          : Object.values(asObject(value)).every(Array.isArray)
            ? Object.values(asObject(value)).flat()
            : [value]) as GoObject[],
    )
  }

  get handler(): ClusterView {
    return this.#handler(true)
  }

  get unsynced(): ClusterView {
    return this.#handler(false)
  }

  #handler(synced: boolean): ClusterView {
    const pods = this.#values('handler_test.go', 'a').map(
      (pod): Pod => ({
        metadata: { name: String(pod['Name']), namespace: String(pod['Namespace']) },
        status: { podIP: String(pod['PodIP']) },
      }),
    )
    return viewOf(
      this.#values('handler_test.go', 'svcIndex').map(toService),
      this.#values('handler_test.go', 'epsIndex').flatMap(toSlices),
      pods,
      synced,
    )
  }

  get reverse(): ClusterView {
    const names = ['ep1s1', 'ep1s2', 'ep1s3', 'ep2']
    const slices = names.flatMap((name) => this.#values('reverse_test.go', name).flatMap(toSlices))
    return viewOf(this.#values('reverse_test.go', 'svcs').slice(0, 1).map(toService), slices)
  }

  get services(): ClusterView {
    const of = (scope: string) =>
      this.#declarations
        .filter((each) => each.file.endsWith('/kubernetes_test.go') && each.scope === scope)
        .flatMap(({ value }) => asList(value))
    return viewOf(of('SvcIndex').map(toService), of('EpIndex').flatMap(toSlices))
  }
}

function ask(value: GoObject, options: KubernetesOptions, view: ClusterView): Verdict {
  const test = asObject(value['Case'] ?? value)
  const name = qualified(String(test['Qname']))
  const type = identifier(test['Qtype']) as RecordType
  const zone = zoneOf(name, options.zones)
  if (zone === undefined) return `no zone for ${name}`
  const got = answer(question(1, name, type), zone, view, options, ['127.0.0.1'])
  if (!got) return 'passed on'
  const upstream = asList(asObject(asObject(value['Upstream'])['Case'])['Answer'])
  const more = got.chase ? upstream.map(recordOf).filter((record) => record.type !== 'CNAME') : []
  const all = { ...got, answer: [...got.answer, ...more] }
  const rcode = { Success: 'NOERROR', NameError: 'NXDOMAIN', ServerFailure: 'SERVFAIL' }[
    identifier(test['Rcode'])
  ]
  return (
    equal(got.rcode, rcode ?? 'NOERROR') ??
    section('answer', all.answer, test['Answer']) ??
    section('authority', all.authority, test['Ns']) ??
    section('additional', all.additional, test['Extra'])
  )
}

function section(part: keyof Sections, got: readonly DnsRecord[], want: unknown): Verdict {
  const wanted = asList(want).map(recordOf)
  return equal({ [part]: got.map(printed).sort() }, { [part]: wanted.map(printed).sort() })
}

/** Of an SOA its owner and server count (CoreDNS: plugin/test Section). */
const printed = ({ name, type, ttl, data }: DnsRecord): string =>
  type === 'SOA' ? `${name} SOA ${data.split(' ')[0]}` : `${name} ${ttl} ${type} ${data.replaceAll('"', '')}`

/** `test.A("name TTL IN A data")`. */
function recordOf({ args }: GoObject): DnsRecord {
  const [name, ttl, , type, ...data] = String(asList(args)[0]).trim().split(/\s+/)
  return { name: qualified(name), ttl: Number(ttl), type: type as RecordType, data: data.join(' ') }
}

function parsed(query: string, forms: object, expected: string, zone = ''): Verdict {
  const found = parseRequest(query, 'inter.webs.tests.', forms)
  if (!found) return 'not understood'
  const { port, protocol, endpoint, cluster, service, namespace, kind } = found
  const text = [port, protocol, endpoint, cluster, service, namespace, kind].join('.')
  return equal([text, found.zone], [expected, zone])
}

function services(value: GoObject, world: World): Verdict {
  const name = String(value['qname'])
  if (name.includes('.clusterset.')) return noImports(value, world)
  const zone = 'interwebs.test.'
  const type = identifier(value['qtype']) as RecordType
  const options = { ...defaultOptions, zones: [zone] }
  const got = answer(question(1, name, type), zone, world.services, options, ['127.0.0.1'])
  const hosts = (type === 'SRV' ? got?.additional : got?.answer)?.map(({ data }) => data.replace(/\.$/, ''))
  return equal(
    hosts?.sort(),
    asList(value['answer'])
      .map(({ host }) => String(host))
      .sort(),
  )
}

function authority(value: GoObject, world: World): Verdict {
  const zone = 'interwebs.test.'
  const ips = asList(value['localIPs']).map(({ args }) => String(asList(args)[0]))
  const type = identifier(value['qtype']) as RecordType
  if (type === 'NS') return notApplicable('asks an internal function for what no question can')
  const options = { ...defaultOptions, zones: [zone] }
  const got = answer(question(1, String(value['qname']), type), zone, world.services, options, ips)
  return equal(
    got?.answer.map(({ data }) => data),
    asList(value['answer']).map(({ host }) => String(host)),
  )
}

function exposed({ testNamespace, kubernetesNamespaces, expected }: GoObject): Verdict {
  const namespaces = Object.keys(asObject(kubernetesNamespaces))
  return equal(isExposed(String(testNamespace), { namespaces }), expected)
}

function valid({ testNamespace, kubernetesNamespaces, expected }: GoObject): Verdict {
  const namespaces = Object.keys(asObject(kubernetesNamespaces))
  return equal(isValid(String(testNamespace), viewOf([], []), { namespaces }), expected)
}

function setUp(check: (options: KubernetesOptions, want: GoObject) => Verdict): Judge {
  return (want) => {
    let options: KubernetesOptions | undefined
    try {
      options = kubernetesOptions(parseDirectives(String(want['input'])), [])
    } catch (error) {
      const message = (error as Error).message
      if (!want['shouldErr']) return `threw ${message}`
      const content = String(want['expectedErrContent'] ?? '')
      return message.includes(content) ? undefined : `got ${message}, want ${content}`
    }
    if (want['shouldErr']) return 'no error'
    return options ? check(options, want) : 'no options'
  }
}

const timeoutOf = ({ expectedStartupTimeout: timeout }: GoObject): number =>
  asObject(timeout)['$ident'] ? 5000 : Number(asObject(timeout)['r']) * 1000

const equal = (got: unknown, want: unknown): Verdict =>
  JSON.stringify(got) === JSON.stringify(want) ? undefined : `got ${show(got)}, want ${show(want)}`
