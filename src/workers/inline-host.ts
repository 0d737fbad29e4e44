import { startMachine } from '../kernel/machine.ts'
import type { HostFactory } from './rack.ts'

/** Every machine in the fabric's own thread: phones, large clusters, tests. */
export const inlineHost: HostFactory = (spec, seed, now, boots) => startMachine(spec, seed, now, boots)
