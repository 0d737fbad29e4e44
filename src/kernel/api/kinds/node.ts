import type { Node, NodeSpec } from 'kubernetes-types/core/v1'
import { kind, type Typed } from '../kind.ts'
import { validateNode, validateNodeUpdate } from './validation/node.ts'
import { ageColumn, doc, listOrNone, nameColumn, text, wide } from './column.ts'

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
  warnings: ({ spec }) => [
    ...(spec?.configSource ? ['spec.configSource: deprecated in v1.22, support removed in v1.26'] : []),
    ...(spec?.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
  ],
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  validateStatusUpdate: validateNodeUpdate,
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
