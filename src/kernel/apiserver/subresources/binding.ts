import type { Pod } from 'kubernetes-types/core/v1'
import { goQuote } from '../../api/go-quote.ts'
import { notSupported, required, type FieldError } from '../../api/field-error.ts'
import type { JsonObject } from '../../api/objects.ts'
import { conflict, invalidObject, notFound, StatusError } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import type { HttpResponse } from '../../host/http.ts'
import { json } from '../answer.ts'
import { decodeStruct } from '../body.ts'
import type { ResourceCall } from '../call.ts'
import type { Outcome } from '../storage.ts'
import { DryRun } from '../store.ts'
import type { Task } from '../task.ts'
import { writeOptions } from '../write-options.ts'
import { ofCore, type Subresource } from './subresource.ts'

interface Binding {
  readonly metadata: {
    readonly name?: string
    readonly uid?: string
    readonly annotations?: Record<string, string>
  }
  readonly target?: { readonly kind?: string; readonly name?: string }
}

/** How a scheduler gives a pod its node (kubernetes: pkg/registry/core/pod/storage BindingREST). */
export const binding: Subresource = {
  name: 'binding',
  serves: ofCore('pods'),
  kind: { group: '', version: 'v1', kind: 'Binding' },
  handlers: { create: bind },
}

/** What a subresource answers that has nothing to show. */
export const success = (code: number): HttpResponse =>
  json(code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code })

function* bind(call: ResourceCall): Task<HttpResponse> {
  const { api, target, resource } = call
  const options = writeOptions(call, 'CreateOptions')
  const wanted = decodeStruct(call, 'core.v1.Binding', 'Binding') as unknown as Binding
  refuse(wanted, target.name)
  const key = resource.keyOf(target.namespace, target.name)
  try {
    yield* api.storage.update(resource.cache, key, (current): Outcome => {
      if (!current) throw new StatusError(notFound(resource.groupResource, target.name))
      const put = bound(current.object as unknown as Pod, wanted, api.os.clock)
      if (options.dryRun) throw new DryRun(put)
      return { put }
    })
  } catch (error) {
    if (!(error instanceof DryRun)) throw error
  }
  return success(201)
}

function bound(pod: Pod, { metadata, target }: Binding, now: number): JsonObject {
  const name = pod.metadata?.name ?? ''
  const refuse = (why: string) => new StatusError(conflict({ group: '', name: 'pods/binding' }, name, why))
  if (metadata.uid && metadata.uid !== pod.metadata?.uid)
    throw refuse(
      `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${pod.metadata?.uid}`,
    )
  if (pod.metadata?.deletionTimestamp)
    throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`)
  if (pod.spec?.nodeName)
    throw refuse(`pod ${name} is already assigned to node ${goQuote(pod.spec.nodeName)}`)
  const gates = (pod.spec as { schedulingGates?: readonly unknown[] } | undefined)?.schedulingGates
  if (gates?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`)
  const annotations = { ...pod.metadata?.annotations, ...metadata.annotations }
  return {
    ...pod,
    metadata: { ...pod.metadata, ...(Object.keys(annotations).length ? { annotations } : {}) },
    spec: { ...pod.spec, nodeName: target?.name },
    status: { ...pod.status, conditions: scheduled(pod.status?.conditions ?? [], now) },
  } as unknown as JsonObject
}

type Conditions = NonNullable<NonNullable<Pod['status']>['conditions']>

/** kubernetes: pkg/api/v1/pod UpdatePodCondition. */
function scheduled(conditions: Conditions, now: number): unknown[] {
  const before = conditions.find(({ type }) => type === 'PodScheduled')
  const condition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: before?.status === 'True' ? before.lastTransitionTime : formatTime(now),
  }
  if (!before) return [...conditions, condition]
  return conditions.map((one) => (one === before ? condition : one))
}

/** kubernetes: pkg/apis/core/validation ValidatePodBinding. */
function refuse({ target, metadata }: Binding, name: string): void {
  const errors: FieldError[] = []
  if (target?.kind && target.kind !== 'Node')
    errors.push(notSupported('target.kind', target.kind, ['Node', '<empty>']))
  if (!target?.name) errors.push(required('target.name'))
  if (errors.length)
    throw new StatusError(invalidObject({ group: '', name: 'Binding' }, metadata.name ?? name, errors))
}
