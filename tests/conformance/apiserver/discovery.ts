import { kinds } from '../../../src/kernel/api/kinds/index.ts'
import { Lab } from '../../../src/kernel/apiserver/testing/lab.ts'
import { difference, notApplicable, tally, type OracleSuite, type Verdict } from '../suite.ts'

/** What the server says of itself; of resources and groups, those that are served here. */
export const discoverySuite: OracleSuite = {
  pattern: /^apiserver-golden\/discovery\//,
  run: (path, text) => {
    const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.json$/, '')
    return tally([name], String, () => judge(name, text))
  },
}

let lab: Lab | undefined

const aggregatedType =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json'

const paths: Readonly<Record<string, string>> = {
  root: '/',
  'agg-api': '/api',
  'agg-apis': '/apis',
  'livez-verbose': '/livez?verbose',
  'readyz-verbose': '/readyz?verbose',
  'openapi-v3-index': '/openapi/v3',
}

function judge(name: string, text: string): Verdict {
  lab ??= new Lab()
  const path = paths[name] ?? `/${name.replaceAll('__', '/')}`
  const groupVersion = /^apis__(.+)__(v\d)$/.exec(name)
  if (
    groupVersion &&
    !kinds.some(({ group, version }) => group === groupVersion[1] && version === groupVersion[2])
  )
    return notApplicable('the group is not served yet')
  const accept = name.startsWith('agg-') ? aggregatedType : 'application/json'
  const { status, body } = lab.ask({ method: 'GET', path, headers: { accept } })
  if (status !== 200) return `status ${status}`
  if (name.startsWith('readyz')) return lines(body as string, text)
  if (!text.startsWith('{')) return body === text ? undefined : `got ${body}, want ${text}`
  const got =
    name === 'root'
      ? { paths: (body as { paths: string[] }).paths.filter((one) => !/^\/readyz\/etcd/.test(one)) }
      : body
  return difference(ours(got), served(JSON.parse(text), got))
}

/** The recorded distribution has no check of etcd in readyz. */
const lines = (got: string, want: string): Verdict =>
  difference(
    got.split('\n').filter((line) => !line.includes('etcd')),
    want.split('\n'),
  )

type Loose = Record<string, unknown>
const named = ['name', 'resource', 'subresource', 'version']

const identity = (item: unknown): unknown => {
  if (typeof item !== 'object' || item === null) return item
  const record = item as Loose
  const own = named.map((key) => record[key]).find((value) => value !== undefined)
  return own ?? (record['metadata'] as Loose | undefined)?.['name'] ?? ''
}

/** The recorded value without list elements and keys that ours has not got at all: kinds that are not served yet. */
function served(want: unknown, got: unknown): unknown {
  if (Array.isArray(want) && Array.isArray(got)) {
    const own = new Map(got.map((item) => [identity(item), item]))
    return want.filter((item) => own.has(identity(item))).map((item) => served(item, own.get(identity(item))))
  }
  if (typeof want !== 'object' || want === null || Array.isArray(want)) return want
  const record = (got ?? {}) as Loose
  const isIndex = 'paths' in want
  return Object.fromEntries(
    Object.entries(want)
      .filter(([key]) => !ignored.has(key))
      .map(([key, value]) => [
        key,
        isIndex && key === 'paths' ? indexed(value, record[key]) : served(value, record[key]),
      ]),
  )
}

/** Of the index of documents only which there are: hashes differ. */
function indexed(want: unknown, got: unknown): unknown {
  if (Array.isArray(want)) return served(want, got)
  return Object.keys(want as object).filter((key) => key in ((got ?? {}) as object))
}

/** What depends on the build and the machine. */
const ignored = new Set(['serverAddress', 'gitCommit', 'buildDate', 'goVersion'])

function ours(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(ours)
  if (typeof body !== 'object' || body === null) return body
  return Object.fromEntries(
    Object.entries(body)
      .filter(([key]) => !ignored.has(key))
      .map(([key, value]) => [
        key,
        key === 'paths' && !Array.isArray(value) ? Object.keys(value as object) : ours(value),
      ]),
  )
}
