import type { Toleration } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../../api/objects.ts'
import type { Api } from '../call.ts'
import type { AdmissionPlugin, Attributes } from './chain.ts'
import { podIn, withSpec } from './pod.ts'

/** Pods stay for a while on a node that is not ready (kubernetes: plugin/pkg/admission/defaulttolerationseconds). */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  mutate(attributes: Attributes, { flags }: Api): KubeObject | undefined {
    const pod = podIn(attributes)
    if (!pod) return attributes.object
    const { tolerations = [] } = pod.spec ?? {}
    const added = [
      ['node.kubernetes.io/not-ready', flags.number('default-not-ready-toleration-seconds')] as const,
      ['node.kubernetes.io/unreachable', flags.number('default-unreachable-toleration-seconds')] as const,
    ]
      .filter(([key]) => !tolerations.some((one) => tolerates(one, key)))
      .map(
        ([key, tolerationSeconds]): Toleration => ({
          key,
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds,
        }),
      )
    return added.length ? withSpec(pod, { tolerations: [...tolerations, ...added] }) : pod
  },
}

const tolerates = ({ key, effect }: Toleration, taint: string): boolean =>
  (!key || key === taint) && (!effect || effect === 'NoExecute')
