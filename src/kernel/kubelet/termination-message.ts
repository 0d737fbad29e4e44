import type { Os } from '../host/program.ts'
import type { ContainerStatus } from '../runtime/cri.ts'
import { parseLog } from '../runtime/cri-log.ts'
import type { KubeletConfig } from './config.ts'
import { terminationLog } from './container-mounts.ts'
import type { WorkerContext } from './worker-context.ts'
import { TERMINATION_POLICY, type KubeletPod } from './types.ts'

/** kubernetes: pkg/kubelet/container/runtime.go. */
const MAX_MESSAGE = 4096
const MAX_LOG_MESSAGE = 2048
const MAX_LOG_LINES = 80
const MAX_KNOWN = 100

/** The last words of a pod's containers; each is read once. */
export class LastWords {
  readonly #context: Pick<WorkerContext, 'os' | 'config'>
  #known = new Map<string, string>()

  constructor(context: Pick<WorkerContext, 'os' | 'config'>) {
    this.#context = context
  }

  of(pod: KubeletPod, container: ContainerStatus): string {
    let words = this.#known.get(container.id)
    if (words === undefined) {
      words = lastWords(this.#context.os, this.#context.config, pod, container)
      if (this.#known.size >= MAX_KNOWN) this.#known.clear()
      this.#known.set(container.id, words)
    }
    return words
  }
}

/** What a container that ended left at its terminationMessagePath, or, when it asks for that, the end of its log. */
function lastWords(
  { fs }: Os,
  config: KubeletConfig,
  { metadata }: KubeletPod,
  container: ContainerStatus,
): string {
  const path = terminationLog(config, metadata.uid, container.metadata.name, container.metadata.attempt)
  const message = fs.exists(path) ? fs.read(path).slice(0, MAX_MESSAGE) : ''
  if (
    message ||
    container.annotations[TERMINATION_POLICY] !== 'FallbackToLogsOnError' ||
    container.exitCode === 0
  )
    return message
  if (!fs.exists(container.logPath)) return ''
  const lines = parseLog(fs.read(container.logPath).slice(-MAX_LOG_MESSAGE * 4)).slice(-MAX_LOG_LINES)
  return lines
    .map(({ text }) => `${text}\n`)
    .join('')
    .slice(-MAX_LOG_MESSAGE)
}
