import type { Node, NodeSpec, Taint } from 'kubernetes-types/core/v1'
import { duplicate, forbidden, goSyntax, invalid, required, type FieldError } from '../../field-error.ts'
import { goQuote } from '../../go-quote.ts'
import { ipFamily, validateCIDR } from '../../ip.ts'
import type { Typed } from '../../kind.ts'
import { validateDNS1123Subdomain, validateLabelValue } from '../../names.ts'
import { parseQuantity } from '../../quantity.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts'
import { resourceQuantity } from './resources.ts'
import { qualifiedName, sortedEntries } from './rules.ts'
import { taintEffect } from './tolerations.ts'

/** kubernetes: pkg/apis/core/validation/validation.go ValidateNode; taints are reported below metadata. */
export function validateNode(object: Typed<Node>): FieldError[] {
  return [
    ...validateObjectMeta(object.metadata, false, validateDNS1123Subdomain),
    ...validateAvoided(object.metadata),
    ...validateTaints(object.spec?.taints ?? [], 'metadata.taints'),
    ...validateAmounts(object),
    ...validateCIDRs(object.spec?.podCIDRs ?? [], 'spec.podCIDRs'),
  ]
}

export function validateNodeUpdate(object: Typed<Node>, old: Typed<Node>): FieldError[] {
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
    ...validateAvoided(object.metadata),
    ...validateAmounts(object),
    ...addresses,
    ...fixedOnceSet(object.spec, old.spec),
    ...validateTaints(object.spec?.taints ?? [], 'metadata.taints'),
    ...(object.spec?.externalID === old.spec?.externalID
      ? []
      : [forbidden('spec.externalID', 'may not be updated')]),
  ]
}

const avoidAnnotation = 'scheduler.alpha.kubernetes.io/preferAvoidPods'

/** Whose pods a node would rather not have (validatePreferAvoidPodsEntry). */
function validateAvoided({ annotations }: Typed<Node>['metadata']): FieldError[] {
  const text = annotations?.[avoidAnnotation]
  if (!text) return []
  const entries = avoidedIn(text)
  if (typeof entries === 'string')
    return [invalid('metadata.annotations.AvoidPods', avoidAnnotation, entries)]
  return entries.flatMap(({ podSignature }, i) => {
    const field = `metadata.annotations.${avoidAnnotation}[${i}].PodSignature`
    const controller = podSignature?.podController
    if (!controller) return [required(field)]
    return controller.controller
      ? []
      : [invalid(`${field}.PodController.Controller`, false, 'must point to a controller')]
  })
}

type Avoided = { readonly podSignature?: { readonly podController?: { readonly controller?: boolean } } }

function avoidedIn(text: string): readonly Avoided[] | string {
  try {
    return (JSON.parse(text) as { readonly preferAvoidPods?: readonly Avoided[] }).preferAvoidPods ?? []
  } catch (error) {
    return String(error)
  }
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
