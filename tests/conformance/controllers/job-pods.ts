import type { Job } from 'kubernetes-types/batch/v1'
import {
  COMPLETION_INDEX,
  TRACKING,
  type JobPod,
  type StoredJob,
} from '../../../src/kernel/controllers/job/job-pods.ts'

export const JOB_UID = 'job-uid'

/** A pod of the upstream tests' job, in the words of its tables. */
export interface PodRow {
  readonly Index?: string
  readonly Phase?: string
}

let count = 0

export function jobPod(phase: string, index = '', extra: object = {}): JobPod {
  const name = `pod-${count++}`
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      resourceVersion: '1',
      creationTimestamp: '2020-01-01T00:00:00Z',
      finalizers: [TRACKING],
      labels: { foo: 'bar' },
      ownerReferences: [
        { apiVersion: 'batch/v1', kind: 'Job', name: 'foobar', uid: JOB_UID, controller: true },
      ],
      ...(index !== '' && index !== '-' ? { annotations: { [COMPLETION_INDEX]: index } } : {}),
      ...extra,
    },
    status: { phase },
  } as unknown as JobPod
}

/** A pod of a row, with what the tests leave out. */
export function wholePod(pod: object): JobPod {
  const { metadata, ...rest } = pod as { metadata?: { uid?: string; finalizers?: string[] } }
  const base = jobPod('').metadata
  const finalizers = metadata && 'finalizers' in metadata ? metadata.finalizers : undefined
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    ...rest,
    metadata: { ...base, finalizers, ...metadata },
  } as unknown as JobPod
}

export function wholeJob(job: Partial<Job> = {}): StoredJob {
  const { metadata, spec, ...rest } = job
  return {
    apiVersion: 'batch/v1',
    ...rest,
    kind: 'Job',
    metadata: {
      name: 'foobar',
      namespace: 'default',
      resourceVersion: '1',
      creationTimestamp: '2020-01-01T00:00:00Z',
      ...metadata,
      uid: JOB_UID,
    },
    spec: { template: {}, backoffLimit: 6, ...spec },
  } as unknown as StoredJob
}
