import type { JsonObject } from '../../api/objects.ts'
import type { Status } from '../../api/status.ts'
import { StatusError } from '../../api/status.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Info } from '../info.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { localTable } from '../printers/local-table.ts'
import type { Printer } from '../printers/printer.ts'
import { isTable, type Table } from '../printers/table.ts'
import { getSelection, tableAccept, tablePrinterFor } from './get.ts'

/** `get -w`: what there is, and then every change until somebody stops it (kubectl get: watch). */
export function* watchObjects(
  kubectl: Kubectl,
  args: readonly string[],
  printer: Printer | undefined,
): Sys<number> {
  const { flags } = kubectl
  const selection = {
    ...getSelection(kubectl, args, printer === undefined),
    continueOnError: false,
    singleType: true,
    flatten: false,
  }
  const result = yield* select(kubectl, { ...selection, bare: flags.bool('watch-only') && args.length > 0 })
  const infos = yield* result.infos()
  const pages = new Set(infos.map((info) => info.path()))
  if (pages.size > 1 || !infos.length)
    throw new UserError(
      `watch is only supported on individual resources and resource collections - ${infos.length} resources were found`,
    )
  const info = infos[0] as Info
  const show = shower(kubectl, info, printer)
  if (!flags.bool('watch-only'))
    for (const one of infos) yield* kubectl.out(first(one.object as KubeLike, printer, show))
  const metadata = (infos.at(-1)?.metadata ?? {}) as { resourceVersion?: string }
  yield* follow(kubectl, info, metadata.resourceVersion, printer === undefined, show)
  return 0
}

type Show = (type: string, object: KubeLike) => string

function first(object: KubeLike, printer: Printer | undefined, show: Show): string {
  const { items } = object as { readonly items?: readonly KubeLike[] }
  if (!printer || !Array.isArray(items)) return show('ADDED', object)
  const kind = (object.kind ?? '').replace(/List$/, '')
  return items
    .map((item) => show('ADDED', { apiVersion: object.apiVersion, kind, ...item } as KubeLike))
    .join('')
}

function shower(kubectl: Kubectl, { mapping }: Info, printer: Printer | undefined): Show {
  const { flags } = kubectl
  const events = flags.bool('output-watch-events')
  if (printer)
    return (type, object) => printer.print(events ? ({ type, object } as unknown as KubeLike) : object)
  const kind = flags.bool('show-kind') ? mapping.kind.toLowerCase() : undefined
  const table = tablePrinterFor(kubectl, mapping.namespaced, kind)
  return (type, object) => table.print(asTable(kubectl, object), events ? type : undefined)
}

const asTable = (kubectl: Kubectl, object: KubeLike): Table => {
  if (isTable(object)) return object
  const { items } = object as { readonly items?: readonly JsonObject[] }
  return localTable(items ?? [object], kubectl.os.clock)
}

function* follow(
  kubectl: Kubectl,
  info: Info,
  resourceVersion: string | undefined,
  table: boolean,
  show: Show,
): Sys<void> {
  const { flags } = kubectl
  const fieldSelector = info.name ? `metadata.name=${info.name}` : flags.string('field-selector') || undefined
  const stream = yield* kubectl.api.open({
    path: info.path(''),
    query: {
      fieldSelector,
      labelSelector: flags.string('selector') || undefined,
      resourceVersion,
      watch: true,
    },
    ...(table && flags.bool('server-print') ? { accept: tableAccept } : {}),
  })
  for (;;) {
    const next = yield* stream.next()
    if (next === 'timeout')
      throw new UserError(
        `an error on the server ("unable to decode an event from the watch stream: context deadline exceeded") has prevented the request from succeeding`,
      )
    if (next === 'ended') return
    const { type, object } = next.data as { type: string; object: KubeLike }
    if (type === 'BOOKMARK') continue
    if (type === 'ERROR') throw new StatusError(object as unknown as Status)
    yield* kubectl.out(show(type, object))
  }
}
