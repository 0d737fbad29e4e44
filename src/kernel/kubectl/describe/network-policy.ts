import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from 'kubernetes-types/networking/v1'
import { formatLabelSelector, type LabelSelectorObject } from '../../api/labels.ts'
import { parseTime } from '../../api/time.ts'
import { describer } from './describer.ts'
import { annotations, labels } from './metadata.ts'
import type { Writer } from './writer.ts'

// kubectl: describe.go NetworkPolicyDescriber

export const networkPolicy = describer<NetworkPolicy>({
  group: 'networking.k8s.io',
  kind: 'NetworkPolicy',
  *describe(w, { metadata = {}, spec }) {
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Namespace', metadata.namespace)
    w.field(0, 'Created on', createdOn(String(metadata.creationTimestamp)))
    labels(w, 'Labels', metadata.labels)
    annotations(w, 'Annotations', metadata.annotations)
    describeSpec(w, spec ?? ({} as NetworkPolicySpec))
  },
})

/** `2025-11-20 12:00:00 +0000 UTC` (Go: time.Time.String). */
function createdOn(timestamp: string): string {
  const text = new Date(parseTime(timestamp) ?? 0).toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, 19)} +0000 UTC`
}

function describeSpec(
  w: Writer,
  { podSelector, ingress = [], egress = [], policyTypes = [] }: NetworkPolicySpec,
) {
  w.line(0, 'Spec:')
  const selector = selectorText(podSelector)
  w.line(
    1,
    `PodSelector:     ${selector || '<none> (Allowing the specific traffic to all pods in this namespace)'}`,
  )
  if (policyTypes.includes('Ingress')) {
    w.line(1, 'Allowing ingress traffic:')
    const rules = ingress.map(({ ports, from }) => ({ ports, peers: from }))
    describeRules(w, rules, 'From', 'ingress', 'source')
  } else w.line(1, 'Not affecting ingress traffic')
  if (policyTypes.includes('Egress')) {
    w.line(1, 'Allowing egress traffic:')
    const rules = egress.map(({ ports, to }) => ({ ports, peers: to }))
    describeRules(w, rules, 'To', 'egress', 'destination')
  } else w.line(1, 'Not affecting egress traffic')
  w.line(1, `Policy Types: ${policyTypes.join(', ')}`)
}

const selectorText = (selector: unknown): string => {
  const text = formatLabelSelector(selector as LabelSelectorObject)
  return text === '<none>' ? '' : text
}

interface Rule {
  readonly ports?: readonly NetworkPolicyPort[]
  readonly peers?: readonly NetworkPolicyPeer[]
}

function describeRules(w: Writer, rules: readonly Rule[], way: string, kind: string, end: string): void {
  if (!rules.length) return w.line(2, `<none> (Selected pods are isolated for ${kind} connectivity)`)
  for (const [i, { ports = [], peers = [] }] of rules.entries()) {
    if (!ports.length) w.line(2, 'To Port: <any> (traffic allowed to all ports)')
    for (const port of ports) w.line(2, portText(port))
    if (!peers.length) w.line(2, `${way}: <any> (traffic not restricted by ${end})`)
    for (const peer of peers) describePeer(w, peer, way)
    if (i < rules.length - 1) w.line(2, '----------')
  }
}

function portText({ port, endPort, protocol = 'TCP' }: NetworkPolicyPort & { endPort?: number }): string {
  return endPort ? `To Port Range: ${port}-${endPort}/${protocol}` : `To Port: ${port ?? '<any>'}/${protocol}`
}

function describePeer(
  w: Writer,
  { ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer,
  way: string,
) {
  w.line(2, `${way}:`)
  if (ipBlock) {
    w.line(3, 'IPBlock:')
    w.line(4, `CIDR: ${ipBlock.cidr}`)
    w.line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`)
    return
  }
  if (namespaceSelector) w.line(3, `NamespaceSelector: ${selectorText(namespaceSelector) || '<none>'}`)
  if (podSelector) w.line(3, `PodSelector: ${selectorText(podSelector) || '<none>'}`)
}
