import type { Process } from './process.ts'
import type { Cgroup } from './program.ts'

/** The control groups of a machine: whose memory is counted together, and how much they may have. */
export class Cgroups {
  readonly root: Cgroup
  #groups = new Map<string, Cgroup>()

  /** `memory` is the machine's, in bytes. */
  constructor(memory: number) {
    this.root = { path: '/', memoryLimit: memory, memoryUsed: 0, oomKilled: false, parent: undefined }
  }

  /** The group of a path, made with its parents when it is new. */
  get(path: string, memoryLimit?: number): Cgroup {
    let group = this.#groups.get(path)
    if (!group) {
      const slash = path.lastIndexOf('/')
      const parent = slash > 0 ? this.get(path.slice(0, slash)) : this.root
      group = { path, memoryLimit, memoryUsed: 0, oomKilled: false, parent }
      this.#groups.set(path, group)
    }
    if (memoryLimit !== undefined) group.memoryLimit = memoryLimit
    return group
  }

  /** Count memory for a process; returns the innermost group whose limit it passes, if any. */
  charge(process: Process, bytes: number): Cgroup | undefined {
    process.rss += bytes
    for (const group of upwards(process.cgroup)) group.memoryUsed += bytes
    for (const group of upwards(process.cgroup)) {
      if (group.memoryLimit !== undefined && group.memoryUsed > group.memoryLimit) return group
    }
    return undefined
  }
}

/** The process that the OOM killer takes from a group: the biggest, never process 1 (Linux: mm/oom_kill.c). */
export function victimIn(group: Cgroup, processes: Iterable<Process>): Process | undefined {
  const inside = [...processes].filter(({ cgroup, pid }) => pid !== 1 && isWithin(cgroup, group))
  return inside.sort((a, b) => b.rss - a.rss || a.pid - b.pid)[0]
}

/** The OOM killer was in a group and all groups up to the one whose limit was passed. */
export function markKilled(from: Cgroup, upTo: Cgroup): void {
  for (const group of upwards(from)) {
    if (group.path === '/') return
    group.oomKilled = true
    if (group === upTo) return
  }
}

function* upwards(from: Cgroup): Iterable<Cgroup> {
  for (let group: Cgroup | undefined = from; group; group = group.parent) yield group
}

const isWithin = ({ path }: Cgroup, group: Cgroup): boolean =>
  group.path === '/' || path === group.path || path.startsWith(`${group.path}/`)
