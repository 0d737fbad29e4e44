import { startMachine } from '../kernel/machine.ts'
import type { Machine } from '../kernel/sim/machine.ts'
import type { MachineWorker } from './remote-host.ts'

/** The whole inside of a machine's worker: become the machine one is told to be, and run it window by window. */
export function machineWorker(): MachineWorker {
  let machine: Machine
  return {
    start: (spec, seed, now, boots) => {
      machine = startMachine(spec, seed, now, boots)
    },
    run: (until, packets) => machine.run(until, packets),
    provide: (name, asset) => machine.provide(name, asset),
  }
}
