import type { Event } from 'kubernetes-types/core/v1'
import { parseTime } from '../api/time.ts'
import type { Os } from '../host/program.ts'
import { RateLimiter } from './rate-limiter.ts'

// client-go: tools/record/events_cache.go

const MAX_ENTRIES = 4096
/** This many different messages of one reason within the interval are combined. */
const MAX_SIMILAR = 10
const SIMILAR_INTERVAL_MS = 600_000
const SPAM_BURST = 25
const SPAM_QPS = 1 / 300

export interface Correlated {
  readonly event: Event
  /** Change the stored event instead of making a new one. */
  readonly patch?: object
  /** The source has said too much about the object. */
  readonly skip: boolean
}

interface Similar {
  messages: Set<string>
  lastMs: number
}

interface Seen {
  count: number
  name: string
  firstTimestamp: string | undefined
}

/** Finds out whether an event is news, the same again, one of many similar ones, or spam. */
export class EventCorrelator {
  readonly #os: Pick<Os, 'now' | 'after'>
  #similar = new Map<string, Similar>()
  #seen = new Map<string, Seen>()
  #buckets = new Map<string, RateLimiter>()

  constructor(os: Pick<Os, 'now' | 'after'>) {
    this.#os = os
  }

  correlate(event: Event): Correlated {
    const { event: combined, key } = this.#combine(event)
    const seen = this.#seen.get(key)
    const observed = seen
      ? { ...combined, count: seen.count + 1, firstTimestamp: seen.firstTimestamp }
      : combined
    const named = seen ? { ...observed, metadata: { ...observed.metadata, name: seen.name } } : observed
    remember(this.#seen, key, {
      count: named.count ?? 1,
      name: named.metadata.name ?? '',
      firstTimestamp: named.firstTimestamp as string | undefined,
    })
    const patch = seen && { count: named.count, lastTimestamp: named.lastTimestamp, message: named.message }
    return { event: named, patch, skip: !this.#bucket(event).tryTake() }
  }

  /** What the API server has now: its count and name are the truth. */
  stored(event: Event): void {
    const key = eventKey(event)
    const seen = this.#seen.get(key)
    if (!seen) return
    seen.count = event.count ?? 1
    seen.name = event.metadata.name ?? ''
  }

  #combine(event: Event): { event: Event; key: string } {
    const key = aggregateKey(event)
    const lastMs = parseTime(event.lastTimestamp as unknown as string) ?? 0
    const known = this.#similar.get(key)
    const similar =
      known && lastMs - known.lastMs <= SIMILAR_INTERVAL_MS ? known : { messages: new Set<string>(), lastMs }
    similar.messages.add(event.message ?? '')
    similar.lastMs = lastMs
    remember(this.#similar, key, similar)
    if (similar.messages.size < MAX_SIMILAR) return { event, key: eventKey(event) }
    const [oldest] = similar.messages
    similar.messages.delete(oldest)
    return { event: { ...event, message: `(combined from similar events): ${event.message}` }, key }
  }

  #bucket(event: Event): RateLimiter {
    const key = spamKey(event)
    const bucket = this.#buckets.get(key) ?? new RateLimiter(this.#os, SPAM_QPS, SPAM_BURST)
    remember(this.#buckets, key, bucket)
    return bucket
  }
}

function spamKey({ source, involvedObject: about }: Event): string {
  return [
    source?.component,
    source?.host,
    about.kind,
    about.namespace,
    about.name,
    about.uid,
    about.apiVersion,
  ].join()
}

const aggregateKey = (event: Event): string =>
  [spamKey(event), event.type, event.reason, event.reportingComponent, event.reportingInstance].join()

const eventKey = (event: Event): string =>
  [spamKey(event), event.involvedObject.fieldPath, event.type, event.reason, event.message].join()

/** Keep the most recently used. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > MAX_ENTRIES) for (const oldest of map.keys()) return void map.delete(oldest)
}
