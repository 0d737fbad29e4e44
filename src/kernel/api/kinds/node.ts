import type { Node, NodeSpec, Taint } from 'kubernetes-types/core/v1'
import { duplicate, forbidden, goSyntax, invalid, type FieldError } from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import { ipFamily, validateCIDR } from '../ip.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain, validateLabelValue } from '../names.ts'
import { parseQuantity } from '../quantity.ts'
import { ageColumn, doc, listOrNone, nameColumn, text, wide } from './column.ts'
import { taintEffect } from './validation/tolerations.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { resourceQuantity } from './validation/resources.ts'
import { qualifiedName, sortedEntries } from './validation/rules.ts'

/** kubernetes: pkg/registry/core/node/strategy.go */
export const node = kind<Typed<Node>>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  status: true,
  defaults: (object) => ({ ...object, ...withBothCIDRs(object), ...withAllocatable(object) }),
  prepareForCreate: withoutConfigSource,
  prepareForUpdate: (object, old) => ({ ...withoutConfigSource(object), status: old.status }),
  validate,
  validateUpdate,
  validateStatusUpdate: validateUpdate,
  selectableFields: ({ spec }) => ({ 'spec.unschedulable': `${spec?.unschedulable ?? false}` }),
  columns: [
    nameColumn,
    text('Status', 'The status of the node', (object) => printStatus(object)),
    text('Roles', 'The roles of the node', ({ metadata }) => listOrNone(rolesOf(metadata.labels))),
    ageColumn,
    text(
      'Version',
      doc('core.v1.NodeSystemInfo.kubeletVersion'),
      ({ status }) => status?.nodeInfo?.kubeletVersion ?? '',
    ),
    wide('Internal-IP', doc('core.v1.NodeStatus.addresses'), (object) => addressOf(object, 'InternalIP')),
    wide('External-IP', doc('core.v1.NodeStatus.addresses'), (object) => addressOf(object, 'ExternalIP')),
    wide(
      'OS-Image',
      doc('core.v1.NodeSystemInfo.osImage'),
      ({ status }) => status?.nodeInfo?.osImage || '<unknown>',
    ),
    wide(
      'Kernel-Version',
      doc('core.v1.NodeSystemInfo.kernelVersion'),
      ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>',
    ),
    wide(
      'Container-Runtime',
      doc('core.v1.NodeSystemInfo.containerRuntimeVersion'),
      ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
    ),
  ],
})

/** The older podCIDR is the first of podCIDRs (kubernetes: pkg/apis/core/v1/conversion.go). */
function withBothCIDRs({ spec }: Typed<Node>): { readonly spec?: NodeSpec } {
  if (!spec) return {}
  const first = spec.podCIDR || spec.podCIDRs?.[0]
  if (!first) return {}
  const all =
    spec.podCIDRs?.length && (!spec.podCIDR || spec.podCIDRs[0] === spec.podCIDR) ? spec.podCIDRs : [first]
  return { spec: { ...spec, podCIDR: first, podCIDRs: all } }
}

/** kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_NodeStatus. */
function withAllocatable({ status }: Typed<Node>): { readonly status?: Node['status'] } {
  if (!status?.capacity || status.allocatable) return {}
  return { status: { ...status, allocatable: status.capacity } }
}

function withoutConfigSource(object: Typed<Node>): Typed<Node> {
  if (!object.spec?.configSource) return object
  const { configSource, ...spec } = object.spec
  return { ...object, spec }
}

/** kubernetes: pkg/apis/core/validation/validation.go ValidateNode; taints are reported below metadata. */
function validate(object: Typed<Node>): FieldError[] {
  return [
    ...validateObjectMeta(object.metadata, false, validateDNS1123Subdomain),
    ...validateTaints(object.spec?.taints ?? [], 'metadata.taints'),
    ...validateAmounts(object),
    ...validateCIDRs(object.spec?.podCIDRs ?? [], 'spec.podCIDRs'),
  ]
}

function validateUpdate(object: Typed<Node>, old: Typed<Node>): FieldError[] {
  const seen = new Set<string>()
  const addresses = (object.status?.addresses ?? []).flatMap((address, i) => {
    const key = `${address.type}\0${address.address}`
    const shown = `core.NodeAddress{Type:${goQuote(address.type)}, Address:${goQuote(address.address)}}`
    if (seen.has(key)) return [duplicate(`status.addresses[${i}]`, goSyntax(shown))]
    seen.add(key)
    return []
  })
  return [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateAmounts(object),
    ...addresses,
    ...fixedOnceSet(object.spec, old.spec),
    ...validateTaints(object.spec?.taints ?? [], 'metadata.taints'),
    ...(object.spec?.externalID === old.spec?.externalID
      ? []
      : [forbidden('spec.externalID', 'may not be updated')]),
  ]
}

function fixedOnceSet(now: NodeSpec = {}, old: NodeSpec = {}): FieldError[] {
  const was = old.podCIDRs ?? []
  const is = now.podCIDRs ?? []
  const cidrs = forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid')
  const changed = was.length !== is.length ? 1 : was.filter((cidr, i) => cidr !== is[i]).length
  return [
    ...(was.length > 0 ? new Array<FieldError>(changed).fill(cidrs) : []),
    ...(old.providerID && old.providerID !== now.providerID
      ? [forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid')]
      : []),
  ]
}

function validateAmounts({ status }: Typed<Node>): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((key) =>
    sortedEntries(status?.[key]).flatMap(([name, amount]) =>
      resourceQuantity(`status.${key}.${name}`, name, parseQuantity(amount)),
    ),
  )
}

function validateTaints(taints: readonly Taint[], field: string): FieldError[] {
  const seen = new Set<string>()
  return taints.flatMap((taint, i) => {
    const { key = '', value = '', effect } = taint
    const path = `${field}[${i}]`
    const wrong = validateLabelValue(value)
    const id = `${effect}\0${key}`
    const twice = seen.has(id)
    seen.add(id)
    return [
      ...qualifiedName(`${path}.key`, key),
      ...(wrong.length ? [invalid(`${path}.value`, value, wrong.join(';'))] : []),
      ...taintEffect(`${path}.effect`, effect),
      ...(twice ? [taintTwice(path, taint)] : []),
    ]
  })
}

function taintTwice(field: string, { key, value = '', effect }: Taint): FieldError {
  const shown = `core.Taint{Key:${goQuote(key)}, Value:${goQuote(value)}, Effect:${goQuote(effect)}, TimeAdded:<nil>}`
  const error = duplicate(field, goSyntax(shown))
  return { ...error, message: `${error.message}: taints must be unique by key and effect pair` }
}

function validateCIDRs(cidrs: readonly string[], field: string): FieldError[] {
  const families = new Set(cidrs.map((cidr) => ipFamily(cidr.split('/', 1)[0] ?? '')))
  const tooMany = cidrs.length > 1 && (families.size < 2 || cidrs.length > 2)
  return [
    ...cidrs.flatMap((cidr, i) => validateCIDR(cidr, `${field}[${i}]`)),
    ...(tooMany ? [invalid(field, cidrs, 'may specify no more than one CIDR for each IP family')] : []),
    ...cidrs.flatMap((cidr, i) => (cidrs.indexOf(cidr) < i ? [duplicate(`${field}[${i}]`, cidr)] : [])),
  ]
}

/** `Ready,SchedulingDisabled` (kubernetes: pkg/printers printNode). */
function printStatus({ spec, status }: Typed<Node>): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const word = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return spec?.unschedulable ? `${word},SchedulingDisabled` : word
}

const rolePrefix = 'node-role.kubernetes.io/'

function rolesOf(labels: Readonly<Record<string, string>> = {}): string[] {
  const roles = Object.entries(labels).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix)) return key.slice(rolePrefix.length) || []
    return key === 'kubernetes.io/role' && value ? value : []
  })
  return [...new Set(roles)].sort()
}

const addressOf = ({ status }: Typed<Node>, type: string): string =>
  status?.addresses?.find((address) => address.type === type)?.address ?? '<none>'
