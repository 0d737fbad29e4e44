import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
} from 'kubernetes-types/autoscaling/v2'
import { canonicalQuantity } from '../../api/quantity.ts'
import { describer } from './describer.ts'
import { describeEvents } from './events.ts'
import { annotations, labels } from './metadata.ts'
import { longTime, type Writer } from './writer.ts'

// kubectl: describe.go describeHorizontalPodAutoscalerV2

export const autoscaler = describer<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  *describe(w, { metadata = {}, spec, status }, { events, now }) {
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Namespace', metadata.namespace)
    labels(w, 'Labels', metadata.labels)
    annotations(w, 'Annotations', metadata.annotations)
    w.field(0, 'CreationTimestamp', longTime(String(metadata.creationTimestamp)))
    const { kind = '', name = '' } = spec?.scaleTargetRef ?? {}
    w.field(0, 'Reference', `${kind}/${name}`)
    w.line(0, 'Metrics:\t( current / target )')
    for (const [i, metric] of (spec?.metrics ?? []).entries())
      describeMetric(w, metric, status?.currentMetrics?.[i])
    w.field(0, 'Min replicas', spec?.minReplicas ?? '<unset>')
    w.field(0, 'Max replicas', spec?.maxReplicas)
    describeBehaviour(w, spec?.behavior)
    w.field(
      0,
      `${kind} pods`,
      `${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`,
    )
    const conditions = status?.conditions ?? []
    if (conditions.length) {
      w.line(0, 'Conditions:')
      w.line(1, 'Type\tStatus\tReason\tMessage')
      w.line(1, '----\t------\t------\t-------')
      for (const { type, status: value, reason, message } of conditions)
        w.line(1, `${type}\t${value}\t${reason}\t${message}`)
    }
    describeEvents(w, events, now)
  },
})

interface Target {
  readonly averageUtilization?: number
  readonly averageValue?: unknown
  readonly value?: unknown
}

function describeMetric(w: Writer, spec: MetricSpec, status: MetricStatus | undefined): void {
  const of = (one: MetricSpec | MetricStatus | undefined, key: string) =>
    (one as unknown as Record<string, { target?: Target; current?: Target } | undefined> | undefined)?.[key]
  const measured = (key: string): Target => of(status, key)?.current ?? {}
  const wanted = (key: string): Target => of(spec, key)?.target ?? {}
  switch (spec.type) {
    case 'External': {
      const [current, target] = [measured('external'), wanted('external')]
      const isAverage = target.averageValue !== undefined
      const name = JSON.stringify(spec.external?.metric.name)
      const [a, b] = isAverage ? [current.averageValue, target.averageValue] : [current.value, target.value]
      return w.line(1, `${name} (target ${isAverage ? 'average ' : ''}value):\t${amount(a)} / ${amount(b)}`)
    }
    case 'Pods': {
      const [current, target] = [measured('pods').averageValue, wanted('pods').averageValue]
      return w.line(
        1,
        `${JSON.stringify(spec.pods?.metric.name)} on pods:\t${amount(current)} / ${amount(target)}`,
      )
    }
    case 'Object': {
      const { kind, name } = spec.object?.describedObject ?? { kind: '', name: '' }
      const [current, target] = [measured('object'), wanted('object')]
      const isAverage = target.averageValue !== undefined
      const [a, b] = isAverage ? [current.averageValue, target.averageValue] : [current.value, target.value]
      const what = `${JSON.stringify(spec.object?.metric.name)} on ${kind}/${name}`
      return w.line(1, `${what} (target ${isAverage ? 'average ' : ''}value):\t${amount(a)} / ${amount(b)}`)
    }
    case 'Resource':
      return resource(w, `resource ${spec.resource?.name} on pods`, measured('resource'), wanted('resource'))
    case 'ContainerResource': {
      const { name, container } = spec.containerResource ?? { name: '', container: '' }
      const what = `resource ${name} of container "${container}" on pods`
      return resource(w, what, measured('containerResource'), wanted('containerResource'))
    }
  }
}

function resource(w: Writer, what: string, current: Target, target: Target): void {
  if (target.averageValue !== undefined)
    return w.line(1, `${what}:\t${amount(current.averageValue)} / ${amount(target.averageValue)}`)
  const known = current.averageUtilization !== undefined
  const now = known ? `${current.averageUtilization}% (${amount(current.averageValue)})` : '<unknown>'
  const wanted = target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`
  w.line(1, `${what}  (as a percentage of request):\t${now} / ${wanted}`)
}

const amount = (value: unknown): string =>
  value === undefined ? '<unknown>' : canonicalQuantity(String(value))

function describeBehaviour(w: Writer, behaviour: HorizontalPodAutoscalerBehavior | undefined): void {
  if (!behaviour) return
  w.line(0, 'Behavior:')
  direction(w, 'Scale Up', behaviour.scaleUp)
  direction(w, 'Scale Down', behaviour.scaleDown)
}

function direction(w: Writer, title: string, rules: HPAScalingRules | undefined): void {
  if (!rules) return
  w.line(1, `${title}:`)
  if (rules.stabilizationWindowSeconds !== undefined)
    w.line(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds`)
  if (!rules.policies?.length) return
  w.line(2, `Select Policy: ${rules.selectPolicy ?? 'Max'}`)
  w.line(2, 'Policies:')
  for (const { type, value, periodSeconds } of rules.policies)
    w.line(3, `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`)
}
