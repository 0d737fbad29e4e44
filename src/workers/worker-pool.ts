import { wrap, type Remote } from 'comlink'
import { RemoteHost, type MachineWorker } from './remote-host.ts'
import type { HostFactory } from './rack.ts'
import { lifeLock } from './worker-life.ts'

/** A worker, and the machine it holds now. */
interface Employed {
  readonly worker: Worker
  readonly remote: Remote<MachineWorker>
  host: RemoteHost | undefined
}

/** So long a worker without a machine waits for the next one before it is ended. */
const IDLE_MS = 1000

/**
 * Each machine in a Web Worker of its own, which runs the same script as this one. When history is played again the machines
 * are switched on anew at once: they get the workers they had, with all their programs loaded.
 */
export function workerPool(script: string): HostFactory {
  const idle = new Map<string, Employed>()

  const hire = (name: string): Employed => {
    const worker = new Worker(script, { type: 'module', name })
    const employed: Employed = { worker, remote: wrap<MachineWorker>(worker), host: undefined }
    const gone = (why: string) => {
      if (idle.get(name) === employed) idle.delete(name)
      employed.host?.failed(new Error(why))
    }
    worker.addEventListener('error', (event) => gone(event.message))
    lifeLock(worker, () => gone('terminated'))
    return employed
  }

  const dismiss = (name: string, employed: Employed): void => {
    if (idle.get(name) !== employed) return
    idle.delete(name)
    employed.worker.terminate()
  }

  return (spec, seed, now, boots) => {
    const employed = idle.get(spec.name) ?? hire(spec.name)
    idle.delete(spec.name)
    const host: RemoteHost = new RemoteHost(
      employed.remote as never,
      (busy) => {
        employed.host = undefined
        if (busy) return employed.worker.terminate()
        idle.set(spec.name, employed)
        setTimeout(() => dismiss(spec.name, employed), IDLE_MS)
      },
      [spec, seed, now, boots],
    )
    employed.host = host
    return host
  }
}
