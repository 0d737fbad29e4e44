import { horizontalPodAutoscalerV1 } from '../../../src/kernel/api/kinds/conversion/horizontal-pod-autoscaler-v1.ts'
import { horizontalPodAutoscaler } from '../../../src/kernel/api/kinds/horizontal-pod-autoscaler.ts'
import type { KubeObject } from '../../../src/kernel/api/objects.ts'
import { difference } from '../suite.ts'
import { vectorSuite, type VectorCheck } from '../vector.ts'

const behaviorOf = (side: 'scaleUp' | 'scaleDown', rules: object): unknown => {
  const object = { spec: { behavior: { [side]: rules } } } as unknown as KubeObject
  const made = horizontalPodAutoscaler.defaults!(object) as { spec?: { behavior?: Record<string, unknown> } }
  return made.spec?.behavior?.[side]
}

/** The rules that a row gives, and those it expects. */
const rules =
  (side: 'scaleUp' | 'scaleDown', word: 'Up' | 'Down'): VectorCheck =>
  (row) => {
    const policy = (type: string, name: string) =>
      row[`rate${word}${name}`]
        ? [{ type, value: row[`rate${word}${name}`], periodSeconds: row[`rate${word}${name}PeriodSeconds`] }]
        : []
    const policies = [...policy('Pods', 'Pods'), ...policy('Percent', 'Percent')]
    const given = {
      ...(row.selectPolicy && { selectPolicy: row.selectPolicy }),
      ...(row.stabilizationSeconds !== undefined && { stabilizationWindowSeconds: row.stabilizationSeconds }),
      ...(policies.length && { policies }),
    }
    return difference(behaviorOf(side, given), {
      selectPolicy: row.expectedSelectPolicy,
      ...(row.expectedStabilization !== undefined && {
        stabilizationWindowSeconds: row.expectedStabilization,
      }),
      policies: row.expectedPolicies,
    })
  }

/** kubernetes: pkg/apis/autoscaling/v2/defaults_test.go. */
export const autoscalingDefaultsSuite = vectorSuite('pkg__apis__autoscaling__v2__defaults_test', {
  TestGenerateScaleDownRules: rules('scaleDown', 'Down'),
  TestGenerateScaleUpRules: rules('scaleUp', 'Up'),
  // What nobody can read in the annotations of the older form is not kept.
  TestHorizontalPodAutoscalerAnnotations: ({ hpa }) => {
    const { toStored, fromStored } = horizontalPodAutoscalerV1.storedAs!
    const back = fromStored(toStored({ apiVersion: 'autoscaling/v1', ...hpa }))
    return difference(back.metadata.annotations, undefined)
  },
})
