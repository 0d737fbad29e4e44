import type { JsonObject } from '../api/objects.ts'
import { StatusError } from '../api/status.ts'
import type { Status } from '../api/status.ts'
import type { Sys } from '../host/sys.ts'
import { sleep } from '../host/sys.ts'
import { hasReason } from './errors.ts'
import type { Info } from './info.ts'
import type { KubeLike } from './kubectl.ts'

export interface ObjectEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: KubeLike
}

/**
 * Follow one object until `check` says that it is as wanted, or time is up: list it, then watch, again and again
 * (client-go: watchtools.UntilWithSync). `check` is first given nothing when the object is not there.
 */
export function* waitUntil(
  info: Info,
  timeoutMs: number,
  check: (event: ObjectEvent | undefined) => boolean,
): Sys<'done' | 'timeout'> {
  const { os, api } = info.kubectl
  const deadline = os.now + timeoutMs
  const fieldSelector = `metadata.name=${info.name}`
  for (;;) {
    const list = yield* api.call({
      path: info.path(''),
      query: { fieldSelector, limit: 500, resourceVersion: 0 },
    })
    const items = (list['items'] ?? []) as readonly KubeLike[]
    const [found] = items
    if (check(found && { type: 'ADDED', object: found })) return 'done'
    const left = deadline - os.now
    if (left <= 0) return 'timeout'
    const resourceVersion = ((list['metadata'] ?? {}) as JsonObject)['resourceVersion'] as string | undefined
    const outcome = yield* follow(info, { fieldSelector, resourceVersion }, left, check)
    if (outcome !== 'again') return outcome
    // client-go: RetryWatcher waits a second before it begins again.
    yield* sleep(1000)
  }
}

function* follow(
  info: Info,
  query: { fieldSelector: string; resourceVersion: string | undefined },
  timeoutMs: number,
  check: (event: ObjectEvent) => boolean,
): Sys<'done' | 'timeout' | 'again'> {
  const { os, api } = info.kubectl
  const timeoutSeconds = 300 + Math.floor(os.random() * 300)
  const stream = yield* api.open({
    path: info.path(''),
    query: { allowWatchBookmarks: true, ...query, timeoutSeconds, watch: true },
    timeoutMs,
  })
  try {
    for (;;) {
      const next = yield* stream.next()
      if (next === 'timeout') return 'timeout'
      if (next === 'ended') return 'again'
      const event = next.data as
        | ObjectEvent
        | { readonly type: 'BOOKMARK' | 'ERROR'; readonly object: unknown }
      if (event.type === 'BOOKMARK') continue
      if (event.type === 'ERROR') {
        const error = new StatusError(event.object as Status)
        if (hasReason(error, 'Expired') || hasReason(error, 'Gone')) return 'again'
        throw error
      }
      if (check(event as ObjectEvent)) return 'done'
    }
  } finally {
    stream.cancel()
  }
}
