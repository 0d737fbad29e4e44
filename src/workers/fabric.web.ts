import { expose } from 'comlink'
import type { WallClock } from './pace.ts'
import { SessionHost } from './session-host.ts'
import { workerPool } from './worker-pool.ts'

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

const inWorkers = workerPool(self.location.href)

/** Machines in this thread need all of the kernel here: it is loaded when they are. */
const hosts = {
  workers: async () => inWorkers,
  inline: async () => (await import('./inline-host.ts')).inlineHost,
}

expose(new SessionHost({ clock, hosts }))
