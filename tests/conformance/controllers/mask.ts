import type { Item } from './cluster.ts'

/** What differs from run to run becomes a mark, as it is in the recording; lists whose order is chance are sorted. */
export function maskedObjects(objects: readonly unknown[], namespace: string): unknown[] {
  return objects.map((object) => masked(object, namespace)).sort(byText)
}

/** Tuples of type, reason, kind, message, count, source. */
export function maskedEvents(events: readonly unknown[], namespace: string): unknown[] {
  const tuples = (events as [string, string, string, string, number, string][]).map((event) =>
    // How often something is tried in vain, and in which order pods are named, is chance.
    event[1].startsWith('FailedToUpdateEndpoint') ? [event[0], event[1], event[2]] : event,
  )
  const texts = [
    ...new Set(tuples.filter(({ length }) => length === 3).map((tuple) => JSON.stringify(tuple))),
  ]
  const others = tuples.filter(({ length }) => length > 3)
  return maskedObjects([...others, ...texts.map((text) => JSON.parse(text) as unknown)], namespace)
}

/** A pod as the recording has it. */
export function summaryOfPod(item: Item): unknown {
  const pod = item as unknown as {
    metadata: Item['metadata'] & { generateName?: string }
    spec: {
      containers: { image: string; env?: unknown[] }[]
      hostname?: string
      affinity?: unknown
      tolerations?: { key?: string; tolerationSeconds?: number }[]
      volumes?: { name: string }[]
    }
    status?: { phase?: string; conditions?: { type: string; status: string }[] }
  }
  const { metadata, spec, status } = pod
  const owner = metadata.ownerReferences?.find(({ controller }) => controller)
  const tolerations = spec.tolerations?.filter(({ tolerationSeconds }) => tolerationSeconds !== 300)
  return {
    name: metadata.name,
    owner: [owner?.kind ?? null, owner?.name ?? null],
    labels: metadata.labels ?? null,
    annotations: metadata.annotations ?? null,
    deleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? null,
    images: spec.containers.map(({ image }) => image),
    env: spec.containers.flatMap(({ env }) => env ?? []),
    hostname: spec.hostname ?? null,
    phase: status?.phase,
    ready: (status?.conditions ?? [])
      .filter(({ type }) => type === 'Ready')
      .map((condition) => condition.status),
    affinity: spec.affinity ?? null,
    tolerations: tolerations?.length ? tolerations : null,
    volumes: (spec.volumes ?? []).filter(({ name }) => !name.startsWith('kube-api-access')),
  }
}

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g
/** Five safe letters at the end of a generated name. */
const SUFFIX = /-[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9-])/g

function masked(value: unknown, namespace: string, key = ''): unknown {
  if (typeof value === 'string') {
    if (key === 'resourceVersion') return '<rv>'
    if (key === 'clusterIP' && value !== 'None') return '<ip>'
    return value
      .replaceAll(namespace, '<ns>')
      .replace(UID, '<uid>')
      .replace(TIME, '<ts>')
      .replace(SUFFIX, '-*')
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => masked(item, namespace, key === 'clusterIPs' ? 'clusterIP' : ''))
    return key === 'endpoints' || key === 'addresses' || key === 'conditions' ? items.sort(byText) : items
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([name]) => !['managedFields', 'apiVersion', 'kind'].includes(name) || key !== '',
  )
  return Object.fromEntries(
    entries
      .filter(([name]) => name !== 'managedFields')
      .map(([name, item]) => [name, masked(item, namespace, name)])
      .sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)),
  )
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
