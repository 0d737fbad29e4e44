import { forbidden, goSyntax, invalid, notSupported, required, type FieldError } from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import { validateDNS1035Label, validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { goList } from '../kinds/validation/go-struct.ts'
import { approvalAnnotation, approvalWhere, isProtected, isReview } from './approval.ts'
import { isTrue, type Conversion, type CustomResourceDefinition, type Names } from './definition.ts'
import { validateVersions } from './validate-versions.ts'

// apiextensions-apiserver: pkg/apis/apiextensions/validation/validation.go

/** What is wrong with a definition that is made. */
export function validateDefinition(crd: CustomResourceDefinition): FieldError[] {
  const { metadata, spec = {} } = crd
  const { names = {}, group = '' } = spec
  const rule = (name: string) => [
    ...validateDNS1123Subdomain(name),
    ...(name === `${names.plural ?? ''}.${group}` ? [] : ['must be spec.names.plural+"."+spec.group']),
  ]
  return [
    ...validateObjectMeta(metadata, false, rule),
    ...validateSpec(crd),
    ...validateStored(crd),
    ...validateApproval(group, metadata.annotations?.[approvalAnnotation]),
    ...(spec.preserveUnknownFields ? [mustPrune] : []),
  ]
}

/** What is wrong with a definition that replaces another. */
export function validateDefinitionUpdate(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition,
): FieldError[] {
  const { metadata, spec = {} } = crd
  const before = old.spec ?? {}
  const annotation = metadata.annotations?.[approvalAnnotation]
  const reviewed = old.metadata.annotations?.[approvalAnnotation] !== annotation
  const [now, then] = [spec.names ?? {}, before.names ?? {}]
  const settled = isTrue(old, 'Established')
    ? [
        ...validateImmutable(spec.scope, before.scope, 'spec.scope'),
        ...validateImmutable(now.kind, then.kind, 'spec.names.kind'),
      ]
    : []
  return [
    ...validateObjectMetaUpdate(metadata, old.metadata),
    ...validateSpec(crd),
    ...settled,
    ...validateImmutable(spec.group, before.group, 'spec.group'),
    ...validateImmutable(now.plural, then.plural, 'spec.names.plural'),
    ...validateStored(crd),
    ...(reviewed ? validateApproval(spec.group ?? '', annotation) : []),
    ...(spec.preserveUnknownFields && !before.preserveUnknownFields ? [mustPrune] : []),
  ]
}

/** What is wrong with a status that somebody writes. */
export const validateDefinitionStatus = (
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition,
): FieldError[] => [
  ...validateObjectMetaUpdate(crd.metadata, old.metadata),
  ...validateNames(crd.status?.acceptedNames ?? {}, 'status.acceptedNames'),
]

const mustPrune = invalid(
  'spec.preserveUnknownFields',
  true,
  'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
)

function validateSpec({ spec = {} }: CustomResourceDefinition): FieldError[] {
  const { names = {}, group = '', versions, scope, conversion } = spec
  return [
    ...validateGroup(group),
    ...oneOf('spec.scope', scope, ['Cluster', 'Namespaced']),
    ...validateVersions(versions),
    ...(['plural', 'singular', 'kind', 'listKind'] as const).flatMap((key) =>
      names[key] ? [] : [required(`spec.names.${key}`)],
    ),
    ...validateNames(names, 'spec.names'),
    ...oneOf('spec.conversion.strategy', conversion?.strategy, ['None', 'Webhook']),
    ...validateConversion(conversion ?? {}),
  ]
}

function validateStored({ spec, status }: CustomResourceDefinition): FieldError[] {
  const path = 'status.storedVersions'
  const stored = status?.storedVersions ?? []
  if (stored.length === 0) return [invalid(path, goList(undefined), 'must have at least one stored version')]
  const versions = spec?.versions ?? []
  const storage = versions.find((version) => version.storage)?.name
  return [
    ...(storage !== undefined && !stored.includes(storage)
      ? [invalid(path, goVersionWith(storage), `must have the storage version ${storage}`)]
      : []),
    ...stored.flatMap((name, i) =>
      versions.some((version) => version.name === name)
        ? []
        : [invalid(`${path}[${i}]`, name, 'must appear in spec.versions')],
    ),
  ]
}

const goVersionWith = (name: string) =>
  goSyntax(`apiextensions.CustomResourceDefinitionVersion{Name:${goQuote(name)}}`)

const joined = (field: string, value: string, errors: readonly string[], before = ''): FieldError[] =>
  errors.length > 0 ? [invalid(field, value, before + errors.join(','))] : []

function validateGroup(group: string): FieldError[] {
  if (group === '') return [required('spec.group')]
  const errors = validateDNS1123Subdomain(group)
  if (errors.length > 0) return joined('spec.group', group, errors)
  return group.includes('.') ? [] : [invalid('spec.group', group, 'should be a domain with at least one dot')]
}

const oneOf = (field: string, value: string | undefined, known: readonly string[]): FieldError[] =>
  !value ? [required(field)] : known.includes(value) ? [] : [notSupported(field, value, known)]

function validateNames(names: Names, path: string): FieldError[] {
  const label = (key: 'plural' | 'singular') =>
    names[key] ? joined(`${path}.${key}`, names[key], validateDNS1035Label(names[key])) : []
  const camel = (key: 'kind' | 'listKind') =>
    names[key]
      ? joined(
          `${path}.${key}`,
          names[key],
          validateDNS1035Label(names[key].toLowerCase()),
          'may have mixed case, but should otherwise match: ',
        )
      : []
  const labels = (key: 'shortNames' | 'categories') =>
    (names[key] ?? []).flatMap((name, i) => joined(`${path}.${key}[${i}]`, name, validateDNS1035Label(name)))
  return [
    ...label('plural'),
    ...label('singular'),
    ...camel('kind'),
    ...camel('listKind'),
    ...labels('shortNames'),
    ...(names.kind && names.kind === names.listKind
      ? [invalid(`${path}.listKind`, names.listKind, 'kind and listKind may not be the same')]
      : []),
    ...labels('categories'),
  ]
}

/** A webhook converts if the strategy says so, and only then. */
function validateConversion({ strategy, webhook }: Conversion): FieldError[] {
  const client = 'spec.conversion.webhookClientConfig'
  const reviews = 'spec.conversion.conversionReviewVersions'
  const versions = webhook?.conversionReviewVersions ?? []
  if (strategy === 'Webhook') {
    if (!webhook?.clientConfig) return [required(client, 'required when strategy is set to Webhook')]
    return versions.length ? [] : [required(reviews)]
  }
  const why = 'should not be set when strategy is not set to Webhook'
  return [
    ...(webhook?.clientConfig ? [forbidden(client, why)] : []),
    ...(versions.length ? [forbidden(reviews, why)] : []),
  ]
}

/** Groups of the project itself need a review, or the word that there was none. */
function validateApproval(group: string, annotation: string | undefined): FieldError[] {
  if (!isProtected(group)) return []
  const field = `metadata.annotations[${approvalAnnotation}]`
  const message = `protected groups must have approval annotation "${approvalAnnotation}"`
  if (!annotation) return [required(field, `${message}, ${approvalWhere}`)]
  if (annotation.startsWith('unapproved') || isReview(annotation)) return []
  const either = `${message} with either a URL or a reason starting with "unapproved", ${approvalWhere}`
  return [invalid(field, annotation, either)]
}
