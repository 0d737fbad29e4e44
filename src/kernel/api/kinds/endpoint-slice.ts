import type { Endpoint, EndpointPort, EndpointSlice } from 'kubernetes-types/discovery/v1'
import { duplicate, invalid, notSupported, required, tooMany, type FieldError } from '../field-error.ts'
import { ipFamily } from '../ip.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain, validatePortNumber } from '../names.ts'
import { validateImmutable } from '../object-meta-validation.ts'
import { byteLength } from '../utf8.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { protocols } from './validation/container.ts'
import { nonSpecialIP } from './validation/ip.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { dnsLabel, dnsSubdomain, invalids, qualifiedName } from './validation/rules.ts'
import { validateLabels } from '../label-validation.ts'

/** kubernetes: pkg/registry/discovery/endpointslice/strategy.go */
export const endpointSlice = kind<Typed<EndpointSlice>>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  generation: true,
  defaults: (object) => ({ ...object, ...(object.ports && { ports: object.ports.map(defaultPort) }) }),
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validate(object),
    ...validateImmutable(object.addressType ?? '', old.addressType ?? '', 'addressType'),
  ],
  columns: [
    nameColumn,
    text(
      'AddressType',
      doc('discovery.v1.EndpointSlice.addressType'),
      ({ addressType }) => addressType ?? '',
    ),
    text('Ports', doc('discovery.v1.EndpointSlice.ports'), ({ ports }) => formatPorts(ports ?? [])),
    text('Endpoints', doc('discovery.v1.EndpointSlice.endpoints'), ({ endpoints }) =>
      formatEndpoints(endpoints ?? []),
    ),
    ageColumn,
  ],
})

/** kubernetes: pkg/apis/discovery/v1/defaults.go. */
const defaultPort = (port: EndpointPort): EndpointPort => ({ name: '', protocol: 'TCP', ...port })

const families = ['FQDN', 'IPv4', 'IPv6']

/** kubernetes: pkg/apis/discovery/validation/validation.go ValidateEndpointSlice. */
function validate(object: Typed<EndpointSlice>): FieldError[] {
  const { addressType, endpoints, ports } = object
  return [
    ...validateObjectMeta(object.metadata, true, validateDNS1123Subdomain),
    ...(!addressType
      ? [required('addressType')]
      : families.includes(addressType)
        ? []
        : [notSupported('addressType', addressType, families)]),
    ...validateEndpoints(endpoints ?? [], addressType, 'endpoints'),
    ...validatePorts(ports ?? [], 'ports'),
  ]
}

function validateEndpoints(endpoints: readonly Endpoint[], type: string, field: string): FieldError[] {
  if (endpoints.length > 1000) return [tooMany(field, endpoints.length, 1000)]
  return endpoints.flatMap((endpoint, i) => {
    const { addresses = [], hostname, nodeName } = endpoint
    const path = `${field}[${i}]`
    return [
      ...(addresses.length === 0 ? [required(`${path}.addresses`, 'must contain at least 1 address')] : []),
      ...(addresses.length > 100 ? [tooMany(`${path}.addresses`, addresses.length, 100)] : []),
      ...addresses.flatMap((address, a) => validateAddress(`${path}.addresses[${a}]`, address, type)),
      ...(nodeName === undefined
        ? []
        : invalids(`${path}.nodeName`, nodeName, validateDNS1123Subdomain(nodeName))),
      ...topology(endpoint, path),
      ...(hostname === undefined ? [] : dnsLabel(`${path}.hostname`, hostname)),
      ...hints(endpoint, path),
    ]
  })
}

/** addresses are of one family, and of no special kind. */
function validateAddress(field: string, address: string, type: string): FieldError[] {
  if (type === 'FQDN') return dnsSubdomain(field, address)
  if (type !== 'IPv4' && type !== 'IPv6') return []
  const family = ipFamily(address)
  const right = family === (type === 'IPv4' ? 4 : 6)
  const wrong = type === 'IPv4' ? 'must be a valid IPv4 address' : 'must be a valid IPv6 address'
  return [...(right ? [] : [invalid(field, address, wrong)]), ...nonSpecialIP(field, address)]
}

const topologyLimit = 16

function topology({ deprecatedTopology = {} }: Endpoint, path: string): FieldError[] {
  const keys = Object.keys(deprecatedTopology)
  const field = `${path}.deprecatedTopology`
  return [
    ...(keys.length > topologyLimit ? [tooMany(field, keys.length, topologyLimit)] : []),
    ...validateLabels(deprecatedTopology, field),
    ...(deprecatedTopology['topology.kubernetes.io/zone'] === undefined
      ? []
      : [
          invalid(
            `${field}[topology.kubernetes.io/zone]`,
            deprecatedTopology['topology.kubernetes.io/zone'] ?? '',
            'cannot set zone in deprecatedTopology',
          ),
        ]),
  ]
}

/** The zones that should use the endpoint. */
function hints({ hints: given }: Endpoint, path: string): FieldError[] {
  const zones = given?.forZones ?? []
  const field = `${path}.hints.forZones`
  if (zones.length > 8) return [tooMany(field, zones.length, 8)]
  const seen = new Set<string>()
  return zones.flatMap(({ name = '' }, i) => {
    const twice = seen.has(name)
    seen.add(name)
    return [
      ...(twice ? [duplicate(`${field}[${i}].name`, name)] : []),
      ...(name ? qualifiedZone(`${field}[${i}].name`, name) : [required(`${field}[${i}].name`)]),
    ]
  })
}

const qualifiedZone = (field: string, name: string): FieldError[] => validateLabels({ [name]: '' }, field)

function validatePorts(ports: readonly EndpointPort[], field: string): FieldError[] {
  if (ports.length > 20000) return [tooMany(field, ports.length, 20000)]
  const names = new Set<string>()
  return ports.flatMap(({ name = '', protocol, port, appProtocol }, i) => {
    const path = `${field}[${i}]`
    const twice = names.has(name)
    names.add(name)
    return [
      ...(name && byteLength(name) > 0 ? dnsLabel(`${path}.name`, name) : []),
      ...(twice ? [duplicate(`${path}.name`, name)] : []),
      ...(port === undefined ? [] : invalids(`${path}.port`, port, validatePortNumber(port))),
      ...(protocol === undefined || protocol === ''
        ? [required(`${path}.protocol`)]
        : protocols.includes(protocol)
          ? []
          : [notSupported(`${path}.protocol`, protocol, protocols)]),
      ...(appProtocol === undefined ? [] : qualifiedName(`${path}.appProtocol`, appProtocol)),
    ]
  })
}

const max = 3

/** kubernetes: pkg/printers formatDiscoveryPorts. */
function formatPorts(ports: readonly EndpointPort[]): string {
  const shown = ports.slice(0, max).map(({ name, port }) => `${port ?? name ?? '*'}`)
  if (shown.length === 0) return '<unset>'
  return shown.join(',') + (ports.length > max ? ` + ${ports.length - max} more...` : '')
}

/** kubernetes: pkg/printers formatDiscoveryEndpoints. */
function formatEndpoints(endpoints: readonly Endpoint[]): string {
  const all = endpoints.flatMap(({ addresses }) => addresses ?? [])
  if (all.length === 0) return '<unset>'
  return all.slice(0, max).join(',') + (all.length > max ? ` + ${all.length - max} more...` : '')
}
