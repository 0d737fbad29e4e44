import {
  goSyntax,
  invalid,
  notSupported,
  required,
  type FieldError,
  type GoSyntax,
} from '../../field-error.ts'
import { goQuote } from '../../go-quote.ts'
import { validateDNS1035Label, validateDNS1123Subdomain } from '../../names.ts'
import { validateObjectMeta } from '../../object-meta-validation.ts'
import type {
  CustomResourceDefinition,
  DefinitionVersion as Version,
  Names,
  PrinterColumn,
} from '../../crd/definition.ts'
import { semanticallyEqual } from './equality.ts'
import { goList, goPointer } from './go-struct.ts'
import { validateStructure } from './structural-schema.ts'

// apiextensions-apiserver: pkg/apis/apiextensions/validation/validation.go

export function validateCustomResourceDefinition(object: CustomResourceDefinition): FieldError[] {
  const { metadata, spec = {}, status } = object
  const { names = {}, group = '', versions } = spec
  const rule = (name: string) => [
    ...validateDNS1123Subdomain(name),
    ...(name === `${names.plural ?? ''}.${group}` ? [] : ['must be spec.names.plural+"."+spec.group']),
  ]
  const stored = status?.storedVersions ?? []
  const path = 'status.storedVersions'
  return [
    ...validateObjectMeta(metadata, false, rule),
    ...validateGroup(group),
    ...oneOf('spec.scope', spec.scope, ['Cluster', 'Namespaced']),
    ...validateVersions(versions),
    ...(['plural', 'singular', 'kind', 'listKind'] as const).flatMap((key) =>
      names[key] ? [] : [required(`spec.names.${key}`)],
    ),
    ...validateNames(names),
    ...oneOf('spec.conversion.strategy', spec.conversion?.strategy, ['None', 'Webhook']),
    ...(stored.length > 0 ? [] : [invalid(path, goList(undefined), 'must have at least one stored version')]),
    ...validateApproval(group, metadata.annotations?.[approval]),
  ]
}

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

function validateNames(names: Names): FieldError[] {
  const label = (key: 'plural' | 'singular') =>
    names[key] ? joined(`spec.names.${key}`, names[key], validateDNS1035Label(names[key])) : []
  const camel = (key: 'kind' | 'listKind') =>
    names[key]
      ? joined(
          `spec.names.${key}`,
          names[key],
          validateDNS1035Label(names[key].toLowerCase()),
          'may have mixed case, but should otherwise match: ',
        )
      : []
  const labels = (key: 'shortNames' | 'categories') =>
    (names[key] ?? []).flatMap((name, i) =>
      joined(`spec.names.${key}[${i}]`, name, validateDNS1035Label(name)),
    )
  return [
    ...label('plural'),
    ...label('singular'),
    ...camel('kind'),
    ...camel('listKind'),
    ...labels('shortNames'),
    ...(names.kind && names.kind === names.listKind
      ? [invalid('spec.names.listKind', names.listKind, 'kind and listKind may not be the same')]
      : []),
    ...labels('categories'),
  ]
}

/** What all versions share is looked at once, under the older fields above them. */
function validateVersions(given: readonly Version[] | undefined): FieldError[] {
  const versions = given ?? []
  const [first] = versions
  const shared = (key: keyof Version) =>
    first !== undefined && versions.every((one) => semanticallyEqual(one[key], first[key]))
  const common = { schema: shared('schema'), columns: shared('additionalPrinterColumns') }
  const names = versions.map(({ name }) => name)
  const shown = goVersions(given, common)
  const path = 'spec.versions'
  return [
    ...versions.flatMap((version, i) => validateVersion(version, common, `${path}[${i}]`)),
    ...(new Set(names).size < names.length
      ? [invalid(path, shown, 'must contain unique version names')]
      : []),
    ...(versions.filter(({ storage }) => storage).length === 1
      ? []
      : [invalid(path, shown, 'must have exactly one version marked as storage version')]),
    ...(first?.name ? joined('spec.version', first.name, validateDNS1035Label(first.name)) : []),
    ...(first && common.schema ? validateSchema(first, 'spec.validation', `${path}[0].schema`) : []),
    ...(first && common.columns ? validateColumns(first, 'spec.additionalPrinterColumns') : []),
  ]
}

interface Common {
  readonly schema: boolean
  readonly columns: boolean
}

const validateVersion = (version: Version, common: Common, field: string): FieldError[] => [
  ...joined(`${field}.name`, version.name ?? '', validateDNS1035Label(version.name ?? '')),
  ...(common.schema ? [] : validateSchema(version, `${field}.schema`, `${field}.schema`)),
  ...(common.columns ? [] : validateColumns(version, `${field}.additionalPrinterColumns`)),
]

function validateSchema({ schema }: Version, field: string, own: string): FieldError[] {
  const root = schema?.openAPIV3Schema
  return root
    ? validateStructure(root, `${field}.openAPIV3Schema`)
    : [required(`${own}.openAPIV3Schema`, 'schemas are required')]
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']

const validateColumns = ({ additionalPrinterColumns: columns }: Version, field: string): FieldError[] =>
  (columns ?? []).flatMap(({ name, type, format, jsonPath }, i) => {
    const path = `${field}[${i}]`
    const ofType = `must be one of ${columnTypes.join(',')}`
    return [
      ...(name ? [] : [required(`${path}.name`)]),
      ...(type ? [] : [required(`${path}.type`, ofType)]),
      ...(type && !columnTypes.includes(type) ? [invalid(`${path}.type`, type, ofType)] : []),
      ...(format && !columnFormats.includes(format)
        ? [invalid(`${path}.format`, format, `must be one of ${columnFormats.join(',')}`)]
        : []),
      ...(jsonPath ? [] : [required(`${path}.JSONPath`)]),
      ...(jsonPath && !jsonPath.startsWith('.')
        ? [invalid(`${path}.JSONPath`, jsonPath, 'must be a simple json path starting with .')]
        : []),
    ]
  })

const approval = 'api-approved.kubernetes.io'

/** Groups of the project itself need a review, or the word that there was none. */
function validateApproval(group: string, annotation: string | undefined): FieldError[] {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(group)) return []
  const field = `metadata.annotations[${approval}]`
  const message = `protected groups must have approval annotation "${approval}"`
  const where = 'see https://github.com/kubernetes/enhancements/pull/1111'
  if (!annotation) return [required(field, `${message}, ${where}`)]
  if (annotation.startsWith('unapproved') || /^[a-z][a-z0-9+.-]*:\/\/[^/]+/i.test(annotation)) return []
  return [
    invalid(
      field,
      annotation,
      `${message} with either a URL or a reason starting with "unapproved", ${where}`,
    ),
  ]
}

function goVersions(versions: readonly Version[] | undefined, common: Common): GoSyntax {
  const type = 'apiextensions.CustomResourceDefinitionVersion'
  if (!versions) return goSyntax(`[]${type}(nil)`)
  const shown = versions.map(
    ({
      name = '',
      served = false,
      storage = false,
      deprecated = false,
      deprecationWarning: warning,
      ...rest
    }) =>
      `${type}{Name:${goQuote(name)}, Served:${served}, Storage:${storage}, Deprecated:${deprecated}, ` +
      `DeprecationWarning:(*string)(${goPointer(warning !== undefined)}), ` +
      `Schema:(*apiextensions.CustomResourceValidation)(${goPointer(!common.schema && rest.schema)}), ` +
      'Subresources:(*apiextensions.CustomResourceSubresources)(nil), ' +
      `AdditionalPrinterColumns:${goColumns(common.columns ? undefined : rest.additionalPrinterColumns)}, ` +
      'SelectableFields:[]apiextensions.SelectableField(nil)}',
  )
  return goSyntax(`[]${type}{${shown.join(', ')}}`)
}

function goColumns(columns: readonly PrinterColumn[] | undefined): string {
  const type = 'apiextensions.CustomResourceColumnDefinition'
  if (!columns) return `[]${type}(nil)`
  const shown = columns.map(
    ({ name = '', type: of = '', format = '', description = '', priority = 0, jsonPath = '' }) =>
      `${type}{Name:${goQuote(name)}, Type:${goQuote(of)}, Format:${goQuote(format)}, ` +
      `Description:${goQuote(description)}, Priority:${priority}, JSONPath:${goQuote(jsonPath)}}`,
  )
  return `[]${type}{${shown.join(', ')}}`
}
