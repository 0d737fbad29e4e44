import { parse } from 'yaml'

const ignored = new Set((process.env['MASK'] ?? '').split(','))

/** Fields whose values no two servers share. */
const masked = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'time',
  'continue',
  'selfLink',
  'lastTransitionTime',
  'lastUpdateTime',
  'firstTimestamp',
  'lastTimestamp',
  'eventTime',
  'startTime',
  'renewTime',
  'acquireTime',
])

/**
 * A value without what differs from run to run: identities, times, revisions, random names and addresses. `prefix` is the
 * generateName of the request, if any.
 */
export function mask(value: unknown, prefix = ''): unknown {
  if (typeof value === 'string') return maskText(value, prefix)
  if (Array.isArray(value)) return value.map((item) => mask(item, prefix))
  if (typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined || ignored.has(key)) continue
    if (masked.has(key) && typeof item === 'string' && item !== '') result[key] = `<${key}>`
    else if (key === 'clusterIP' && typeof item === 'string' && /^[\d<]/.test(item))
      result[key] = '<clusterIP>'
    else if (key === 'clusterIPs' && Array.isArray(item))
      result[key] = item.map((ip) => (ip === 'None' ? ip : '<clusterIP>'))
    else if (key === 'nodePort' || key === 'healthCheckNodePort') result[key] = item ? '<nodePort>' : item
    else if (key === 'rows' && Array.isArray(item)) result[key] = item.map((row) => maskRow(row, prefix))
    else result[key] = mask(item, prefix)
  }
  return result
}

/** YAML answers are compared as values. */
export const yamlValue = (text: unknown): unknown => (typeof text === 'string' ? parse(text) : text)

const ages = /^(<unknown>|(\d+[smhdy]){1,2})$/

function maskRow(row: unknown, prefix: string): unknown {
  const { cells, ...rest } = row as { cells: unknown[] }
  return {
    ...(mask(rest, prefix) as object),
    cells: cells.map((cell) =>
      typeof cell === 'string' && ages.test(cell)
        ? '<age>'
        : typeof cell === 'string'
          ? maskText(cell, prefix)
          : cell,
    ),
  }
}

/** The recorded server is a distribution's, which projects one more source into a service account's volume. */
const distributionSource =
  /,\s?\{\W*configMap\W+(?:LocalObjectReference\W+)?name\W+openshift-service-ca\.crt\W+items\W+key\W+service-ca\.crt\W+path\W+service-ca\.crt\\?"\}(?:\]|\})\}\}/gi

/** The same where a difference shows no more of it. */
const distributionLine =
  /(\{DownwardAPI: &core\.DownwardAPIProjection\{\.\.\.\}\},\n)[-+]?\s*\{ConfigMap: &core\.ConfigMapProjection\{\.\.\.\}\},\n/g

function maskText(text: string, prefix: string): string {
  const named = prefix
    ? text.replaceAll(new RegExp(`${literal(prefix)}[a-z0-9]{5}(?![a-z0-9])`, 'g'), `${prefix}<rand>`)
    : text
  return (
    named
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<ts>')
      .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<rand>')
      .replace(/(resourceVersion\W+)\d+/g, '$1<rv>')
      .replace(/(\bnodePort\W+)3[0-2]\d{3}\b/g, '$1<nodePort>')
      // Where Go printed an address.
      .replace(/\(0xc[0-9a-f]{9}\)/g, '(<address>)')
      // Go-cmp uses one kind of blank or another, by chance.
      .replaceAll('\u00a0', ' ')
      .replace(distributionSource, '')
      .replace(distributionLine, '$1')
      .replace(/current: \d+/g, 'current: <rv>')
      .replace(/too old resource version: (\d+) \(\d+\)/g, 'too old resource version: $1 (<rv>)')
      .replace(/record \(\d+\)/g, 'record (<rv>)')
      .replace(/Key: \/(bare|registry)\//g, 'Key: /registry/')
      .replace(/\b10\.(96|0)\.\d+\.\d+\b/g, (ip) => (ip === '10.96.0.1' ? ip : '<clusterIP>'))
  )
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
