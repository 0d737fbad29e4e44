import type { AdmissionPlugin } from './chain.ts'
import { forbiddenIn, podIn } from './pod.ts'

/** So many pods are still a pleasure in a browser tab; real clusters end at 150,000. */
const MAX_PODS = 20_000

/** What real Kubernetes would take, but the computer that all this runs on would not. It says so. */
export const simulatorLimits: AdmissionPlugin = {
  name: 'SimulatorLimits',
  validate(attributes, api): void {
    const { operation, object } = attributes
    if (operation !== 'CREATE' && operation !== 'UPDATE') return
    const asked = (object as { spec?: { replicas?: number } } | undefined)?.spec?.replicas ?? 0
    const isNewPod = operation === 'CREATE' && podIn(attributes) !== undefined
    const pods = isNewPod ? (attributes.resource.cache?.size ?? 0) : 0
    if (asked > MAX_PODS || pods >= MAX_PODS)
      throw forbiddenIn(
        attributes,
        `simulator limit: at most ${MAX_PODS} pods (real Kubernetes would accept this)`,
      )
  },
}
