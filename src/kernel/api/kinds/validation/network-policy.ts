import type {
  IPBlock,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from 'kubernetes-types/networking/v1'
import { forbidden, goSyntax, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { goQuote } from '../../go-quote.ts'
import { validateCIDR } from '../../ip.ts'
import { validateLabelSelector } from '../../label-validation.ts'
import { validatePortName, validatePortNumber } from '../../names.ts'
import { cidrContains, parseCIDR } from './ip.ts'
import { invalids } from './rules.ts'

// kubernetes: pkg/apis/networking/validation/validation.go

const protocols = ['TCP', 'UDP', 'SCTP']
const types = ['Ingress', 'Egress']

export function validateNetworkPolicySpec(spec: NetworkPolicySpec, field: string): FieldError[] {
  const { ingress = [], egress = [], policyTypes = [], podSelector } = spec
  return [
    ...validateLabelSelector(podSelector, `${field}.podSelector`),
    ...ingress.flatMap(({ ports, from }, i) => [
      ...validatePorts(ports, `${field}.ingress[${i}].ports`),
      ...validatePeers(from, `${field}.ingress[${i}].from`),
    ]),
    ...egress.flatMap(({ ports, to }, i) => [
      ...validatePorts(ports, `${field}.egress[${i}].ports`),
      ...validatePeers(to, `${field}.egress[${i}].to`),
    ]),
    ...validateTypes(policyTypes, `${field}.policyTypes`),
  ]
}

function validateTypes(policyTypes: readonly string[], field: string): FieldError[] {
  if (policyTypes.length > types.length) {
    const shown = goSyntax(`[]networking.PolicyType{${policyTypes.map(goQuote).join(', ')}}`)
    return [invalid(field, shown, 'may not specify more than two policyTypes')]
  }
  return policyTypes.flatMap((type, i) =>
    types.includes(type) ? [] : [notSupported(`${field}[${i}]`, type, types)],
  )
}

const validatePorts = (ports: readonly NetworkPolicyPort[] | undefined, field: string): FieldError[] =>
  (ports ?? []).flatMap((port, i) => validatePort(port, `${field}[${i}]`))

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, field: string): FieldError[] {
  const path = `${field}.endPort`
  const unless = (holds: boolean, message: string) =>
    holds || endPort === undefined ? [] : [invalid(path, endPort, message)]
  const errors =
    protocol === undefined || protocols.includes(protocol)
      ? []
      : [notSupported(`${field}.protocol`, protocol, protocols)]
  if (port === undefined)
    return [...errors, ...unless(false, 'may not be specified when `port` is not specified')]
  if (typeof port === 'string')
    return [
      ...errors,
      ...unless(false, 'may not be specified when `port` is non-numeric'),
      ...invalids(`${field}.port`, port, validatePortName(port)),
    ]
  return [
    ...errors,
    ...invalids(`${field}.port`, port, validatePortNumber(port)),
    ...unless((endPort ?? 0) >= port, 'must be greater than or equal to `port`'),
    ...(endPort === undefined ? [] : invalids(path, endPort, validatePortNumber(endPort))),
  ]
}

const validatePeers = (peers: readonly NetworkPolicyPeer[] | undefined, field: string): FieldError[] =>
  (peers ?? []).flatMap((peer, i) => validatePeer(peer, `${field}[${i}]`))

function validatePeer(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  field: string,
): FieldError[] {
  const selects = podSelector !== undefined || namespaceSelector !== undefined
  return [
    ...validateLabelSelector(podSelector, `${field}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`),
    ...(ipBlock ? validateIPBlock(ipBlock, `${field}.ipBlock`) : []),
    ...(selects || ipBlock ? [] : [required(field, 'must specify a peer')]),
    ...(selects && ipBlock ? [forbidden(field, 'may not specify both ipBlock and another peer')] : []),
  ]
}

function validateIPBlock({ cidr, except = [] }: IPBlock, field: string): FieldError[] {
  if (!cidr) return [required(`${field}.cidr`)]
  const block = parseCIDR(cidr)
  if (!block) return validateCIDR(cidr, `${field}.cidr`)
  return except.flatMap((text, i) => {
    const path = `${field}.except[${i}]`
    const inner = parseCIDR(text)
    if (!inner) return validateCIDR(text, path)
    return cidrContains(block, inner.bytes) && block.prefix < inner.prefix
      ? []
      : [invalid(path, text, 'must be a strict subset of `cidr`')]
  })
}
