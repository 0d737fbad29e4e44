import type { Taint, Toleration } from 'kubernetes-types/core/v1'
import { normalizeToMax, unresolvable, type Plugin } from '../framework.ts'

// kubernetes: pkg/scheduler/framework/plugins/tainttoleration
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  events: ['Node/Add', 'Node/UpdateTaint'],
  filter({ pod }, { node }) {
    const tolerations = pod.spec?.tolerations ?? []
    const taint = node.spec?.taints?.find(
      ({ effect, ...rest }) =>
        (effect === 'NoSchedule' || effect === 'NoExecute') &&
        !tolerations.some((toleration) => tolerates(toleration, { effect, ...rest })),
    )
    return taint && unresolvable(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`)
  },
  score({ pod }, { node }) {
    const tolerations = (pod.spec?.tolerations ?? []).filter(
      ({ effect }) => !effect || effect === 'PreferNoSchedule',
    )
    const taints = node.spec?.taints?.filter(({ effect }) => effect === 'PreferNoSchedule') ?? []
    return taints.filter((taint) => !tolerations.some((toleration) => tolerates(toleration, taint))).length
  },
  normalize: (_cycle, scores) => normalizeToMax(scores, true),
}

/** Whether a toleration covers a taint (core/v1: Toleration.ToleratesTaint). */
export function tolerates(toleration: Toleration, taint: Pick<Taint, 'key' | 'value' | 'effect'>): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  if (toleration.operator === 'Exists') return true
  if (toleration.operator && toleration.operator !== 'Equal') return false
  return (toleration.value ?? '') === (taint.value ?? '')
}
