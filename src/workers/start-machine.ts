import { programIn } from '../kernel/host/program.ts'
import type { MachineSpec } from '../kernel/host/linux.ts'
import { startMachine as start } from '../kernel/machine.ts'
import type { Machine } from '../kernel/sim/machine.ts'
import { expectPrograms, latePrograms } from './late-programs.ts'

/** Switch a computer on; the same in the fabric's own thread and in a worker. What it will want soon begins to load. */
export function startMachine(spec: MachineSpec, seed: number, now: number, boots: number): Machine {
  expectPrograms(spec.disk.map(({ data }) => programIn(data ?? '') ?? ''))
  return start(spec, seed, now, boots, latePrograms)
}
