import { goQuote } from '../../api/go-quote.ts'
import type { KubeObject } from '../../api/objects.ts'
import type { AdmissionPlugin } from './chain.ts'
import { forbiddenIn, podIn } from './pod.ts'

/** A pod's runtime class must exist (kubernetes: plugin/pkg/admission/runtimeclass). */
export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  mutate(attributes, api): KubeObject | undefined {
    const name = attributes.operation === 'CREATE' ? podIn(attributes)?.spec?.runtimeClassName : undefined
    if (!name || api.resources.ofKind('node.k8s.io', 'RuntimeClass')?.cache.get(name))
      return attributes.object
    throw forbiddenIn(attributes, `pod rejected: RuntimeClass ${goQuote(name)} not found`)
  },
}
