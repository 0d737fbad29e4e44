import { expose, wrap } from 'comlink'
import { inlineHost } from './inline-host.ts'
import { loadAsset } from './assets.ts'
import type { WallClock } from './pace.ts'
import type { HostFactory } from './rack.ts'
import { RemoteHost, type MachineWorker } from './remote-host.ts'
import { SessionHost } from './session-host.ts'

/** Each machine in a Web Worker of its own. */
const webHost: HostFactory = (spec, seed, now, boots) => {
  const worker = new Worker(new URL('./machine.web.ts', import.meta.url), { type: 'module', name: spec.name })
  const host = new RemoteHost(wrap<MachineWorker>(worker) as never, () => worker.terminate(), [
    spec,
    seed,
    now,
    boots,
  ])
  worker.addEventListener('error', (event) => host.failed(new Error(event.message)))
  return host
}

/** A turn of the event loop that a hidden tab does not stretch to a second. */
const channel = new MessageChannel()
const turns: (() => void)[] = []
channel.port1.onmessage = () => turns.shift()?.()

const clock: WallClock = {
  now: () => performance.now(),
  pause: (ms) =>
    new Promise((resolve) => {
      if (ms > 0) setTimeout(resolve, ms)
      else {
        turns.push(resolve)
        channel.port2.postMessage(0)
      }
    }),
}

expose(new SessionHost({ clock, hosts: { workers: webHost, inline: inlineHost }, assets: loadAsset }))
