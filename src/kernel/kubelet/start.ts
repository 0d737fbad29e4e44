import type { Container } from 'kubernetes-types/core/v1'
import type { Sys } from '../host/sys.ts'
import { startTask, until } from '../host/task.ts'
import { CriError, type AuthConfig, type ContainerStatus } from '../runtime/cri.ts'
import { containerConfig, sandboxConfig } from './container-config.ts'
import { ConfigError, environment } from './env.ts'
import { runHook } from './hooks.ts'
import { StartError, type Tell } from './image-puller.ts'
import type { PodWorker } from './pod-worker.ts'
import type { WorkerContext } from './worker-context.ts'
import { restartCountOf, sandboxOf } from './types.ts'

/** Pull, create, start, postStart (kubernetes: kuberuntime_container.go startContainer). Throws StartError. */
export function* startContainer(
  context: WorkerContext,
  worker: PodWorker,
  container: Container,
  last: ContainerStatus | undefined,
  tell: Tell,
): Sys<void> {
  const { cri } = context
  const image = yield* pull(context, worker, container, tell)
  if (image === undefined || worker.ending) return
  const containerId = yield* create(
    context,
    worker,
    container,
    image,
    last ? restartCountOf(last) + 1 : 0,
    tell,
  )
  if (worker.ending) return
  tell('Normal', 'Created', `Created container: ${container.name}`)
  try {
    yield* cri.call('StartContainer', { containerId })
  } catch (error) {
    if (!(error instanceof CriError)) throw error
    const why = error.code === 'Unknown' ? error.description : error.message
    tell('Warning', 'Failed', `Error: ${why}`)
    throw new StartError('RunContainerError', why)
  }
  tell('Normal', 'Started', `Started container ${container.name}`)
  yield* postStart(context, worker, container, containerId, tell)
}

/** Gives nothing when the pod ended meanwhile: the pull goes on, nobody waits for it. */
function* pull(
  { os, images }: WorkerContext,
  worker: PodWorker,
  container: Container,
  tell: Tell,
): Sys<string | undefined> {
  return yield* until<string | undefined>('pull', (resume, fail) => {
    const auth: AuthConfig | undefined = undefined
    startTask(os, images.ensure(worker.pod, container, auth, tell), (outcome) => {
      worker.onInterrupt(undefined)
      if ('value' in outcome) resume(outcome.value)
      else fail(outcome.error)
    })
    worker.onInterrupt(() => resume(undefined))
  })
}

function* create(
  context: WorkerContext,
  worker: PodWorker,
  container: Container,
  image: string,
  attempt: number,
  tell: Tell,
): Sys<string> {
  const { os, config, cri, sources } = context
  const sandbox = sandboxOf(worker.runtime)
  try {
    const envs = yield* environment(worker.pod, worker.status, container, sources(worker.pod.metadata.uid))
    const wanted = containerConfig(os, config, worker.pod, worker.status, container, { attempt, image, envs })
    const { containerId } = yield* cri.call('CreateContainer', {
      podSandboxId: sandbox?.id ?? '',
      config: wanted,
      sandboxConfig: sandboxConfig(os, config, worker.pod, sandbox?.metadata.attempt ?? 0),
    })
    return containerId
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const known = error instanceof ConfigError || error instanceof CriError
    if (!known) os.stderr(`E CreateContainer: ${error.message}\n`)
    const why = error instanceof CriError && error.code === 'Unknown' ? error.description : error.message
    tell('Warning', 'Failed', `Error: ${why}`)
    throw new StartError(
      error instanceof CriError ? 'CreateContainerError' : 'CreateContainerConfigError',
      why,
    )
  }
}

function* postStart(
  { os, cri }: WorkerContext,
  worker: PodWorker,
  container: Container,
  containerId: string,
  tell: Tell,
): Sys<void> {
  const hook = container.lifecycle?.postStart
  if (!hook) return
  const target = { pod: worker.pod, container, containerId, podIP: worker.podIP }
  const problem = yield* until<string | undefined>('postStart', (resume) => {
    startTask(os, runHook(os, cri, hook, target), (outcome) =>
      resume('value' in outcome ? outcome.value : String(outcome.error)),
    )
    worker.onInterrupt(() => resume(undefined))
  })
  worker.onInterrupt(undefined)
  if (!problem) return
  tell('Warning', 'FailedPostStartHook', 'PostStartHook failed')
  tell('Normal', 'Killing', 'FailedPostStartHook')
  yield* cri.call('StopContainer', {
    containerId,
    timeout: worker.pod.spec.terminationGracePeriodSeconds ?? 30,
  })
  throw new StartError('PostStartHookError', problem)
}
