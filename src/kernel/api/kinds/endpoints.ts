import type { EndpointAddress, EndpointPort, Endpoints, EndpointSubset } from 'kubernetes-types/core/v1'
import { required, type FieldError } from '../field-error.ts'
import { validateIP } from '../ip.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain, validatePortNumber } from '../names.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { oneOf, protocols } from './validation/container.ts'
import { nonSpecialIP } from './validation/ip.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { dnsLabel, invalids, qualifiedName } from './validation/rules.ts'

/** kubernetes: pkg/registry/core/endpoint/strategy.go */
export const endpoints = kind<Typed<Endpoints>>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  allowCreateOnUpdate: true,
  defaults: (object) => ({
    ...object,
    ...(object.subsets && { subsets: object.subsets.map(defaultSubset) }),
  }),
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validate(object),
  ],
  columns: [
    nameColumn,
    text('Endpoints', doc('core.v1.Endpoints.subsets'), ({ subsets }) => formatEndpoints(subsets ?? [])),
    ageColumn,
  ],
})

const defaultSubset = (subset: EndpointSubset): EndpointSubset => ({
  ...subset,
  ...(subset.ports && { ports: subset.ports.map((port) => ({ ...port, protocol: port.protocol || 'TCP' })) }),
})

/** kubernetes: pkg/apis/core/validation/validation.go ValidateEndpoints. */
function validate({ metadata, subsets }: Typed<Endpoints>): FieldError[] {
  return [
    ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
    ...(subsets ?? []).flatMap((subset, i) => validateSubset(subset, `subsets[${i}]`)),
  ]
}

function validateSubset(
  { addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset,
  field: string,
): FieldError[] {
  const empty = addresses.length === 0 && notReadyAddresses.length === 0
  return [
    ...(empty ? [required(field, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...addresses.flatMap((address, i) => validateAddress(address, `${field}.addresses[${i}]`)),
    ...notReadyAddresses.flatMap((address, i) =>
      validateAddress(address, `${field}.notReadyAddresses[${i}]`),
    ),
    ...ports.flatMap((port, i) => validatePort(port, ports.length > 1, `${field}.ports[${i}]`)),
  ]
}

function validateAddress({ ip = '', hostname, nodeName }: EndpointAddress, field: string): FieldError[] {
  return [
    ...validateIP(ip, `${field}.ip`),
    ...(hostname ? dnsLabel(`${field}.hostname`, hostname) : []),
    ...(nodeName === undefined
      ? []
      : invalids(`${field}.nodeName`, nodeName, validateDNS1123Subdomain(nodeName))),
    ...nonSpecialIP(`${field}.ip`, ip),
  ]
}

function validatePort(
  { name, port = 0, protocol, appProtocol }: EndpointPort,
  named: boolean,
  field: string,
): FieldError[] {
  return [
    ...(named && !name ? [required(`${field}.name`)] : []),
    ...(name ? dnsLabel(`${field}.name`, name) : []),
    ...invalids(`${field}.port`, port, validatePortNumber(port)),
    ...oneOf(`${field}.protocol`, protocol, protocols),
    ...(appProtocol === undefined ? [] : qualifiedName(`${field}.appProtocol`, appProtocol)),
  ]
}

/** `10.0.0.1:80,10.0.0.2:80 + 1 more...` (kubernetes: pkg/printers formatEndpoints). */
function formatEndpoints(subsets: readonly EndpointSubset[]): string {
  const max = 3
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) =>
          addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  )
  if (all.length === 0) return '<none>'
  return all.slice(0, max).join(',') + (all.length > max ? ` + ${all.length - max} more...` : '')
}
