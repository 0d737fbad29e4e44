import { Errno } from './errno.ts'
import type { Kernel, ProcessInfo } from './program.ts'

const MAX_ENDED = 256

/**
 * The process ids that a group of processes sees (Linux: kernel/pid_namespace.c). The machine numbers all its processes;
 * a container numbers its own from 1. The host's namespace has the name ''.
 */
export class PidNamespace {
  readonly name: string
  #next = 1
  #inside = new Map<number, number>()
  #outside = new Map<number, number>()
  /** Their numbers are kept for a while: a process group outlives its leader. */
  #ended: number[] = []

  constructor(name: string) {
    this.name = name
  }

  get empty(): boolean {
    return this.#inside.size === this.#ended.length
  }

  add(pid: number): void {
    if (this.name === '') return
    const inside = this.#next++
    this.#inside.set(pid, inside)
    this.#outside.set(inside, pid)
  }

  remove(pid: number): void {
    if (this.name === '') return
    this.#ended.push(pid)
    if (this.#ended.length <= MAX_ENDED) return
    const oldest = this.#ended.shift() as number
    this.#outside.delete(this.#inside.get(oldest) ?? 0)
    this.#inside.delete(oldest)
  }

  /** What a process of the machine is called in here; 0 when it is not seen. */
  inside(pid: number): number {
    return this.name === '' ? pid : (this.#inside.get(pid) ?? 0)
  }

  /** The machine's number for a process in here; negative ones stand for groups. Throws ESRCH. */
  outside(pid: number): number {
    if (this.name === '') return pid
    const found = this.#outside.get(Math.abs(pid))
    if (found === undefined) throw new Errno('ESRCH')
    return pid < 0 ? -found : found
  }
}

/** The kernel as processes of a container see it: their own processes, under the numbers they know. */
export function kernelFor(kernel: Kernel, pids: PidNamespace): Kernel {
  if (pids.name === '') return kernel
  const seen = (info: ProcessInfo): ProcessInfo => ({
    ...info,
    pid: pids.inside(info.pid),
    ppid: pids.inside(info.ppid),
    group: pids.inside(info.group),
    pidNamespace: '',
  })
  return {
    processes: () => kernel.processes(pids.name).map(seen),
    kill: (pid, signal) => kernel.kill(pids.outside(pid), signal),
    pidIn: (name, pid) => kernel.pidIn(name, pid),
    cpus: kernel.cpus,
    memory: kernel.memory,
    get memoryUsed() {
      return kernel.memoryUsed
    },
    bootedAt: kernel.bootedAt,
    version: kernel.version,
    root: kernel.root,
    rootCgroup: kernel.rootCgroup,
    cgroup: (path, limit) => kernel.cgroup(path, limit),
    router: kernel.router,
    newNetwork: (name) => kernel.newNetwork(name),
    newFileSystem: (mounts) => kernel.newFileSystem(mounts),
    shutdown: (reboot) => kernel.shutdown(reboot),
  }
}
