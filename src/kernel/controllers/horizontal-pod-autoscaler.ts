import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerStatus,
  MetricSpec,
} from 'kubernetes-types/autoscaling/v2'
import { kinds } from '../api/kinds/index.ts'
import { goQuote } from '../api/go-quote.ts'
import { groupVersionOf, keyOf, type KubeObject, type Stored } from '../api/objects.ts'
import { formatTime } from '../api/time.ts'
import { controller, type Controller, type Look } from '../client/controller.ts'
import { objectPath } from '../client/resource.ts'
import {
  attempt,
  event,
  request,
  updateStatus,
  WriteError,
  type Writes,
  type WriteResult,
} from '../client/writes.ts'
import type { ControllerOptions } from './options.ts'
import { semanticEqual } from './semantic-equal.ts'

type Autoscaler = Stored<HorizontalPodAutoscaler>

interface Scale extends KubeObject {
  readonly spec?: { readonly replicas?: number }
  readonly status?: { readonly replicas?: number; readonly selector?: string }
}

/**
 * Keeps workloads within their bounds; says what is missing while nobody measures them (kubernetes:
 * pkg/controller/podautoscaler/horizontal.go). No metrics API is served here, so no metric can be had.
 */
export function horizontalPodAutoscaler(): Controller<ControllerOptions> {
  /** When each is to be looked at: every so often, the first time after one period. */
  const due = new Map<string, number>()
  return controller<'HorizontalPodAutoscaler', ControllerOptions>({
    name: 'horizontal-pod-autoscaler',
    reconciles: 'HorizontalPodAutoscaler',
    workers: (flags) => flags['concurrent-horizontal-pod-autoscaler-syncs'],
    *reconcile(object, view, options): Look {
      const period = options['horizontal-pod-autoscaler-sync-period']
      const key = keyOf(object)
      const at = due.get(key) ?? view.now + period
      due.set(key, at)
      if (view.now < at) return { requeueAfterMs: at - view.now }
      due.set(key, view.now + period)
      yield* look(object as unknown as Autoscaler, view.now)
      return { requeueAfterMs: period }
    },
    // biome-ignore lint/correctness/useYield: there is nothing to write
    *gone(key) {
      due.delete(key)
    },
  })
}

/** One look at an autoscaler; its status as it leaves it. */
function* look(autoscaler: Autoscaler, now: number): Writes {
  const state: State = { autoscaler, now, status: autoscaler.status ?? ({} as HorizontalPodAutoscalerStatus) }
  const { object: scale, error } = yield* scaleOf(autoscaler)
  if (!scale) {
    yield event(autoscaler, 'Warning', 'FailedGetScale', error.message)
    const words = `the HPA controller was unable to get the target's current scale: ${error.message}`
    note(state, 'AbleToScale', false, 'FailedGetScale', words)
  } else {
    const words = "the HPA controller was able to get the target's current scale"
    note(state, 'AbleToScale', true, 'SucceededGetScale', words)
    yield* decide(state, scale)
  }
  const status = { ...state.status, observedGeneration: autoscaler.metadata.generation }
  if (!semanticEqual(status, autoscaler.status))
    yield updateStatus({ ...autoscaler, status } as unknown as KubeObject)
}

interface State {
  readonly autoscaler: Autoscaler
  readonly now: number
  status: HorizontalPodAutoscalerStatus
}

function note(state: State, type: string, value: boolean, reason: string, message: string): void {
  const status = value ? 'True' : 'False'
  const conditions = state.status.conditions ?? []
  const known = conditions.find((condition) => condition.type === type)
  const lastTransitionTime = known?.status === status ? known.lastTransitionTime : formatTime(state.now)
  const noted: HorizontalPodAutoscalerCondition = { type, status, lastTransitionTime, reason, message }
  const others = conditions.map((condition) => (condition === known ? noted : condition))
  state.status = { ...state.status, conditions: known ? others : [...conditions, noted] }
}

function* scaleOf({ metadata, spec }: Autoscaler): Writes<WriteResult<Scale>> {
  const { apiVersion = 'v1', kind, name } = spec?.scaleTargetRef ?? { kind: '', name: '' }
  const [group] = groupVersionOf(apiVersion)
  const type = kinds.find((definition) => definition.group === group && definition.kind === kind)
  if (!type) {
    const words = `unable to determine resource for scale target reference: no matches for kind ${goQuote(kind)} in group ${goQuote(group)}`
    return { error: new WriteError(words, 0, '') }
  }
  const path = `${objectPath(type, metadata.namespace, name)}/scale`
  return yield* attempt<Scale>(request({ method: 'GET', path }))
}

function* decide(state: State, scale: Scale): Writes {
  const { minReplicas = 1, maxReplicas = 1 } = state.autoscaler.spec ?? {}
  const current = scale.spec?.replicas ?? 0
  const status = scale.status?.replicas ?? 0
  if (current === 0 && minReplicas !== 0) {
    const words = 'scaling is disabled since the replica count of the target is zero'
    note(state, 'ScalingActive', false, 'ScalingDisabled', words)
    state.status = { ...state.status, currentReplicas: status, desiredReplicas: 0 }
  } else if (current > maxReplicas)
    yield* rescale(state, scale, maxReplicas, 'Current number of replicas above Spec.MaxReplicas')
  else if (current < minReplicas)
    yield* rescale(state, scale, minReplicas, 'Current number of replicas below Spec.MinReplicas')
  else {
    state.status = {
      ...state.status,
      currentReplicas: status,
      desiredReplicas: state.status.desiredReplicas ?? 0,
    }
    yield* measure(state, scale)
  }
}

function* rescale(state: State, scale: Scale, replicas: number, why: string): Writes {
  const { autoscaler } = state
  const { kind = '', name = '', apiVersion = 'v1' } = autoscaler.spec?.scaleTargetRef ?? {}
  const [group] = groupVersionOf(apiVersion)
  const type = kinds.find((definition) => definition.group === group && definition.kind === kind)
  if (!type) return
  const path = `${objectPath(type, autoscaler.metadata.namespace, name)}/scale`
  const body = { ...scale, spec: { ...scale.spec, replicas } }
  const { error } = yield* attempt(request({ method: 'PUT', path, body }))
  if (error) {
    const words = `New size: ${replicas}; reason: ${why}; error: ${error.message}`
    yield event(autoscaler, 'Warning', 'FailedRescale', words)
    const noted = `the HPA controller was unable to update the target scale: ${error.message}`
    return note(state, 'AbleToScale', false, 'FailedUpdateScale', noted)
  }
  const noted = `the HPA controller was able to update the target scale to ${replicas}`
  note(state, 'AbleToScale', true, 'SucceededRescale', noted)
  yield event(autoscaler, 'Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${why}`)
  state.status = {
    ...state.status,
    currentReplicas: scale.status?.replicas ?? 0,
    desiredReplicas: replicas,
    lastScaleTime: formatTime(state.now),
  }
}

function* measure(state: State, scale: Scale): Writes {
  const { autoscaler } = state
  if (!scale.status?.selector) {
    yield event(autoscaler, 'Warning', 'SelectorRequired', 'selector is required')
    return note(
      state,
      'ScalingActive',
      false,
      'InvalidSelector',
      "the HPA target's scale is missing a selector",
    )
  }
  const metrics = autoscaler.spec?.metrics ?? []
  let first: string | undefined
  for (const metric of metrics) {
    const { reason, why, whole } = missing(metric)
    yield event(autoscaler, 'Warning', reason, why)
    if (first !== undefined) continue
    first = whole
    note(state, 'ScalingActive', false, reason, `the HPA was unable to compute the replica count: ${why}`)
  }
  const words = `invalid metrics (${metrics.length} invalid out of ${metrics.length}), first error is: ${first}`
  yield event(autoscaler, 'Warning', 'FailedComputeMetricsReplicas', words)
}

interface Missing {
  readonly reason: string
  readonly why: string
  readonly whole: string
}

/** What upstream says of a metric when the API that would have it is not served. */
function missing({ type, resource, containerResource, pods, object, external }: MetricSpec): Missing {
  const api = (name: string, what: string) =>
    `unable to fetch metrics from ${name} metrics API: the server could not find the requested resource${what}`
  if (type === 'Resource' || type === 'ContainerResource') {
    const { name = '', target } = resource ?? containerResource ?? {}
    const wanted = target?.type === 'Utilization' ? 'utilization' : 'usage'
    const cause = `unable to get metrics for resource ${name}: ${api('resource', ' (get pods.metrics.k8s.io)')}`
    const why = `failed to get ${name} ${wanted}: ${cause}`
    const kind = type === 'Resource' ? 'resource' : 'container resource'
    return {
      reason: `FailedGet${type}Metric`,
      why,
      whole: `failed to get ${name} ${kind} metric value: ${why}`,
    }
  }
  const name = (pods ?? object ?? external)?.metric.name ?? ''
  const source = type === 'External' ? 'external' : 'custom'
  const why = `unable to get metric ${name}: ${api(source, '')}`
  const kind = type === 'Pods' ? 'pods' : type === 'Object' ? 'object' : 'external'
  return { reason: `FailedGet${type}Metric`, why, whole: `failed to get ${kind} metric value: ${why}` }
}
