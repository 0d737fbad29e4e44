import { Linux } from '../../host/linux.ts'
import { executable, type Os, type Program } from '../../host/program.ts'
import { Machine } from '../../sim/machine.ts'
import { failOnPanic } from '../../sim/panic.ts'

/** One machine whose first process is a test: programs talk over its loopback. */
export class Lab {
  readonly machine: Machine
  readonly observed: unknown[] = []
  now = 0

  constructor(init: (os: Os) => void, seed = 1) {
    const program: Program = (os) => init(os)
    const disk = [{ path: '/sbin/init', data: executable('init'), mode: 0o755 }] as never
    this.machine = new Machine('lab', seed, (hardware) => {
      return new Linux(hardware, { name: 'lab', cpus: 1, memory: 1e9, disk }, { init: program })
    })
  }

  /** Let virtual time pass. */
  run(ms: number): void {
    this.now += ms
    for (const observation of this.machine.run(this.now, []).observed) {
      failOnPanic(observation)
      this.observed.push(observation.body)
    }
  }
}
