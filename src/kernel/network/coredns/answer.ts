import {
  addressOfReverse,
  type DnsMessage,
  type DnsRecord,
  type RecordType,
} from '../../host/net/dns/message.ts'
import { serviceOf, type ClusterView } from './cluster-view.ts'
import { find, findReverse, isAddress, type Found } from './find.ts'
import type { KubernetesOptions } from './kubernetes-options.ts'
import { parseRequest } from './request.ts'

/** The schema that the records follow (kubernetes/dns: docs/specification.md). */
const SCHEMA_VERSION = '1.1.0'
const SCHEMA_TTL = 28_800
const MAX_CNAMES = 7
const MAX_SOA_TTL = 300

/** The parts of an answer. */
export interface Sections {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL'
  readonly answer: readonly DnsRecord[]
  readonly authority: readonly DnsRecord[]
  readonly additional: readonly DnsRecord[]
  /** The answer ends with a name that others must be asked for. */
  readonly chase?: string
}

interface Context {
  readonly view: ClusterView
  readonly options: KubernetesOptions
  /** Addresses that this server answers on. */
  readonly localIPs: readonly string[]
  /** The zone as the question spells it. */
  readonly zone: string
}

/** The zone that a name lies in, as the name spells it; undefined when it lies in none. */
export function zoneOf(name: string, zones: readonly string[]): string | undefined {
  const lower = name.toLowerCase()
  const matching = zones.filter((zone) => zone === '.' || lower === zone || lower.endsWith(`.${zone}`))
  const [longest] = matching.sort((a, b) => b.length - a.length)
  return longest === undefined ? undefined : name.slice(name.length - longest.length)
}

/** What the plugin kubernetes answers; undefined: another may know (CoreDNS: plugin/kubernetes/handler.go). */
export function answer(
  { question: { name, type } }: DnsMessage,
  zone: string,
  view: ClusterView,
  options: KubernetesOptions,
  localIPs: readonly string[],
): Sections | undefined {
  const context: Context = { view, options, localIPs, zone }
  const found = records(name, type, context)
  if (found === undefined) {
    const { fallthrough } = options
    if (fallthrough.some((through) => zoneOf(name, [through]) !== undefined)) return undefined
    return empty(view.synced ? 'NXDOMAIN' : 'SERVFAIL', context)
  }
  if (!found.answer.length) return empty('NOERROR', context)
  return { rcode: 'NOERROR', authority: [], ...found }
}

type Records = Pick<Sections, 'answer' | 'additional' | 'chase'>

const just = (answer: readonly DnsRecord[]): Records => ({ answer, additional: [] })

/** Records of one type; undefined: no such name. */
function records(name: string, type: RecordType, context: Context): Records | undefined {
  const atApex = name.toLowerCase() === context.zone.toLowerCase()
  if (type === 'SOA' && atApex) return just([soa(context)])
  if (type === 'NS' && atApex) return nameServers(context)
  if (type === 'A' || type === 'AAAA') return addresses(name, type, context, [])
  if (type === 'SRV') return srv(name, context)
  if (type === 'TXT') return text(name, context)
  const found = type === 'PTR' ? pointers(name, context) : services(name, context)
  if (found === undefined) return undefined
  if (type === 'PTR')
    return just(
      [...new Map(found.map((each) => [each.host, each])).values()].map(({ host, ttl }) => ({
        name,
        type,
        ttl,
        data: host,
      })),
    )
  if (type === 'CNAME')
    return just(found.filter(({ host }) => !isAddress(host)).map((each) => cname(name, each)))
  return just([])
}

function services(name: string, context: Context): readonly Found[] | undefined {
  const { zone, options, view, localIPs } = context
  if (name.toLowerCase() === `ns.dns.${zone}`.toLowerCase())
    return localIPs.map((host) => ({ host, port: 0, ttl: options.ttl, own: 'ns.dns' }))
  const multicluster = options.multicluster.includes(zone.toLowerCase())
  const request = parseRequest(name.toLowerCase(), zone, { multicluster, zonal: options.zonal })
  if (!request) return undefined
  if (request.kind && /\.(in-addr|ip6)\.arpa\.$/i.test(name)) return undefined
  return find(request, view, options)
}

function pointers(name: string, context: Context): readonly Found[] | undefined {
  const address = addressOfReverse(name)
  if (address === undefined) return services(name, context) && []
  const found = findReverse(address, context.view, context.options)
  return found.length ? found : undefined
}

/** A name that stands for another inside the zone is followed; one outside is left to others. */
function addresses(
  name: string,
  type: 'A' | 'AAAA',
  context: Context,
  before: readonly DnsRecord[],
): Records | undefined {
  const found = services(name, context)
  if (!found) return undefined
  const own: DnsRecord[] = []
  let chase: string | undefined
  for (const each of found) {
    if (isAddress(each.host)) {
      const { host, ttl } = each
      const fits = host.includes(':') === (type === 'AAAA')
      if (fits && !own.some(({ data }) => data === host)) own.push({ name, type, ttl, data: host })
      continue
    }
    const record = cname(name, each)
    const known = before.some((other) => other.data === record.data)
    if (record.data === name || known || before.length > MAX_CNAMES) continue
    if (zoneOf(record.data, [context.zone.toLowerCase()]) === undefined) {
      own.push(record)
      chase = record.data
      continue
    }
    const next = addresses(record.data, type, context, [...before, record])
    if (next?.answer.length) own.push(record, ...next.answer)
  }
  return { answer: own, additional: [], ...(chase === undefined ? {} : { chase }) }
}

function srv(name: string, context: Context): Records | undefined {
  const found = services(name, context)?.filter(({ host }) => isAddress(host))
  if (!found) return undefined
  const share = Math.max(1, Math.floor(100 / found.length))
  const answer = new Map<string, DnsRecord>()
  const additional = new Map<string, DnsRecord>()
  for (const { host, port, ttl, own } of found) {
    if (port === -1) continue
    const target = `${own}.${context.zone}`
    const data = `0 ${share} ${port} ${target}`
    if (!answer.has(data)) answer.set(data, { name, type: 'SRV', ttl, data })
    const type = host.includes(':') ? 'AAAA' : 'A'
    additional.set(`${target} ${host}`, { name: target, type, ttl, data: host })
  }
  return { answer: [...answer.values()], additional: [...additional.values()] }
}

function text(name: string, context: Context): Records | undefined {
  if (name.toLowerCase() === `dns-version.${context.zone}`.toLowerCase())
    return just([{ name, type: 'TXT', ttl: SCHEMA_TTL, data: `"${SCHEMA_VERSION}"` }])
  return services(name, context) && just([])
}

/** The services that lead here are the zone's name servers (plugin/kubernetes/ns.go). */
function nameServers({ view, options, zone, localIPs }: Context): Records {
  const { ttl } = options
  const found = localIPs.flatMap((ip) =>
    view.slicesByIP(ip).flatMap((slice) =>
      view.services(serviceOf(slice), slice.metadata?.namespace ?? '').flatMap(({ metadata, spec }) => {
        const host = `${metadata?.name}.${metadata?.namespace}.svc.${zone}`
        if (spec?.clusterIP === 'None') return [{ host: `${ip.replace(/[.:]/g, '-')}.${host}`, ip }]
        return (spec?.clusterIPs ?? [spec?.clusterIP ?? '']).map((clusterIP) => ({ host, ip: clusterIP }))
      }),
    ),
  )
  const servers = found.length ? found : localIPs.map((ip) => ({ host: `ns.dns.${zone}`, ip }))
  return {
    answer: [...new Set(servers.map(({ host }) => host))].map((data) => ({
      name: zone,
      type: 'NS',
      ttl,
      data,
    })),
    additional: servers.map(({ host, ip }) => ({
      name: host,
      type: ip.includes(':') ? 'AAAA' : 'A',
      ttl,
      data: ip,
    })),
  }
}

const cname = (name: string, { host, ttl }: Found): DnsRecord => ({
  name,
  type: 'CNAME',
  ttl,
  data: host.endsWith('.') ? host : `${host}.`,
})

const empty = (rcode: Sections['rcode'], context: Context): Sections => ({
  rcode,
  answer: [],
  authority: [soa(context)],
  additional: [],
})

function soa({ zone, view, options: { ttl } }: Context): DnsRecord {
  const data = `ns.dns.${zone} hostmaster.${zone} ${view.modified} 7200 1800 86400 ${ttl}`
  return { name: zone, type: 'SOA', ttl: Math.min(ttl, MAX_SOA_TTL), data }
}
