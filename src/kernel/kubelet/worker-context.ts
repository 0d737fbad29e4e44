import type { PodStatus } from 'kubernetes-types/core/v1'
import type { EventRecorder } from '../client/event-recorder.ts'
import type { Os } from '../host/program.ts'
import type { CriClient } from '../runtime/cri-client.ts'
import type { KubeletConfig } from './config.ts'
import type { ImagePuller } from './image-puller.ts'
import type { KubeletPod } from './types.ts'
import type { VolumeSources } from './volumes.ts'

/** What a pod's worker needs of its kubelet. */
export interface WorkerContext {
  readonly os: Os
  readonly config: KubeletConfig
  readonly cri: CriClient
  readonly images: ImagePuller
  readonly recorder: EventRecorder
  /** Where a pod's volumes and environment come from, by its uid. */
  sources(podUid: string): VolumeSources
  /** Why the network is not ready, if it is not. */
  networkProblem(): string | undefined
  /** The pod has a new status; `ended` once nothing of it runs and nothing will. */
  status(pod: KubeletPod, status: PodStatus, ended: boolean): void
}
