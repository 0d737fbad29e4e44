import type { Service } from 'kubernetes-types/core/v1'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import type { Ingress, IngressBackend, IngressClass, IngressSpec } from 'kubernetes-types/networking/v1'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { typed } from '../typed.ts'
import { describer, listOr, type Context } from './describer.ts'
import { describeEvents } from './events.ts'
import { annotations, labels } from './metadata.ts'
import { endpointsText } from './service.ts'
import type { Writer } from './writer.ts'

// kubectl: describe.go IngressDescriber, IngressClassDescriber

export const ingress = describer<Ingress>({
  group: 'networking.k8s.io',
  kind: 'Ingress',
  *describe(w, { metadata = {}, spec, status }, context) {
    const namespace = metadata.namespace ?? ''
    const fallback = spec?.defaultBackend
      ? yield* backendText(context, namespace, spec.defaultBackend)
      : '<default>'
    const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '')
    w.field(0, 'Name', metadata.name)
    labels(w, 'Labels', metadata.labels)
    w.field(0, 'Namespace', namespace)
    w.field(0, 'Address', addresses.join(','))
    w.field(0, 'Ingress Class', spec?.ingressClassName ?? '<none>')
    w.field(0, 'Default backend', fallback)
    secrets(w, spec)
    yield* rules(w, spec, context, namespace, fallback)
    annotations(w, 'Annotations', metadata.annotations)
    describeEvents(w, context.events, context.now)
  },
})

function secrets(w: Writer, spec: IngressSpec | undefined): void {
  if (!spec?.tls?.length) return
  w.line(0, 'TLS:')
  for (const { secretName, hosts = [] } of spec.tls)
    w.line(1, secretName ? `${secretName} terminates ${hosts.join(',')}` : `SNI routes ${hosts.join(',')}`)
}

function* rules(
  w: Writer,
  spec: IngressSpec | undefined,
  context: Context,
  namespace: string,
  fallback: string,
): Sys<void> {
  w.line(0, 'Rules:\n  Host\tPath\tBackends')
  w.line(0, '  ----\t----\t--------')
  const withPaths = (spec?.rules ?? []).filter(({ http }) => http)
  for (const { host, http } of withPaths) {
    w.line(1, `${host || '*'}\t`)
    for (const { path = '', backend } of http?.paths ?? [])
      w.line(2, `\t${path} \t${yield* backendText(context, namespace, backend)}`)
  }
  if (!withPaths.length) w.line(1, `*\t*\t${fallback}`)
}

/** `web:80 (10.244.1.2:80)`, or why there are none. */
function* backendText(
  context: Context,
  namespace: string,
  { service, resource }: IngressBackend,
): Sys<string> {
  if (resource)
    return `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`
  if (!service) return ''
  const { number, name } = service.port ?? {}
  const text = `${service.name}:${number || name}`
  try {
    const path = `/api/v1/namespaces/${namespace}/services/${service.name}`
    const { spec } = typed<Service>(yield* context.kubectl.api.call({ path }))
    const port = spec?.ports?.find((one) => (number ? one.port === number : one.name === name))
    const slices = yield* listOr<EndpointSlice>(
      context,
      `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
      { labelSelector: `kubernetes.io/service-name=${service.name}` },
    )
    return `${text} (${endpointsText(slices, port?.name ?? '')})`
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return `${text} (<error: ${error.message}>)`
  }
}

export const ingressClass = describer<IngressClass>({
  group: 'networking.k8s.io',
  kind: 'IngressClass',
  *describe(w, { metadata = {}, spec }, { events, now }) {
    w.field(0, 'Name', metadata.name)
    labels(w, 'Labels', metadata.labels)
    annotations(w, 'Annotations', metadata.annotations)
    w.field(0, 'Controller', spec?.controller ?? '')
    if (spec?.parameters) {
      const { apiGroup, kind, name } = spec.parameters
      w.line(0, 'Parameters:')
      if (apiGroup) w.field(1, 'APIGroup', apiGroup)
      w.field(1, 'Kind', kind)
      w.field(1, 'Name', name)
    }
    describeEvents(w, events, now)
  },
})
