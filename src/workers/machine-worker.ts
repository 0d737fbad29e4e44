import type { Machine } from '../kernel/sim/machine.ts'
import { loadAsset } from './assets.ts'
import type { MachineWorker } from './remote-host.ts'
import { startMachine } from './start-machine.ts'

/** The whole inside of a machine's worker: become the machine one is told to be, and run it window by window. */
export function machineWorker(): MachineWorker {
  let machine: Machine
  return {
    start: (spec, seed, now, boots) => {
      machine = startMachine(spec, seed, now, boots)
    },
    run: (until, packets) => machine.run(until, packets),
    provide: async (name) => machine.provide(name, await loadAsset(name)),
  }
}
