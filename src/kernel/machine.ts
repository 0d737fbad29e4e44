import type { Programs } from './host/program.ts'
import { Linux, type MachineSpec } from './host/linux.ts'
import { Machine } from './sim/machine.ts'

// Without this accessor `__proto__` is a key like any other, wherever objects are filled with keys that somebody else chose.
Reflect.deleteProperty(Object.prototype, '__proto__')

/** Build a computer that can run these programs, and switch it on. `boots` counts power-ons. */
export const startMachine = (
  spec: MachineSpec,
  seed: number,
  now: number,
  boots: number,
  programs: Programs,
): Machine =>
  new Machine(
    spec.name,
    seed + Math.imul(boots, 0x9e3779b1),
    (hardware) => new Linux(hardware, spec, programs),
    now,
  )
