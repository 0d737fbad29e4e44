import type { PodStatus } from 'kubernetes-types/core/v1'
import type { Sys } from '../host/sys.ts'
import type { WorkerContext } from './worker-context.ts'
import type { KubeletPod } from './types.ts'
import { setUpVolume, VolumeError } from './volumes.ts'

/** kubernetes: pkg/util/goroutinemap/exponentialbackoff: 500 ms, doubling up to 2 min 2 s. */
const RETRY_MS = 500
const MAX_RETRY_MS = 122_000

/** The volumes of one pod: made before its containers, and again when what they are made from has changed. */
export class PodVolumes {
  readonly #context: WorkerContext
  readonly #changed: () => void
  #ready = false
  #failures = 0
  #renewal: (() => void) | undefined

  /** `changed` is called when they must be made again. */
  constructor(context: WorkerContext, changed: () => void) {
    this.#context = context
    this.#changed = changed
  }

  /** What they are made from has changed. */
  refresh(): void {
    this.#ready = false
    this.#changed()
  }

  stop(): void {
    this.#renewal?.()
  }

  /** Gives how long to wait before it is tried again when one of them cannot be made. */
  *setUp(pod: KubeletPod, status: PodStatus, failed: (message: string) => void): Sys<number | undefined> {
    const { os, config, sources } = this.#context
    if (this.#ready) return undefined
    for (const volume of pod.spec.volumes ?? []) {
      try {
        yield* setUpVolume(os, config.flags['root-dir'], pod, status, volume, sources(pod.metadata.uid))
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        failed(
          error instanceof VolumeError
            ? error.told
            : `MountVolume.SetUp failed for volume "${volume.name}" : ${why}`,
        )
        if (!(error instanceof VolumeError)) os.stderr(`E MountVolume.SetUp: ${why}\n`)
        return Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** Math.min(this.#failures++, 8))
      }
    }
    this.#failures = 0
    this.#ready = true
    this.#renewTokens(pod)
    return undefined
  }

  /** Mounted tokens are replaced when four fifths of their time are over (kubernetes: pkg/kubelet/token). */
  #renewTokens({ spec }: KubeletPod): void {
    const sources = (spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? [])
    const lives = sources.flatMap(({ serviceAccountToken }) => serviceAccountToken?.expirationSeconds ?? [])
    this.#renewal?.()
    if (lives.length) this.#renewal = this.#context.os.after(Math.min(...lives) * 800, () => this.refresh())
  }
}
