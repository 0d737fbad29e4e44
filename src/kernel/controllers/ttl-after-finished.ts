import type { Job } from 'kubernetes-types/batch/v1'
import { controller } from '../client/controller.ts'
import { attempt, read, remove } from '../client/writes.ts'
import { isFinished } from './job/job-pods.ts'
import type { ControllerOptions } from './options.ts'
import { timeOf } from './pods.ts'

/** Removes jobs that have been over for as long as they wanted to be kept (kubernetes: pkg/controller/ttlafterfinished). */
export const ttlAfterFinishedController = controller<'Job', ControllerOptions>({
  name: 'ttl-after-finished-controller',
  reconciles: 'Job',
  matters: ({ object }) => wantsCleanup(object),
  workers: (flags) => flags['concurrent-ttl-after-finished-syncs'],
  *reconcile(job, view) {
    if (job.metadata.deletionTimestamp || !wantsCleanup(job)) return
    const left = timeLeftMs(job, view.now)
    if (left > 0) return { requeueAfterMs: left }
    // What the cache knows may be old: its time to live may have been changed.
    const { object: fresh, error } = yield* attempt<typeof job>(read(job))
    if (error?.code === 404) return
    if (error) throw error
    if (!wantsCleanup(fresh)) return
    const still = timeLeftMs(fresh, view.now)
    if (still > 0) return { requeueAfterMs: still }
    yield remove(fresh, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Foreground',
      preconditions: { uid: fresh.metadata.uid },
    })
  },
})

const wantsCleanup = (job: Job): boolean =>
  (job.spec?.ttlSecondsAfterFinished ?? undefined) !== undefined && isFinished(job)

/** How long a finished job is still to be kept. */
export function timeLeftMs(job: Job, now: number): number {
  const finished = job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  )
  const ttlMs = (job.spec?.ttlSecondsAfterFinished ?? 0) * 1000
  return timeOf(finished?.lastTransitionTime) + ttlMs - now
}
