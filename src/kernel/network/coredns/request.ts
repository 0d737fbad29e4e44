/** What a name below a cluster's zone asks for (CoreDNS: plugin/kubernetes/parse.go recordRequest). */
export interface RecordRequest {
  readonly port: string
  readonly protocol: string
  readonly endpoint: string
  readonly cluster: string
  readonly service: string
  readonly namespace: string
  readonly kind: '' | 'pod' | 'svc'
  /** With `zonal`: endpoints of this zone only, or preferred. */
  readonly zone: string
  readonly zoneMode: '' | 'pin' | 'prefer'
}

const NOTHING: RecordRequest = {
  port: '',
  protocol: '',
  endpoint: '',
  cluster: '',
  service: '',
  namespace: '',
  kind: '',
  zone: '',
  zoneMode: '',
}

export interface RequestForms {
  readonly multicluster?: boolean
  readonly zonal?: boolean
}

/**
 * Three forms: `_port._protocol.service.namespace.svc`, `endpoint.service.namespace.svc`, `service.namespace.svc|pod`.
 * Undefined: no record can have such a name.
 */
export function parseRequest(
  name: string,
  zone: string,
  forms: RequestForms = {},
): RecordRequest | undefined {
  const base = trimZone(name, zone)
  if (base === '' || base === 'svc' || base === 'pod') return NOTHING
  const labels = base.split('.')
  const kind = labels.pop()
  if (kind !== 'svc' && kind !== 'pod') return undefined
  const namespace = labels.pop() ?? ''
  const service = labels.pop() ?? ''
  const request = { ...NOTHING, kind, namespace, service } as const
  if (!labels.length) return request
  if (forms.zonal && labels.at(-1) === '_zone' && labels.length > 2) return zonal(request, labels, forms)
  if (labels.length === 1) return { ...request, endpoint: labels[0] }
  if (labels.length > 2) return undefined
  if (forms.multicluster && !labels[1].startsWith('_'))
    return { ...request, endpoint: labels[0], cluster: labels[1] }
  const bare = (label: string) => label.replace(/^_/, '')
  return { ...request, port: bare(labels[0]), protocol: bare(labels[1]) }
}

/** `us-west-2a.pin._zone.service...`; the zone may have dots. */
function zonal(
  request: RecordRequest,
  labels: readonly string[],
  { multicluster }: RequestForms,
): RecordRequest | undefined {
  const mode = labels.at(-2)
  if (multicluster || request.kind !== 'svc' || (mode !== 'pin' && mode !== 'prefer')) return undefined
  return { ...request, zone: labels.slice(0, -2).join('.'), zoneMode: mode }
}

/** The name without its zone and the dot between them. */
const trimZone = (name: string, zone: string): string =>
  name.slice(0, Math.max(0, name.length - zone.length)).replace(/\.$/, '')
