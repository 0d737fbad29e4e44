import type { Sys } from '../host/sys.ts'
import { CriError, type PodSandboxStatus } from '../runtime/cri.ts'
import { sandboxConfig } from './container-config.ts'
import type { KubeletPod } from './types.ts'
import type { WorkerContext } from './worker-context.ts'

/** A new sandbox for a pod, its network included. Throws CriError, after it was told. */
export function* createSandbox(
  { os, config, cri }: WorkerContext,
  pod: KubeletPod,
  attempt: number,
  failed: (message: string) => void,
): Sys<PodSandboxStatus> {
  try {
    const { podSandboxId } = yield* cri.call('RunPodSandbox', {
      config: sandboxConfig(os, config, pod, attempt),
    })
    return (yield* cri.call('PodSandboxStatus', { podSandboxId })).status
  } catch (error) {
    if (error instanceof CriError) failed(`Failed to create pod sandbox: ${error.message}`)
    throw error
  }
}
