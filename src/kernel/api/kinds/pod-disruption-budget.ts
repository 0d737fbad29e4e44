import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from 'kubernetes-types/policy/v1'
import { validateConditions } from '../conditions-validation.ts'
import { goSyntax, invalid, notSupported, type FieldError } from '../field-error.ts'
import type { IntOrString } from '../int-or-string.ts'
import { kind, type Typed } from '../kind.ts'
import { validateLabelSelector } from '../label-validation.ts'
import { ageColumn, integer, nameColumn, text } from './column.ts'
import { goPointer } from './validation/go-struct.ts'
import { notAboveHundred, positiveIntOrPercent } from './validation/int-or-percent.ts'
import { nonNegative } from './validation/rules.ts'

/** kubernetes: pkg/registry/policy/poddisruptionbudget/strategy.go */
export const podDisruptionBudget = kind<Typed<PodDisruptionBudget>>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  status: true,
  generation: true,
  allowUnconditionalUpdate: false,
  prepareForCreate: (object) => ({ ...object, status: emptyStatus }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate,
  validateUpdate: validate,
  validateStatusUpdate: ({ status }) => [
    ...validateConditions(status?.conditions ?? [], 'status.conditions'),
    ...(['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const).flatMap((key) =>
      nonNegative(`status.${key}`, status?.[key]),
    ),
  ],
  columns: [
    nameColumn,
    text('Min Available', 'The minimum number of pods that must be available.', ({ spec }) =>
      shown(spec?.minAvailable),
    ),
    text('Max Unavailable', 'The maximum number of pods that may be unavailable.', ({ spec }) =>
      shown(spec?.maxUnavailable),
    ),
    integer(
      'Allowed Disruptions',
      'Calculated number of pods that may be disrupted at this time.',
      ({ status }) => status?.disruptionsAllowed ?? 0,
    ),
    ageColumn,
  ],
})

const shown = (value: IntOrString | undefined): string => (value === undefined ? 'N/A' : `${value}`)

const emptyStatus = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }

/** kubernetes: pkg/apis/policy/validation/validation.go ValidatePodDisruptionBudgetSpec. */
function validate({ spec = {} }: Typed<PodDisruptionBudget>): FieldError[] {
  const { minAvailable: min, maxUnavailable: max, selector } = spec
  const policy = (spec as { unhealthyPodEvictionPolicy?: string }).unhealthyPodEvictionPolicy
  const policies = ['AlwaysAllow', 'IfHealthyBudget']
  const amount = (field: string, value: IntOrString | undefined) =>
    value === undefined ? [] : [...positiveIntOrPercent(field, value), ...notAboveHundred(field, value)]
  return [
    ...(min !== undefined && max !== undefined
      ? [invalid('spec', goSpec(spec, policy), 'minAvailable and maxUnavailable cannot be both set')]
      : []),
    ...amount('spec.minAvailable', min),
    ...amount('spec.maxUnavailable', max),
    ...validateLabelSelector(selector, 'spec.selector'),
    ...(policy !== undefined && !policies.includes(policy)
      ? [notSupported('spec.unhealthyPodEvictionPolicy', policy, policies)]
      : []),
  ]
}

const goSpec = ({ minAvailable, selector, maxUnavailable }: PodDisruptionBudgetSpec, policy?: string) =>
  goSyntax(
    `policy.PodDisruptionBudgetSpec{MinAvailable:(*intstr.IntOrString)(${goPointer(minAvailable !== undefined)}), Selector:(*v1.LabelSelector)(${goPointer(selector)}), MaxUnavailable:(*intstr.IntOrString)(${goPointer(maxUnavailable !== undefined)}), UnhealthyPodEvictionPolicy:(*policy.UnhealthyPodEvictionPolicyType)(${goPointer(policy !== undefined)})}`,
  )
