import { expose, wrap } from 'comlink'
import type { WallClock } from './pace.ts'
import type { HostFactory } from './rack.ts'
import { RemoteHost, type MachineWorker } from './remote-host.ts'
import { SessionHost } from './session-host.ts'
import { lifeLock } from './worker-life.ts'

/** Each machine in a Web Worker of its own, which runs the same script as this one. */
const webHost: HostFactory = (spec, seed, now, boots) => {
  const worker = new Worker(self.location.href, { type: 'module', name: spec.name })
  const host = new RemoteHost(wrap<MachineWorker>(worker) as never, () => worker.terminate(), [
    spec,
    seed,
    now,
    boots,
  ])
  worker.addEventListener('error', (event) => host.failed(new Error(event.message)))
  lifeLock(worker, () => host.failed(new Error('terminated')))
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

/** Machines in this thread need all of the kernel here: it is loaded when they are. */
const hosts = {
  workers: async () => webHost,
  inline: async () => (await import('./inline-host.ts')).inlineHost,
}

expose(new SessionHost({ clock, hosts }))
