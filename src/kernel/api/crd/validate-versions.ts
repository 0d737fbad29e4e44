import { duplicate, goSyntax, invalid, required, type FieldError, type GoSyntax } from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import { validateDNS1035Label } from '../names.ts'
import { semanticallyEqual } from '../kinds/validation/equality.ts'
import { goPointer } from '../kinds/validation/go-struct.ts'
import type { DefinitionVersion, PrinterColumn, Subresources } from './definition.ts'
import { compileRules, type RuleNode } from './rules.ts'
import { fieldAt, shownRule } from './rule-words.ts'
import { validateWords } from './schema-words.ts'
import type { Schema } from './schema.ts'
import { validateSchemaDefaults, validateStructural } from './structural.ts'

/** What all versions share is looked at once, under the older fields above them. */
export function validateVersions(given: readonly DefinitionVersion[] | undefined): FieldError[] {
  const versions = given ?? []
  const [first] = versions
  const shared = (key: keyof DefinitionVersion) =>
    first !== undefined && versions.every((one) => semanticallyEqual(one[key], first[key]))
  const common: Common = {
    schema: shared('schema'),
    columns: shared('additionalPrinterColumns'),
    subresources: shared('subresources'),
    fields: shared('selectableFields'),
  }
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
    ...(first ? validateCommon(first, common, path) : []),
  ]
}

interface Common {
  readonly schema: boolean
  readonly columns: boolean
  readonly subresources: boolean
  readonly fields: boolean
}

const validateCommon = (first: DefinitionVersion, common: Common, path: string): FieldError[] => [
  ...(common.schema ? validateSchema(first, 'spec.validation', `${path}[0].schema`) : []),
  ...(common.subresources ? validateSubresources(first.subresources, 'spec.subresources') : []),
  ...(common.columns ? validateColumns(first, 'spec.additionalPrinterColumns') : []),
  ...(common.fields ? validateSelectable(first, 'spec.selectableFields') : []),
]

const validateVersion = (version: DefinitionVersion, common: Common, field: string): FieldError[] => [
  ...joined(`${field}.name`, version.name ?? '', validateDNS1035Label(version.name ?? '')),
  ...validateDeprecation(version, field),
  ...(common.schema ? [] : validateSchema(version, `${field}.schema`, `${field}.schema`)),
  ...(common.subresources ? [] : validateSubresources(version.subresources, `${field}.subresources`)),
  ...(common.columns ? [] : validateColumns(version, `${field}.additionalPrinterColumns`)),
  ...(common.fields ? [] : validateSelectable(version, `${field}.selectableFields`)),
]

const joined = (field: string, value: string, errors: readonly string[]): FieldError[] =>
  errors.length > 0 ? [invalid(field, value, errors.join(','))] : []

function validateDeprecation({ deprecated, deprecationWarning: text }: DefinitionVersion, field: string) {
  if (text === undefined) return []
  const path = `${field}.deprecationWarning`
  if (!deprecated) return [invalid(path, text, 'can only be set for deprecated versions')]
  if (text === '') return [invalid(path, text, 'must not be an empty string')]
  return []
}

function validateSchema(version: DefinitionVersion, field: string, own: string): FieldError[] {
  const root = version.schema?.openAPIV3Schema
  if (!root) return [required(`${own}.openAPIV3Schema`, 'schemas are required')]
  const path = `${field}.openAPIV3Schema`
  const words = [...rootErrors(root, version, path), ...validateWords(root, path)]
  const structure = validateStructural(root, path)
  if (words.length || structure.length) return [...words, ...structure]
  return [...ruleProblems(compileRules(root, true), path, undefined), ...validateSchemaDefaults(root, path)]
}

/** So that the status can be judged by itself, the root may not speak of all of it. */
const notAtRoot = ['anyOf', 'allOf', 'oneOf', 'not', 'enum', 'minProperties', 'maxProperties'] as const

const allowedAtRoot =
  '[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems ' +
  'MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations]'

function rootErrors(root: Schema, { subresources }: DefinitionVersion, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (subresources?.status && notAtRoot.some((key) => root[key] !== undefined))
    errors.push(
      invalid(
        path,
        goSyntax('apiextensions.JSONSchemaProps{...}'),
        `only ${allowedAtRoot} fields are allowed at the root of the schema if the status subresource is enabled`,
      ),
    )
  if (root.nullable)
    errors.push({ type: 'FieldValueForbidden', field: `${path}.nullable`, message: nullable })
  return errors
}

const nullable = 'Forbidden: nullable cannot be true at the root'

/** What is wrong with rules once they are compiled; `unrelated` is the list whose items cannot be told apart. */
function ruleProblems(node: RuleNode | undefined, path: string, unrelated: string | undefined): FieldError[] {
  if (!node) return []
  const { schema, rules, items, values, fields } = node
  const own = rules.flatMap(({ rule, problem, messageProblem, usesOldSelf }, i) => {
    const where = `${path}.x-kubernetes-validations[${i}]`
    const uncorrelated = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${unrelated}`
    return [
      ...(problem ? [invalid(`${where}.rule`, shownRule(rule), problem)] : []),
      ...(messageProblem ? [invalid(`${where}.messageExpression`, shownRule(rule), messageProblem)] : []),
      ...(usesOldSelf && unrelated ? [invalid(`${where}.rule`, rule.rule, uncorrelated)] : []),
    ]
  })
  const below = (kind: string | undefined, wanted: string) =>
    unrelated ?? (kind === wanted ? undefined : path)
  const inMap = unrelated ?? (schema['x-kubernetes-map-type'] === 'atomic' ? path : undefined)
  return [
    ...own,
    ...(items ? ruleProblems(items, `${path}.items`, below(schema['x-kubernetes-list-type'], 'map')) : []),
    ...(values ? ruleProblems(values, `${path}.additionalProperties`, inMap) : []),
    ...[...fields].flatMap(([key, field]) => ruleProblems(field, `${path}.properties[${key}]`, inMap)),
  ]
}

function validateSubresources(subresources: Subresources | undefined, path: string): FieldError[] {
  const scale = subresources?.scale
  if (!scale) return []
  const {
    specReplicasPath: spec = '',
    statusReplicasPath: status = '',
    labelSelectorPath: selector = '',
  } = scale
  return [
    ...validateReplicasPath(spec, '.spec', `${path}.scale.specReplicasPath`),
    ...validateReplicasPath(status, '.status', `${path}.scale.statusReplicasPath`),
    ...(selector === '' ? [] : validateSelectorPath(selector, `${path}.scale.labelSelectorPath`)),
  ]
}

const simplePath = 'must be a simple json path starting with .'

function validateReplicasPath(text: string, under: string, path: string): FieldError[] {
  if (text === '') return [required(path)]
  if (!text.startsWith('.')) return [invalid(path, text, simplePath)]
  if (text.includes('[')) return [invalid(path, text, 'does not allow array notation')]
  return text.startsWith(`${under}.`) ? [] : [invalid(path, text, `should be a json path under ${under}`)]
}

function validateSelectorPath(text: string, path: string): FieldError[] {
  if (!text.startsWith('.')) return [invalid(path, text, simplePath)]
  return /^\.(spec|status)\./.test(text)
    ? []
    : [invalid(path, text, 'should be a json path under either .spec or .status')]
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']

const validateColumns = (
  { additionalPrinterColumns: columns }: DefinitionVersion,
  field: string,
): FieldError[] =>
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
      ...(jsonPath && !jsonPath.startsWith('.') ? [invalid(`${path}.JSONPath`, jsonPath, simplePath)] : []),
    ]
  })

const MAX_SELECTABLE = 8

function validateSelectable(
  { selectableFields = [], schema }: DefinitionVersion,
  field: string,
): FieldError[] {
  const root = schema?.openAPIV3Schema
  const seen = new Set<string>()
  const errors = selectableFields.flatMap(({ jsonPath = '' }, i) => {
    const path = `${field}[${i}].jsonPath`
    const twice = seen.has(jsonPath)
    seen.add(jsonPath)
    const wrong = root ? selectableError(jsonPath, root, path) : []
    return wrong.length ? wrong : twice ? [duplicate(path, jsonPath)] : []
  })
  return selectableFields.length > MAX_SELECTABLE
    ? [
        ...errors,
        {
          type: 'FieldValueTooMany',
          field,
          message: `Too many: ${selectableFields.length}: must have at most ${MAX_SELECTABLE} items`,
        },
      ]
    : errors
}

function selectableError(text: string, root: Schema, path: string): FieldError[] {
  if (text === '') return [required(path)]
  if (/^\.metadata(\.|$)/.test(text)) return [invalid(path, text, 'must not point to fields in metadata')]
  if (text.includes('[')) return [invalid(path, text, 'is an invalid path: array notation is not allowed')]
  const found = text.startsWith('.') ? fieldAt(root, text) : undefined
  if (!found) return [invalid(path, text, 'is an invalid path: does not refer to a valid field')]
  const known = ['string', 'boolean', 'integer']
  return known.includes(found.type ?? '')
    ? []
    : [
        invalid(
          path,
          text,
          'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
        ),
      ]
}

function goVersions(versions: readonly DefinitionVersion[] | undefined, common: Common): GoSyntax {
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
