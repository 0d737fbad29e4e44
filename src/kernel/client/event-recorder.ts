import type { Event, ObjectReference } from 'kubernetes-types/core/v1'
import type { KubeObject, Stored } from '../api/objects.ts'
import { formatTime } from '../api/time.ts'
import type { Os } from '../host/program.ts'
import type { ApiClient, ApiOutcome } from './api-client.ts'
import { EventCorrelator } from './event-correlator.ts'
import type { ResourceType } from './resource.ts'
import type { Target } from './writes.ts'

const events: ResourceType = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true }

const MAX_QUEUED = 1000
const MAX_TRIES = 12
const TRY_AGAIN_MS = 10_000

/**
 * Tells the API server what happened to objects, as Events (client-go: tools/record). Similar ones become one with a count;
 * a source that says too much about one object is not heard.
 */
export class EventRecorder {
  readonly #os: Os
  readonly #client: ApiClient
  readonly #source: { readonly component: string; readonly host?: string }
  readonly #correlator: EventCorrelator
  #queue: Event[] = []
  #busy = false
  #lastNanos = 0n

  constructor(os: Os, client: ApiClient, source: { readonly component: string; readonly host?: string }) {
    this.#os = os
    this.#client = client
    this.#source = source
    this.#correlator = new EventCorrelator(os)
  }

  /** `fieldPath` says which part, e.g. `spec.containers{web}`. */
  event(
    about: Target,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    fieldPath?: string,
  ): void {
    this.eventAbout(referenceTo(about, fieldPath), type, reason, message)
  }

  /** The same for a reference, e.g. a node whose uid is its name as kubelets have it. */
  eventAbout(
    involvedObject: ObjectReference,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    annotations?: Record<string, string>,
  ): void {
    if (this.#queue.length >= MAX_QUEUED) return
    const event = this.#make(involvedObject, type, reason, message)
    this.#queue.push(annotations ? { ...event, metadata: { ...event.metadata, annotations } } : event)
    if (!this.#busy) this.#next()
  }

  #make(involvedObject: ObjectReference, type: string, reason: string, message: string): Event {
    const time = formatTime(this.#os.clock)
    const { component, host } = this.#source
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `${involvedObject.name}.${this.#nanos().toString(16)}`,
        namespace: involvedObject.namespace || 'default',
      },
      involvedObject,
      reason,
      message,
      source: { component, ...(host ? { host } : {}) },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      type,
      reportingComponent: component,
      reportingInstance: host ?? '',
    }
  }

  /** The clock has milliseconds; names must differ, so the rest is drawn. */
  #nanos(): bigint {
    const drawn =
      BigInt(Math.floor(this.#os.clock)) * 1_000_000n + BigInt(Math.floor(this.#os.random() * 1e6))
    this.#lastNanos = drawn > this.#lastNanos ? drawn : this.#lastNanos + 1n
    return this.#lastNanos
  }

  #next(): void {
    for (let event = this.#queue.shift(); event; event = this.#queue.shift()) {
      const { event: wanted, patch, skip } = this.#correlator.correlate(event)
      if (skip) continue
      this.#busy = true
      this.#send(wanted, patch, 1)
      return
    }
    this.#busy = false
  }

  #send(event: Event, patch: object | undefined, tries: number): void {
    const { namespace, name = '' } = event.metadata
    const done = (outcome: ApiOutcome) => this.#answered(event, patch, tries, outcome)
    if (patch) this.#client.patch(events, { namespace, name }, 'strategic', patch, done)
    else this.#client.create(events, event as KubeObject, done)
  }

  #answered(event: Event, patch: object | undefined, tries: number, outcome: ApiOutcome): void {
    if (outcome.error) {
      if (tries >= MAX_TRIES) this.#next()
      else
        this.#os.after(Math.round(TRY_AGAIN_MS * (tries === 1 ? this.#os.random() : 1)), () =>
          this.#send(event, patch, tries + 1),
        )
    } else if (patch && outcome.status === 404) this.#send(event, undefined, tries)
    else {
      if (outcome.status < 300) this.#correlator.stored(outcome.body as Stored<Event>)
      this.#next()
    }
  }
}

/** client-go: tools/reference GetReference. */
export const referenceTo = ({ apiVersion, kind, metadata }: Target, fieldPath?: string): ObjectReference => ({
  kind,
  ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
  name: metadata.name,
  ...(metadata.uid ? { uid: metadata.uid } : {}),
  apiVersion,
  ...(metadata.resourceVersion ? { resourceVersion: metadata.resourceVersion } : {}),
  ...(fieldPath ? { fieldPath } : {}),
})
