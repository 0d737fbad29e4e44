import { Linux, type MachineSpec } from './host/linux.ts'
import { programs } from './programs.ts'
import { Machine } from './sim/machine.ts'

/** Build a computer and switch it on; the same in the fabric's own thread and in a worker. `boots` counts power-ons. */
export const startMachine = (spec: MachineSpec, seed: number, now: number, boots: number): Machine =>
  new Machine(
    spec.name,
    seed + Math.imul(boots, 0x9e3779b1),
    (hardware) => new Linux(hardware, spec, programs),
    now,
  )
