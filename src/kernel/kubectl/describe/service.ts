import type { Endpoints, Service } from 'kubernetes-types/core/v1'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import { printLabels } from '../printers/table.ts'
import { describer, listOr } from './describer.ts'
import { describeEvents } from './events.ts'
import { describeHead } from './metadata.ts'
import type { Writer } from './writer.ts'

export const service = describer<Service>({
  group: '',
  kind: 'Service',
  *describe(w, { metadata = {}, spec = {}, status }, context) {
    const slices = yield* listOr<EndpointSlice>(
      context,
      `/apis/discovery.k8s.io/v1/namespaces/${metadata.namespace}/endpointslices`,
      {
        labelSelector: `kubernetes.io/service-name=${metadata.name}`,
      },
    )
    describeHead(w, metadata)
    w.field(0, 'Selector', printLabels(spec.selector))
    w.field(0, 'Type', spec.type ?? '')
    addresses(w, spec)
    const ingress = status?.loadBalancer?.ingress ?? []
    if (ingress.length)
      w.field(
        0,
        'LoadBalancer Ingress',
        ingress
          .map(
            ({ ip, hostname, ...rest }) =>
              `${ip ?? hostname}${ip && (rest as { ipMode?: string }).ipMode ? ` (${(rest as { ipMode?: string }).ipMode})` : ''}`,
          )
          .join(', '),
      )
    for (const port of spec.ports ?? []) {
      const { name = '', protocol = 'TCP', targetPort, nodePort } = port
      w.line(0, `Port:\t${name || '<unset>'}\t${port.port}/${protocol}`)
      w.field(0, 'TargetPort', `${targetPort ?? port.port}/${protocol}`)
      if (nodePort) w.line(0, `NodePort:\t${name || '<unset>'}\t${nodePort}/${protocol}`)
      w.field(0, 'Endpoints', endpointsText(slices, name))
    }
    w.field(0, 'Session Affinity', spec.sessionAffinity ?? '')
    if (spec.externalTrafficPolicy) w.field(0, 'External Traffic Policy', spec.externalTrafficPolicy)
    if (spec.internalTrafficPolicy) w.field(0, 'Internal Traffic Policy', spec.internalTrafficPolicy)
    if (spec.healthCheckNodePort) w.field(0, 'HealthCheck NodePort', spec.healthCheckNodePort)
    if (spec.loadBalancerSourceRanges?.length)
      w.field(0, 'LoadBalancer Source Ranges', spec.loadBalancerSourceRanges.join(','))
    describeEvents(w, context.events, context.now)
  },
})

function addresses(w: Writer, spec: NonNullable<Service['spec']>): void {
  if (spec.ipFamilyPolicy) w.field(0, 'IP Family Policy', spec.ipFamilyPolicy)
  w.field(0, 'IP Families', spec.ipFamilies?.join(',') || '<none>')
  w.field(0, 'IP', spec.clusterIP ?? '')
  w.field(0, 'IPs', spec.clusterIPs?.join(',') || '<none>')
  if (spec.externalIPs?.length) w.field(0, 'External IPs', spec.externalIPs.join(','))
  if (spec.loadBalancerIP) w.field(0, 'Desired LoadBalancer IP', spec.loadBalancerIP)
  if (spec.externalName) w.field(0, 'External Name', spec.externalName)
}

const MAX_SHOWN = 3

/** `10.0.0.1:80,10.0.0.2:80 + 4 more...`. */
export function endpointsText(slices: readonly EndpointSlice[], port: string): string {
  const all: string[] = []
  for (const { ports = [], endpoints = [] } of slices) {
    for (const { name = '', port: number } of ports) {
      if (name !== port) continue
      for (const { addresses: list = [], conditions } of endpoints)
        if (conditions?.ready !== false)
          all.push(...list.map((address) => `${address.includes(':') ? `[${address}]` : address}:${number}`))
    }
  }
  const shown = all.slice(0, MAX_SHOWN).join(',') || (slices.length && all.length ? '' : '')
  return all.length > MAX_SHOWN ? `${shown} + ${all.length - MAX_SHOWN} more...` : shown
}

export const endpoints = describer<Endpoints>({
  group: '',
  kind: 'Endpoints',
  *describe(w, { metadata, subsets = [] }, { events, now }) {
    describeHead(w, metadata)
    w.line(0, 'Subsets:')
    for (const { addresses: ready = [], notReadyAddresses = [], ports = [] } of subsets) {
      w.field(1, 'Addresses', ready.map(({ ip }) => ip).join(',') || '<none>')
      w.field(1, 'NotReadyAddresses', notReadyAddresses.map(({ ip }) => ip).join(',') || '<none>')
      if (ports.length) {
        w.line(1, 'Ports:')
        w.line(2, 'Name\tPort\tProtocol')
        w.line(2, '----\t----\t--------')
        for (const { name, port, protocol } of ports) w.line(2, `${name || '<unset>'}\t${port}\t${protocol}`)
      }
      w.line(0, '')
    }
    describeEvents(w, events, now)
  },
})

export const endpointSlice = describer<EndpointSlice>({
  group: 'discovery.k8s.io',
  kind: 'EndpointSlice',
  *describe(w, { metadata, addressType, ports = [], endpoints: list = [] }, { events, now }) {
    describeHead(w, metadata)
    w.field(0, 'AddressType', addressType)
    if (!ports?.length) w.line(0, 'Ports: <unset>')
    else {
      w.line(0, 'Ports:')
      w.line(1, 'Name\tPort\tProtocol')
      w.line(1, '----\t----\t--------')
      for (const { name, port, protocol } of ports)
        w.line(1, `${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol}`)
    }
    if (!list.length) w.line(0, 'Endpoints: <none>')
    else {
      w.line(0, 'Endpoints:')
      for (const { addresses: own, conditions, hostname, targetRef, nodeName, zone } of list) {
        w.field(1, '- Addresses', own.join(', '))
        w.line(2, 'Conditions:')
        w.field(3, 'Ready', conditions?.ready ?? '<unset>')
        w.field(2, 'Hostname', hostname ?? '<unset>')
        if (targetRef) w.field(2, 'TargetRef', `${targetRef.kind}/${targetRef.name}`)
        w.field(2, 'NodeName', nodeName ?? '<unset>')
        w.field(2, 'Zone', zone ?? '<unset>')
      }
    }
    describeEvents(w, events, now)
  },
})
