import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import type { Result } from '../selection.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { isNotFound, throwAll, PlainError, UsageError } from '../errors.ts'
import { bool, text } from '../flag-spec.ts'
import type { Info } from '../info.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { kindName } from '../mapper.ts'
import { getPrintFlags, getPrinterFor } from '../printers/output.ts'
import type { Printer } from '../printers/printer.ts'
import { localTable } from '../printers/local-table.ts'
import { isTable, TablePrinter, type Table } from '../printers/table.ts'
import { sortTables, sortObjects } from '../sorter.ts'
import { TextTable } from '../text-table.ts'
import { watchObjects } from './get-watch.ts'
import {
  allNamespacesFlag,
  chunkSizeFlag,
  fieldSelectorFlag,
  filenameFlags,
  selectorFlag,
} from './shared-flags.ts'

export const get: Command = {
  use: 'get [(-o|--output=)json|yaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]',
  short: 'Display one or many resources',
  long: 'Display one or many resources.\n\n Prints a table of the most important information about the specified resources. You can filter the list using a label selector and the --selector flag. Uninitialized objects are not shown. Use "kubectl api-resources" for a complete list of supported resources.',
  example: `  # List all pods in ps output format
  kubectl get pods

  # List a single replication controller with specified NAME in ps output format
  kubectl get replicationcontroller web

  # List one or more resources by their type and names
  kubectl get rc/web service/frontend pods/web-pod-13je7

  # Return only the phase value of the specified pod
  kubectl get -o template pod/web-pod-13je7 --template={{.status.phase}}`,
  group: 'Basic Commands (Intermediate)',
  flags: [
    ...getPrintFlags,
    ...filenameFlags('identifying the resource to get from a server.'),
    allNamespacesFlag,
    selectorFlag,
    fieldSelectorFlag,
    chunkSizeFlag,
    bool('watch', 'After listing/getting the requested object, watch for changes.', { short: 'w' }),
    bool('watch-only', 'Watch for changes to the requested object(s), without listing/getting first.'),
    bool(
      'output-watch-events',
      'Output watch event objects when --watch or --watch-only is used. Existing objects are output as initial ADDED events.',
    ),
    bool(
      'ignore-not-found',
      'If set to true, suppresses NotFound error for specific objects that do not exist. Using this flag with commands that query for collections of resources has no effect when no resources are found.',
    ),
    bool(
      'server-print',
      'If true, have the server return the appropriate table output. Supports extension APIs and CRDs.',
      { initial: 'true' },
    ),
    text('raw', 'Raw URI to request from the server.  Uses the transport specified by the kubeconfig file.'),
    text('subresource', 'If specified, gets the subresource of the requested object.'),
  ],
  *run(kubectl, args) {
    if (kubectl.flags.string('raw')) return yield* raw(kubectl, args)
    checkArguments(kubectl, args)
    const printer = getPrinterFor(kubectl)
    if (kubectl.flags.bool('watch') || kubectl.flags.bool('watch-only'))
      return yield* watchObjects(kubectl, args, printer)
    const result = yield* select(kubectl, getSelection(kubectl, args, printer === undefined))
    if (printer) yield* printGeneric(kubectl, result, printer)
    else yield* printTables(kubectl, result)
    return 0
  },
}

function* raw(kubectl: Kubectl, args: readonly string[]): Sys<number> {
  if (args.length || kubectl.flags.list('filename').length)
    throw new UsageError('arguments may not be passed when --raw is specified')
  const { body } = yield* kubectl.api.exchange({
    path: kubectl.flags.string('raw'),
    raw: true,
    accept: 'application/json, */*',
  })
  yield* kubectl.out(typeof body === 'string' ? body : `${JSON.stringify(body)}\n`)
  return 0
}

function checkArguments(kubectl: Kubectl, args: readonly string[]): void {
  const { flags } = kubectl
  if (flags.bool('output-watch-events') && !flags.bool('watch') && !flags.bool('watch-only'))
    throw new UsageError('--output-watch-events option can only be used with --watch or --watch-only')
  if (flags.bool('show-labels') && flags.string('output') && flags.string('output') !== 'wide')
    throw new UserError(`--show-labels option cannot be used with ${flags.string('output')} printer`)
  if (!args.length && !flags.list('filename').length && !flags.string('kustomize'))
    throw new PlainError(
      `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "${kubectl.path.split(' ')[0]} explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee '${kubectl.path} -h' for help and examples`,
    )
}

export const tableAccept =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'

export function getSelection({ flags }: Kubectl, args: readonly string[], table: boolean) {
  const sortBy = flags.string('sort-by')
  const request =
    table && flags.bool('server-print')
      ? { accept: tableAccept, ...(sortBy ? { query: { includeObject: 'Object' } } : {}) }
      : undefined
  return {
    args,
    filenames: flags.list('filename'),
    kustomization: flags.string('kustomize') || undefined,
    recursive: flags.bool('recursive'),
    enforceNamespace: flags.changed('namespace') && !flags.bool('all-namespaces'),
    allNamespaces: flags.bool('all-namespaces'),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    subresource: flags.string('subresource'),
    chunkSize: sortBy ? 0 : flags.int('chunk-size'),
    emptySelectsAll: true,
    continueOnError: true,
    latest: true,
    request,
  }
}

/** Infos and errors apart; NotFound is none with --ignore-not-found. */
function* gather(kubectl: Kubectl, result: Result): Sys<{ infos: Info[]; errors: Error[] }> {
  const { infos, errors } = yield* result.partial()
  const told = kubectl.flags.bool('ignore-not-found') ? errors.filter((one) => !isNotFound(one)) : errors
  return { infos, errors: told }
}

function* printGeneric(kubectl: Kubectl, result: Result, printer: Printer): Sys<void> {
  const { infos, errors } = yield* gather(kubectl, result)
  if (!infos.length && kubectl.flags.bool('ignore-not-found')) return throwAll(errors)
  if (!infos.length && errors.length) return throwAll(errors)
  const objects = sortObjects(
    kubectl.flags.string('sort-by'),
    infos.map(({ object }) => object as KubeLike),
  )
  const single = result.single && objects.length === 1 ? objects[0] : undefined
  const shown =
    single ??
    ({
      apiVersion: 'v1',
      items: objects,
      kind: 'List',
      metadata: { resourceVersion: '' },
    } as unknown as KubeLike)
  yield* kubectl.out(printer.print(shown))
  throwAll(errors)
}

function* printTables(kubectl: Kubectl, result: Result): Sys<void> {
  const { flags } = kubectl
  const { infos, errors } = yield* gather(kubectl, result)
  const withKind = flags.bool('show-kind') || new Set(infos.map(({ mapping }) => mapping)).size > 1
  const out: string[] = []
  for (const group of groupsOf(infos)) {
    const [{ mapping }] = group as [Info]
    const printer = tablePrinterFor(kubectl, mapping.namespaced, withKind ? kindName(mapping) : undefined)
    const tables = sortTables(flags.string('sort-by'), tablesOf(kubectl, group))
    const text = tables.map((table) => printer.print(table)).join('')
    if (text) out.push(text)
  }
  yield* kubectl.out(out.join('\n'))
  if (!out.length && !errors.length && !flags.bool('ignore-not-found'))
    yield* kubectl.err(nothingFound(kubectl, infos))
  throwAll(errors)
}

function nothingFound(kubectl: Kubectl, infos: readonly Info[]): string {
  const namespaced = !kubectl.flags.bool('all-namespaces') && infos.every(({ mapping }) => mapping.namespaced)
  return namespaced ? `No resources found in ${kubectl.namespace} namespace.\n` : 'No resources found\n'
}

/** Infos of the same kind that follow each other share a printer. */
function groupsOf(infos: readonly Info[]): Info[][] {
  const groups: Info[][] = []
  for (const info of infos) {
    const last = groups.at(-1)
    if (last?.[0]?.mapping === info.mapping) last.push(info)
    else groups.push([info])
  }
  return groups
}

/** The tables of the infos; objects that the server did not put into one get columns of their own. */
export function tablesOf(kubectl: Kubectl, infos: readonly Info[]): Table[] {
  const tables: Table[] = []
  const loose: JsonObject[] = []
  for (const { object } of infos) {
    if (isTable(object)) tables.push(object)
    else if (object) loose.push(object)
  }
  if (loose.length) tables.push(localTable(loose, kubectl.os.clock))
  return tables
}

export function tablePrinterFor(
  { flags }: Kubectl,
  namespaced: boolean,
  kind: string | undefined,
  text = new TextTable(),
): TablePrinter {
  return new TablePrinter(
    {
      noHeaders: flags.bool('no-headers'),
      wide: flags.string('output') === 'wide',
      withNamespace: flags.bool('all-namespaces') && namespaced,
      kind,
      showLabels: flags.bool('show-labels'),
      columnLabels: flags.list('label-columns'),
    },
    text,
  )
}
