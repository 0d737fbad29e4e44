import { UserError } from '../../api/user-error.ts'
import { PlainError } from '../errors.ts'
import { array, bool, text, type FlagSpec } from '../flag-spec.ts'
import { readFile } from '../files.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { customColumnsPrinter } from './custom-columns.ts'
import { goTemplatePrinter } from './go-template.ts'
import { jsonPrinter } from './json.ts'
import { jsonPathPrinter } from './jsonpath.ts'
import { namePrinter } from './name.ts'
import type { Printer } from './printer.ts'
import { yamlPrinter } from './yaml.ts'

/** -o and what belongs to it (cli-runtime: PrintFlags). */
export const printFlags: readonly FlagSpec[] = [
  text(
    'output',
    `Output format. One of: (json, yaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).`,
    { short: 'o' },
  ),
  text(
    'template',
    'Template string or path to template file to use when -o=go-template, -o=go-template-file. The template format is golang templates [http://golang.org/pkg/text/template/#pkg-overview].',
  ),
  bool(
    'allow-missing-template-keys',
    'If true, ignore any errors in templates when a field or map key is missing in the template. Only applies to golang and jsonpath output formats.',
    { initial: 'true' },
  ),
  bool(
    'show-managed-fields',
    'If true, keep the managedFields when printing objects in JSON or YAML format.',
  ),
]

/** -o of `get`, which knows more formats. */
export const getPrintFlags: readonly FlagSpec[] = [
  ...printFlags.map((flag) =>
    flag.name === 'output'
      ? text(
          'output',
          'Output format. One of: (json, yaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide). See custom columns [https://kubernetes.io/docs/reference/kubectl/#custom-columns], golang template [http://golang.org/pkg/text/template/#pkg-overview] and jsonpath template [https://kubernetes.io/docs/reference/kubectl/jsonpath/].',
          { short: 'o' },
        )
      : flag,
  ),
  bool(
    'no-headers',
    "When using the default or custom-column output format, don't print headers (default print headers).",
  ),
  bool('show-labels', 'When printing, show all labels as the last column (default hide labels column)'),
  bool('show-kind', 'If present, list the resource type for the requested object(s).'),
  array(
    'label-columns',
    'Accepts a comma separated list of labels that are going to be presented as columns. Names are case-sensitive. You can also use multiple flag options like -L label1 -L label2...',
    { short: 'L', type: 'strings' } as Partial<FlagSpec>,
  ),
  text(
    'sort-by',
    "If non-empty, sort list types using this field specification. The field specification is expressed as a JSONPath expression (e.g. '{.metadata.name}'). The field in the API resource specified by this JSONPath expression must be an integer or a string.",
  ),
]

const plainFormats = [
  'go-template',
  'go-template-file',
  'json',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'name',
  'template',
  'templatefile',
  'yaml',
]
const getFormats = ['custom-columns', 'custom-columns-file', ...plainFormats.slice(0, -1), 'wide', 'yaml']

/** The printer that -o asks for; without -o names, each with what was done (cli-runtime: PrintFlags.ToPrinter). */
export function printerFor(kubectl: Kubectl, operation: string): Printer {
  const { flags } = kubectl
  const format = flags.string('output') || (flags.string('template') ? 'go-template' : '')
  if (format === '') return namePrinter(operation)
  return formatPrinter(kubectl, format, operation) ?? unknownFormat(format, plainFormats)
}

/** The same for `get`: undefined when a table is wanted. */
export function getPrinterFor(kubectl: Kubectl): Printer | undefined {
  const { flags } = kubectl
  const format = flags.string('output') || (flags.string('template') ? 'go-template' : '')
  if (format === '' || format === 'wide') return undefined
  const [, kind = '', spec = ''] = /^(custom-columns(?:-file)?)(?:=(.*))?$/s.exec(format) ?? []
  if (kind) {
    const columns = kind === 'custom-columns-file' && spec ? readFile(kubectl.os, spec) : spec
    return customColumnsPrinter(columns, kind === 'custom-columns-file', flags.bool('no-headers'))
  }
  return formatPrinter(kubectl, format, '') ?? unknownFormat(format, getFormats)
}

function unknownFormat(format: string, allowed: readonly string[]): never {
  throw new UserError(
    `unable to match a printer suitable for the output format ${JSON.stringify(format)}, allowed formats are: ${allowed.join(',')}`,
  )
}

function formatPrinter(kubectl: Kubectl, format: string, operation: string): Printer | undefined {
  const keep = kubectl.flags.bool('show-managed-fields')
  switch (format.toLowerCase()) {
    case 'json':
      return withoutManagedFields(jsonPrinter(), keep)
    case 'yaml':
      return withoutManagedFields(yamlPrinter(), keep)
    case 'name':
      return namePrinter(operation, true)
  }
  return templatePrinter(kubectl, format)
}

function templatePrinter(kubectl: Kubectl, format: string): Printer | undefined {
  const { flags } = kubectl
  const equals = format.indexOf('=')
  const kind = equals < 0 ? format : format.slice(0, equals)
  if (
    !/^(go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file)$/.test(
      kind,
    )
  )
    return undefined
  const given = equals < 0 ? flags.string('template') : format.slice(equals + 1)
  if (!given) throw new UserError('template format specified but no template given')
  const source = kind.endsWith('file') ? templateFile(kubectl, given) : given
  const allowMissing = flags.find('allow-missing-template-keys')
    ? flags.bool('allow-missing-template-keys')
    : true
  return kind.startsWith('jsonpath')
    ? jsonPathPrinter(source, allowMissing, kind === 'jsonpath-as-json')
    : goTemplatePrinter(source, allowMissing)
}

function templateFile(kubectl: Kubectl, path: string): string {
  try {
    return readFile(kubectl.os, path)
  } catch (error) {
    throw new UserError(`error reading --template ${path}, ${(error as Error).message}\n`)
  }
}

/** managedFields only when they are asked for (cli-runtime: OmitManagedFieldsPrinter). */
const withoutManagedFields = (printer: Printer, keep: boolean): Printer =>
  keep ? printer : { print: (object) => printer.print(omitManagedFields(object)) }

export function omitManagedFields(object: KubeLike): KubeLike {
  const { items } = object as { readonly items?: readonly KubeLike[] }
  const stripped = Array.isArray(items)
    ? { ...object, items: items.map((item) => omitManagedFields(item)) }
    : object
  if (!stripped.metadata || !('managedFields' in stripped.metadata)) return stripped as KubeLike
  const { managedFields: _, ...metadata } = stripped.metadata
  return { ...stripped, metadata } as KubeLike
}

/** For commands that refuse formats themselves. */
export const plain = (message: string): PlainError => new PlainError(message)
