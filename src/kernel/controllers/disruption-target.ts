import type { Pod } from 'kubernetes-types/core/v1'
import type { KubeObject, Stored } from '../api/objects.ts'
import { formatTime } from '../api/time.ts'
import { patch, type Write } from '../client/writes.ts'

/** Say in the pod's status why it is being removed (kubernetes: the DisruptionTarget condition). */
export function markDisrupted(
  pod: Stored<Pod>,
  reason: string,
  message: string,
  now: number,
  status: Pod['status'] = {},
): Write {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason,
    message,
    lastTransitionTime: formatTime(now),
  }
  return patch(
    pod as KubeObject,
    { metadata: { uid: pod.metadata.uid }, status: { ...status, conditions: [condition] } },
    'strategic',
    'status',
  )
}
