import { typed } from '../typed.ts'
import type { Event } from 'kubernetes-types/core/v1'
import type { JsonObject } from '../../api/objects.ts'
import { parseTime } from '../../api/time.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { eventAge } from '../describe/events.ts'
import type { Command } from '../command.ts'
import { plainly } from '../errors.ts'
import { bool, list, text } from '../flag-spec.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { apiVersionOf } from '../mapper.ts'
import { printerFor, printFlags } from '../printers/output.ts'
import { TextTable } from '../text-table.ts'
import { allNamespacesFlag, chunkSizeFlag } from './shared-flags.ts'

export const events: Command = {
  use: 'events [(-o|--output=)json|yaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  short: 'List events',
  long: 'Display events.\n\n Prints a table of the most important information about events. You can request events for a namespace, for all namespace, or filtered to only those pertaining to a specified resource.',
  group: 'Troubleshooting and Debugging Commands',
  flags: [
    ...printFlags,
    text('for', 'Filter events to only those pertaining to the specified resource.'),
    bool('watch', 'After listing the requested events, watch for more events.', { short: 'w' }),
    list('types', 'Output only events of given types.'),
    bool('no-headers', "When using the default output format, don't print headers."),
    allNamespacesFlag,
    chunkSizeFlag,
  ],
  *run(kubectl) {
    const { flags } = kubectl
    for (const type of flags.list('types'))
      if (!/^(normal|warning)$/i.test(type)) throw new UserError(`valid --types are Normal or Warning`)
    const namespace = flags.bool('all-namespaces') ? '' : kubectl.namespace
    const path = namespace ? `/api/v1/namespaces/${namespace}/events` : '/api/v1/events'
    const query = { fieldSelector: yield* selectorFor(kubectl), limit: flags.int('chunk-size') || undefined }
    if (flags.bool('watch')) return yield* watch(kubectl, path, query)
    const answer = yield* kubectl.api.call({ path, query })
    const found = wanted(kubectl, typed<{ items?: Event[] }>(answer).items ?? [])
    if (!found.length) {
      yield* kubectl.err(namespace ? `No events found in ${namespace} namespace.\n` : 'No events found.\n')
      return 0
    }
    yield* kubectl.out(
      flags.string('output') ? asObjects(kubectl, answer, found) : new EventTable(kubectl).print(found),
    )
    return 0
  },
}

function asObjects(kubectl: Kubectl, answer: JsonObject, found: readonly Event[]): string {
  const items = found.map((event) => ({ apiVersion: 'v1', kind: 'Event', ...(event as object) }))
  return printerFor(kubectl, '').print({
    apiVersion: 'v1',
    items,
    kind: 'EventList',
    metadata: answer['metadata'] ?? {},
  } as unknown as KubeLike)
}

function* selectorFor(kubectl: Kubectl): Sys<string | undefined> {
  const target = kubectl.flags.string('for')
  if (!target) return undefined
  const [type = '', name] = target.split('/')
  if (!name) throw new UserError('--for must be in resource/name form')
  const mapper = yield* kubectl.mapper()
  const resource = plainly(() => mapper.named(type))
  return `involvedObject.kind=${resource.kind},involvedObject.apiVersion=${apiVersionOf(resource)},involvedObject.name=${name}`
}

/** When it was last seen. */
const seen = ({ series, lastTimestamp, firstTimestamp, eventTime }: Event): number =>
  parseTime(String(series?.lastObservedTime ?? lastTimestamp ?? firstTimestamp ?? eventTime ?? '')) ?? 0

function wanted({ flags }: Kubectl, all: readonly Event[]): Event[] {
  const types = flags.list('types').map((type) => type.toLowerCase())
  return all
    .filter(({ type }) => !types.length || types.includes(String(type).toLowerCase()))
    .sort((a, b) => seen(a) - seen(b))
}

class EventTable {
  readonly #kubectl: Kubectl
  readonly #text = new TextTable()
  #headed: boolean

  constructor(kubectl: Kubectl) {
    this.#kubectl = kubectl
    this.#headed = kubectl.flags.bool('no-headers')
  }

  print(events: readonly Event[]): string {
    const { flags, os } = this.#kubectl
    const namespaced = flags.bool('all-namespaces')
    const head = [...(namespaced ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']
    const rows = events.map((event) => [
      ...(namespaced ? [event.metadata.namespace ?? ''] : []),
      eventAge(event, os.clock),
      event.type ?? '',
      event.reason ?? '',
      `${event.involvedObject.kind}/${event.involvedObject.name}`,
      (event.message ?? '').trim(),
    ])
    const shown = this.#headed ? rows : [head, ...rows]
    this.#headed = true
    return this.#text.print(shown)
  }
}

function* watch(
  kubectl: Kubectl,
  path: string,
  query: { fieldSelector: string | undefined; limit: number | undefined },
): Sys<number> {
  const table = new EventTable(kubectl)
  const stream = yield* kubectl.api.open({ path, query: { ...query, watch: true } })
  for (let next = yield* stream.next(); typeof next === 'object'; next = yield* stream.next()) {
    const { type, object } = next.data as { type: string; object?: Event }
    if (!object) continue
    const shown = type === 'DELETED' || type === 'BOOKMARK' ? [] : wanted(kubectl, [object])
    if (shown.length)
      yield* kubectl.out(
        kubectl.flags.string('output')
          ? printerFor(kubectl, '').print(object as unknown as KubeLike)
          : table.print(shown),
      )
  }
  return 0
}
