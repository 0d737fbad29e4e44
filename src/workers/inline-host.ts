import type { Host, Run } from '../kernel/sim/machine.ts'
import type { Packet } from '../kernel/sim/packet.ts'
import { loadAsset } from './assets.ts'
import type { HostFactory } from './rack.ts'
import { startMachine } from './start-machine.ts'

/** Every machine in the fabric's own thread: phones, large clusters, tests. */
export const inlineHost: HostFactory = (spec, seed, now, boots) => {
  const machine = startMachine(spec, seed, now, boots)
  return {
    run: (until: number, packets: Packet[]): Run => machine.run(until, packets),
    provide: async (name: string) => machine.provide(name, await loadAsset(name)),
  } satisfies Host
}
