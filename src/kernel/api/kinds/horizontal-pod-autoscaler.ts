import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerSpec,
  HPAScalingRules,
} from 'kubernetes-types/autoscaling/v2'
import type { FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { formatMetrics } from './hpa-metrics.ts'
import { validateHPASpec } from './validation/horizontal-pod-autoscaler.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { nonNegative } from './validation/rules.ts'

/** Upstream's column still has an older version's words. */
const metricsWords =
  'metrics contains the specifications for which to use to calculate the desired replica count (the maximum replica count across all metrics will be used).  The desired replica count is calculated multiplying the ratio between the target value and the current value by the current number of pods.  Ergo, metrics used must decrease as the pod count is increased, and vice-versa.  See the individual metric source types for more information about how each type of metric must respond.'

/** kubernetes: pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go */
export const horizontalPodAutoscaler = kind<Typed<HorizontalPodAutoscaler>>({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  status: true,
  defaults: (object) => ({
    ...object,
    spec: defaultSpec(object.spec ?? ({} as HorizontalPodAutoscalerSpec)),
  }),
  prepareForCreate: (object) => ({ ...object, status: { desiredReplicas: 0 } }),
  prepareForUpdate: (object, old) => ({ ...object, ...(old.status && { status: old.status }) }),
  validate: ({ metadata, spec }) => [
    ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
    ...validateHPASpec(spec!, 'spec'),
  ],
  validateUpdate: ({ metadata, spec }, old) => [
    ...validateObjectMetaUpdate(metadata, old.metadata),
    ...validateHPASpec(spec!, 'spec'),
  ],
  validateStatusUpdate: ({ metadata, status }, old): FieldError[] => [
    ...validateObjectMetaUpdate(metadata, old.metadata),
    ...nonNegative('status.currentReplicas', status?.currentReplicas),
    ...nonNegative('status.desiredReplicas', status?.desiredReplicas),
  ],
  columns: [
    nameColumn,
    text(
      'Reference',
      doc('autoscaling.v2.HorizontalPodAutoscalerSpec.scaleTargetRef'),
      ({ spec }) => `${spec?.scaleTargetRef.kind}/${spec?.scaleTargetRef.name}`,
    ),
    text('Targets', metricsWords, ({ spec, status }) =>
      formatMetrics(spec?.metrics ?? [], status?.currentMetrics ?? []),
    ),
    text('MinPods', doc('autoscaling.v2.HorizontalPodAutoscalerSpec.minReplicas'), ({ spec }) =>
      spec?.minReplicas === undefined ? '<unset>' : `${spec.minReplicas}`,
    ),
    text(
      'MaxPods',
      doc('autoscaling.v2.HorizontalPodAutoscalerSpec.maxReplicas'),
      ({ spec }) => spec?.maxReplicas ?? 0,
    ),
    text(
      'Replicas',
      doc('autoscaling.v2.HorizontalPodAutoscalerStatus.currentReplicas'),
      ({ status }) => status?.currentReplicas ?? 0,
    ),
    ageColumn,
  ],
})

/** kubernetes: pkg/apis/autoscaling/v2/defaults.go. */
function defaultSpec(spec: HorizontalPodAutoscalerSpec): HorizontalPodAutoscalerSpec {
  const { metrics, behavior } = spec
  const cpu = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } }
  return {
    minReplicas: 1,
    ...spec,
    metrics: metrics?.length ? metrics : [{ type: 'Resource', resource: cpu }],
    ...(behavior && { behavior: defaultBehavior(behavior) }),
  }
}

const defaultBehavior = ({ scaleUp, scaleDown }: HorizontalPodAutoscalerBehavior) => ({
  scaleUp: withRules(scaleUp, {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  }),
  scaleDown: withRules(scaleDown, {
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  }),
})

const withRules = (given: HPAScalingRules | undefined, rules: HPAScalingRules): HPAScalingRules => ({
  ...rules,
  ...given,
})
