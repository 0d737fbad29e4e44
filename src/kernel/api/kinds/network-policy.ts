import type { NetworkPolicy, NetworkPolicyPort, NetworkPolicySpec } from 'kubernetes-types/networking/v1'
import type { FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { formatLabelSelector } from '../labels.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { ageColumn, nameColumn, text } from './column.ts'
import { validateNetworkPolicySpec } from './validation/network-policy.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'

/** Upstream's column still has an older version's words. */
const selectorWords =
  'Selects the pods to which this NetworkPolicy object applies.  The array of ingress rules is applied to any pods selected by this field. Multiple network policies can select the same set of pods.  In this case, the ingress rules for each are combined additively. This field is NOT optional and follows standard label selector semantics. An empty podSelector matches all pods in this namespace.'

/** kubernetes: pkg/registry/networking/networkpolicy/strategy.go */
export const networkPolicy = kind<Typed<NetworkPolicy>>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  namespaced: true,
  generation: true,
  defaults: (object) => ({ ...object, spec: defaultSpec(object.spec ?? ({} as NetworkPolicySpec)) }),
  validate,
  validateUpdate: (object, old) => [
    // The strategy asks ValidateNetworkPolicy, and ValidateNetworkPolicyUpdate, which looks at the spec again.
    ...validate(object),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateSpec(object),
  ],
  columns: [
    nameColumn,
    text('Pod-Selector', selectorWords, ({ spec }) => formatLabelSelector(spec?.podSelector ?? {})),
    ageColumn,
  ],
})

function validate(object: Typed<NetworkPolicy>): FieldError[] {
  return [...validateObjectMeta(object.metadata, true, validateDNS1123Subdomain), ...validateSpec(object)]
}

const validateSpec = ({ spec }: Typed<NetworkPolicy>): FieldError[] =>
  validateNetworkPolicySpec(spec!, 'spec')

/** kubernetes: pkg/apis/networking/v1/defaults.go. */
function defaultSpec(spec: NetworkPolicySpec): NetworkPolicySpec {
  const { ingress, egress, policyTypes } = spec
  const withPorts = <R extends { ports?: NetworkPolicyPort[] }>(rule: R): R =>
    rule.ports ? { ...rule, ports: rule.ports.map((port) => ({ protocol: 'TCP', ...port })) } : rule
  const types = policyTypes?.length ? policyTypes : egress?.length ? ['Ingress', 'Egress'] : ['Ingress']
  return {
    ...spec,
    podSelector: spec.podSelector ?? {},
    ...(ingress && { ingress: ingress.map(withPorts) }),
    ...(egress && { egress: egress.map(withPorts) }),
    policyTypes: types,
  }
}
