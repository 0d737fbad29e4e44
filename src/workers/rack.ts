import { FileTree, type DiskEntry, type DiskOperation } from '../kernel/host/disk.ts'
import type { MachineSpec } from '../kernel/host/linux.ts'
import type { Rack } from '../kernel/sim/fabric.ts'
import type { Host } from '../kernel/sim/machine.ts'

/** Builds a machine somewhere: in this thread, in a Node worker, in a Web Worker. */
export type HostFactory = (spec: MachineSpec, seed: number, now: number, boots: number) => Host

/** Holds the machines' disks, so that one whose worker is gone can be started again from what it had written. */
export class DiskRack implements Rack {
  readonly #specs: ReadonlyMap<string, MachineSpec>
  readonly #seed: number
  readonly #build: HostFactory
  #disks = new Map<string, FileTree>()

  constructor(specs: readonly MachineSpec[], seed: number, build: HostFactory) {
    this.#specs = new Map(specs.map((spec) => [spec.name, spec]))
    this.#seed = seed
    this.#build = build
    for (const spec of specs) this.#disks.set(spec.name, new FileTree(spec.disk))
  }

  start(name: string, now: number, boots: number): Host {
    const spec = this.#specs.get(name)
    if (!spec) throw new Error(`there is no machine ${name}`)
    const disk = boots === 0 ? spec.disk : this.disk(name)
    return this.#build({ ...spec, disk }, this.#seed, now, boots)
  }

  written(name: string, operations: unknown[]): void {
    const disk = this.#disks.get(name)
    for (const operation of operations as DiskOperation[]) disk?.apply(operation)
  }

  /** Machines load assets where they are: what is large or made of code does not travel. */
  asset(): undefined {}

  /** What a machine's disk holds now. */
  disk(name: string): DiskEntry[] {
    return [...(this.#disks.get(name)?.entries() ?? [])]
  }
}
