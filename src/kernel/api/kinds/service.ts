import type { Service, ServicePort, ServiceSpec } from 'kubernetes-types/core/v1'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1035Label } from '../names.ts'
import { ageColumn, doc, formatLabels, nameColumn, text, wide } from './column.ts'
import { isExternallyAccessible } from './service-type.ts'
import { patchForType } from './service-update.ts'
import { validateObjectMetaUpdate } from './validation/object-meta.ts'
import { serviceWarnings } from './warnings/service.ts'
import { validateLoadBalancerStatus, validateService } from './validation/service.ts'
import { validateServiceChange } from './validation/service-change.ts'

/** kubernetes: pkg/registry/core/service/strategy.go */
export const service = kind<Typed<Service>>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  status: true,
  allowCreateOnUpdate: true,
  defaults: (object) => ({ ...object, spec: defaultSpec(object.spec ?? {}), ...defaultStatus(object) }),
  prepareForCreate: (object) => ({
    ...object,
    spec: withClusterIPs(object.spec ?? {}),
    status: { loadBalancer: {} },
  }),
  prepareForUpdate: (object, old) => ({ ...patchForType(object, old), status: old.status }),
  validate: (object) => validateService(object, validateDNS1035Label),
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateServiceChange(object.spec ?? {}, old.spec ?? {}),
    ...validateService(object, validateDNS1035Label),
  ],
  validateStatusUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateLoadBalancerStatus(object),
  ],
  selectableFields: ({ spec }) => ({
    'spec.clusterIP': spec?.clusterIP ?? '',
    'spec.type': spec?.type ?? '',
  }),
  warnings: serviceWarnings,
  columns: [
    nameColumn,
    text('Type', doc('core.v1.ServiceSpec.type'), ({ spec }) => spec?.type ?? ''),
    text(
      'Cluster-IP',
      doc('core.v1.ServiceSpec.clusterIP'),
      ({ spec }) => spec?.clusterIPs?.[0] || spec?.clusterIP || '<none>',
    ),
    text('External-IP', doc('core.v1.ServiceSpec.externalIPs'), (object) => externalIP(object)),
    text(
      'Port(s)',
      doc('core.v1.ServiceSpec.ports'),
      ({ spec }) => (spec?.ports ?? []).map(printPort).join(',') || '<none>',
    ),
    ageColumn,
    wide('Selector', doc('core.v1.ServiceSpec.selector'), ({ spec }) => formatLabels(spec?.selector)),
  ],
})

/** kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_Service. */
function defaultSpec(spec: ServiceSpec): ServiceSpec {
  const sessionAffinity = spec.sessionAffinity || 'None'
  const { sessionAffinityConfig, ...rest } = spec
  const type = spec.type || 'ClusterIP'
  const complete: ServiceSpec = {
    ...rest,
    sessionAffinity,
    ...(sessionAffinity === 'ClientIP' &&
      !sessionAffinityConfig?.clientIP?.timeoutSeconds && {
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
      }),
    ...(sessionAffinity !== 'None' &&
      sessionAffinityConfig?.clientIP?.timeoutSeconds && { sessionAffinityConfig }),
    type,
    ...(spec.ports && { ports: spec.ports.map(defaultPort) }),
  }
  const routed = ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(type)
  return {
    ...complete,
    ...(isExternallyAccessible(complete) &&
      !spec.externalTrafficPolicy && { externalTrafficPolicy: 'Cluster' }),
    ...(routed && spec.internalTrafficPolicy === undefined && { internalTrafficPolicy: 'Cluster' }),
    ...(type === 'LoadBalancer' &&
      spec.allocateLoadBalancerNodePorts === undefined && { allocateLoadBalancerNodePorts: true }),
  }
}

/** The target port is the port itself where none is given. */
const defaultPort = (port: ServicePort): ServicePort => ({
  ...port,
  protocol: port.protocol || 'TCP',
  targetPort: port.targetPort || port.port || 0,
})

/** An address of a load balancer is a virtual one unless it says otherwise. */
function defaultStatus({ spec, status }: Typed<Service>): { readonly status?: Service['status'] } {
  const ingress = status?.loadBalancer?.ingress
  if (spec?.type !== 'LoadBalancer' || !ingress) return {}
  const complete = ingress.map((one) =>
    one.ip && one.ipMode === undefined ? { ...one, ipMode: 'VIP' } : one,
  )
  return { status: { ...status, loadBalancer: { ...status.loadBalancer, ingress: complete } } }
}

/** A client that knows only clusterIP has said enough (normalizeClusterIPs). */
const withClusterIPs = (spec: ServiceSpec): ServiceSpec =>
  spec.clusterIP && !spec.clusterIPs?.length ? { ...spec, clusterIPs: [spec.clusterIP] } : spec

/** kubernetes: pkg/printers getServiceExternalIP. */
function externalIP({ spec = {}, status }: Typed<Service>): string {
  const own = spec.externalIPs ?? []
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return own.join(',') || '<none>'
    case 'LoadBalancer': {
      const ingress = (status?.loadBalancer?.ingress ?? []).flatMap(
        ({ ip, hostname }) => ip || hostname || [],
      )
      return [...[...new Set(ingress)].sort(), ...own].join(',') || '<pending>'
    }
    case 'ExternalName':
      return spec.externalName ?? ''
    default:
      return '<unknown>'
  }
}

const printPort = ({ port, nodePort, protocol }: ServicePort): string =>
  nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`
