import type { Pod, Service } from 'kubernetes-types/core/v1'
import { formatTime } from '../../api/time.ts'
import { conditionOf, creationOf, timeOf } from '../pods.ts'

export const LAST_CHANGE_TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'

/**
 * When what made a service's endpoints change had happened, so that somebody can measure how long it took
 * (kubernetes: staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go).
 */
export class TriggerTimes {
  #known = new Map<string, { service: number; pods: Map<string, number> }>()

  /** The earliest change since the last call, as the annotation has it; undefined when there is none. */
  next(key: string, service: Service, pods: readonly Pod[]): string | undefined {
    const before = this.#known.get(key)
    const times = new Map<string, number>()
    let earliest = Number.POSITIVE_INFINITY
    for (const pod of pods) {
      const time = timeOf(conditionOf(pod, 'Ready')?.lastTransitionTime)
      if (!time) continue
      const name = pod.metadata?.name ?? ''
      times.set(name, time)
      if (time > (before?.pods.get(name) ?? 0)) earliest = Math.min(earliest, time)
    }
    const created = creationOf(service)
    if (created > (before?.service ?? 0)) earliest = Math.min(earliest, created)
    this.#known.set(key, { service: created, pods: times })
    const time = before ? earliest : created
    return time > 0 && time < Number.POSITIVE_INFINITY ? formatTime(time) : undefined
  }

  forget(key: string): void {
    this.#known.delete(key)
  }
}
