import { Worker } from 'node:worker_threads'
import { wrap } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import type { HostFactory } from './rack.ts'
import { RemoteHost, type MachineWorker } from './remote-host.ts'

/** Each machine in a Node worker of its own, which runs the bundled machine program at `script`. */
export const nodeHost =
  (script: string | URL): HostFactory =>
  (spec, seed, now, boots) => {
    const worker = new Worker(script)
    const remote = wrap<MachineWorker>(nodeEndpoint(worker))
    const host = new RemoteHost(remote as never, () => void worker.terminate(), [spec, seed, now, boots])
    worker.once('error', (error) => host.failed(error))
    worker.unref()
    return host
  }
