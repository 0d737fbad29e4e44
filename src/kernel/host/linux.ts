import type { Hardware } from '../sim/machine.ts'
import type { Message } from '../sim/packet.ts'
import { panicOf, traceOf, whyOf } from '../sim/panic.ts'
import { Cgroups, markKilled, victimIn } from './cgroups.ts'
import { FileTree, type DiskEntry, type DiskOperation } from './disk.ts'
import { Errno } from './errno.ts'
import { loadExecutable } from './executables.ts'
import { FileSystem } from './filesystem.ts'
import type { Network } from './net/network.ts'
import { Router } from './net/router.ts'
import { UnixSockets } from './net/unix.ts'
import { devNull, type OpenFile } from './open-file.ts'
import { openPath } from './open-path.ts'
import { osFor } from './os.ts'
import { PidNamespace } from './pid-namespace.ts'
import { describe, memoryInfo } from './proc.ts'
import { Process } from './process.ts'
import type { Cgroup, Kernel, Namespaces, OpenFlags, ProcessInfo, Programs, SpawnRequest } from './program.ts'
import type { Signal } from './signals.ts'
import type { Sys } from './sys.ts'
import { Tty } from './tty.ts'

/** A computer, before any software runs. Plain data: it is posted to the worker that will be it. */
export interface MachineSpec {
  readonly name: string
  readonly cpus: number
  /** Bytes. */
  readonly memory: number
  readonly disk: readonly DiskEntry[]
  /** Bytes the disk holds; 1 GiB when left out. */
  readonly diskBytes?: number
  /** When virtual time 0 is, in milliseconds since the Unix epoch; EPOCH_MS when left out. */
  readonly epochMs?: number
}

/** When virtual time 0 is where nobody says otherwise: 2026-01-01T00:00:00Z. */
export const EPOCH_MS = 1_767_225_600_000

/** Half the memory at most, as Linux has it; and no more than is good for the computer that all this runs on. */
const TMPFS_BYTES = 256 * 1024 ** 2
/** Processes that start within a millisecond; those beyond wait for their turn. */
const STARTS_PER_MS = 20
/** sysctl kernel.threads-max; small, so that a fork bomb is over soon. */
const MAX_PROCESSES = 4096

/** What is put into a machine from outside. */
export type MachineInput = Message & { readonly [key: string]: unknown }

/** The kernel of one machine: processes, files, network. It starts the program `init` (systemd) as process 1. */
export class Linux implements Kernel {
  readonly hardware: Hardware
  readonly cpus: number
  readonly memory: number
  readonly bootedAt: number
  readonly version = '6.1.0-28-amd64'
  readonly disk: FileTree
  readonly root: Namespaces
  readonly rootCgroup: Cgroup
  readonly router: Router
  readonly unix: UnixSockets
  readonly #programs: Programs
  readonly #epochMs: number
  #processes = new Map<number, Process>()
  readonly #cgroups: Cgroups
  #nextPid = 1
  /** Processes started in this millisecond or waiting for one to come. */
  #starts = { ms: 0, count: 0 }
  #pidNamespaces = new Map<string, PidNamespace>()
  #ttys = new Map<string, Tty>()
  #doors = new Map<string, (input: MachineInput) => void>()

  constructor(hardware: Hardware, spec: MachineSpec, programs: Programs) {
    this.hardware = hardware
    this.cpus = spec.cpus
    this.memory = spec.memory
    this.#programs = programs
    this.#epochMs = spec.epochMs ?? EPOCH_MS
    this.bootedAt = this.clock
    this.disk = new FileTree(
      spec.disk,
      (operation: DiskOperation) => hardware.write(operation),
      spec.diskBytes,
    )
    this.router = new Router(hardware)
    this.router.root.interfaces.push({
      name: 'eth0',
      mac: macOf(hardware.name),
      mtu: 1500,
      up: false,
      addresses: [],
    })
    const draw = hardware.random('nat')
    this.router.netfilter.random = draw
    this.unix = new UnixSockets((ms, fire) => hardware.after(ms, fire))
    this.#cgroups = new Cgroups(spec.memory)
    this.rootCgroup = this.#cgroups.root
    this.root = { fs: this.#rootFileSystem(), net: this.router.root, uts: { hostname: spec.name }, pid: '' }
    this.#boot()
  }

  /** Milliseconds since the Unix epoch. */
  get clock(): number {
    return this.#epochMs + this.hardware.now
  }

  get memoryUsed(): number {
    return this.rootCgroup.memoryUsed
  }

  /** A frame from the LAN, or an input from outside for one of the machine's doors. */
  receive(body: Message, from: string): void {
    if (from === 'user') this.#doors.get(body.type)?.(body as MachineInput)
    else this.router.receive(body, from)
  }

  /** Be told of inputs of a type. One receiver a type: the last that asked. */
  onInput(type: string, receive: (input: MachineInput) => void): () => void {
    this.#doors.set(type, receive)
    return () => {
      if (this.#doors.get(type) === receive) this.#doors.delete(type)
    }
  }

  processes(pidNamespace: string): ProcessInfo[] {
    return [...this.#processes.values()]
      .filter((process) => pidNamespace === '' || process.namespaces.pid === pidNamespace)
      .map(describe)
  }

  processOf(pid: number): Process | undefined {
    return this.#processes.get(pid)
  }

  pidIn(pidNamespace: string, pid: number): number {
    return this.pidNamespace(pidNamespace).inside(pid)
  }

  /** The process ids of a container, or of the host (''). */
  pidNamespace(name: string): PidNamespace {
    let pids = this.#pidNamespaces.get(name)
    if (!pids) {
      pids = new PidNamespace(name)
      this.#pidNamespaces.set(name, pids)
    }
    return pids
  }

  kill(pid: number, signal: Signal): void {
    if (pid < 0) return this.signalGroup(-pid, signal)
    const process = this.#processes.get(pid)
    if (!process) throw new Errno('ESRCH')
    process.signal(signal)
  }

  signalGroup(group: number, signal: Signal): void {
    // Readers of pipes before their writers: otherwise they would see the end of the file first.
    for (const process of [...this.#processes.values()].reverse())
      if (process.group === group) process.signal(signal)
  }

  cgroup(path: string, memoryLimit?: number): Cgroup {
    return this.#cgroups.get(path, memoryLimit)
  }

  newNetwork(name: string): Network {
    return this.router.newNetwork(name)
  }

  newFileSystem(mounts: FileSystem['mounts']): FileSystem {
    return new FileSystem(mounts, () => this.clock)
  }

  /** A new terminal; what programs print to it goes to `display`. */
  newTty(display: (text: string) => void, columns: number, rows: number, pids: PidNamespace): Tty {
    let number = 0
    while (this.#ttys.has(`/dev/pts/${number}`)) number++
    const name = `/dev/pts/${number}`
    const tty = new Tty(
      name,
      { display, signalGroup: (group, signal) => this.signalGroup(groupOutside(pids, group), signal) },
      columns,
      rows,
    )
    this.#ttys.set(name, tty)
    return tty
  }

  releaseTty(tty: Tty): void {
    this.#ttys.delete(tty.name)
    tty.hangUp()
  }

  shutdown(reboot: boolean): void {
    for (const process of [...this.#processes.values()].reverse())
      if (process.pid !== 1) process.signal('SIGTERM')
    this.hardware.observe('kernel', { type: 'shutdown', reboot })
  }

  /** Start a process. Throws ENOENT, EACCES, ENOEXEC as exec does. */
  spawn(request: SpawnRequest, parent: Process | undefined): Process {
    if (this.#processes.size >= MAX_PROCESSES) throw new Errno('EAGAIN')
    const namespaces = { ...(parent?.namespaces ?? this.root), ...request.namespaces }
    const cwd = request.cwd ?? parent?.cwd ?? '/'
    const env = { ...(request.env ?? parent?.env ?? {}) }
    const { program, argv } = request.run
      ? { program: request.run, argv: request.argv }
      : loadExecutable(this.#programs, namespaces.fs, request.argv, cwd, env)
    const pid = this.#nextPid++
    const pids = this.pidNamespace(namespaces.pid)
    pids.add(pid)
    const process = new Process(
      {
        pid,
        parent,
        argv,
        env,
        cwd,
        namespaces,
        user: request.user ?? parent?.user ?? { name: 'root', uid: 0 },
        group:
          typeof request.group === 'number' ? request.group : request.group ? pid : (parent?.group ?? pid),
        cgroup: request.cgroup ?? parent?.cgroup ?? this.rootCgroup,
        init: request.init ?? false,
        pids,
      },
      this.#processContext(),
    )
    this.#processes.set(pid, process)
    parent?.children.set(pid, process)
    this.#inherit(process, parent, request)
    this.hardware.after(this.#startDelay(), () => this.#start(process, program))
    return process
  }

  /** Starting a process is work: a machine that does nothing else must still let time pass. */
  #startDelay(): number {
    const starts = this.#starts
    const ms = Math.floor(this.hardware.now)
    starts.count = Math.max(0, starts.count - (ms - starts.ms) * STARTS_PER_MS) + 1
    starts.ms = ms
    return Math.floor((starts.count - 1) / STARTS_PER_MS)
  }

  /** Make a process run another program. Throws ENOENT, EACCES, ENOEXEC. */
  exec(request: SpawnRequest, process: Process): void {
    const env = { ...(request.env ?? process.env) }
    const { program, argv } = loadExecutable(
      this.#programs,
      process.namespaces.fs,
      request.argv,
      process.cwd,
      env,
    )
    process.replace(argv, env)
    const wanted = request.descriptors ?? process.descriptors
    for (const [fd, file] of wanted) {
      if (process.descriptors.get(fd) === file) continue
      file.share?.()
      process.setDescriptor(fd, file)
    }
    for (const fd of [...process.descriptors.keys()]) if (!wanted.has(fd)) process.closeDescriptor(fd)
    this.hardware.after(0, () => this.#start(process, program))
  }

  /** Ask for memory; when a limit is passed, the biggest process of that group is killed. */
  allocate(process: Process, bytes: number): void {
    const full = this.#cgroups.charge(process, bytes)
    if (full) this.#outOfMemory(full)
  }

  /** Open a path, a device included. */
  open(process: Process, path: string, flags: OpenFlags): OpenFile {
    return openPath(process, path, flags)
  }

  #boot(): void {
    const { fs } = this.root
    if (!fs.exists('/sbin/init'))
      return this.hardware.observe('kernel', { type: 'kernel-panic', why: 'No working init found.' })
    this.spawn(
      {
        argv: ['/sbin/init'],
        env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' },
        cwd: '/',
      },
      undefined,
    )
  }

  #rootFileSystem(): FileSystem {
    const bytes = Math.min(TMPFS_BYTES, this.memory / 2)
    const tmpfs = (at: string) => {
      const tree = new FileTree([], undefined, bytes)
      return { at, tree, source: '', type: 'tmpfs', device: 'tmpfs' }
    }
    const fs = this.newFileSystem([
      { at: '/', tree: this.disk, source: '', type: 'ext4', device: '/dev/vda1' },
      tmpfs('/run'),
      tmpfs('/tmp'),
      tmpfs('/dev'),
      tmpfs('/proc'),
      tmpfs('/sys'),
    ])
    fs.generate('/proc/uptime', () => `${((this.clock - this.bootedAt) / 1000).toFixed(2)} 0.00\n`)
    fs.generate('/proc/meminfo', () => memoryInfo(this.memory, this.memoryUsed))
    fs.generate('/proc/loadavg', () => `0.00 0.00 0.00 1/${this.#processes.size} ${this.#nextPid - 1}\n`)
    return fs
  }

  #inherit(process: Process, parent: Process | undefined, request: SpawnRequest): void {
    if (request.descriptors) {
      for (const [fd, file] of request.descriptors) {
        file.share?.()
        process.setDescriptor(fd, file)
      }
      return
    }
    const wanted = [request.stdin, request.stdout, request.stderr]
    wanted.forEach((source, fd) => {
      let file: OpenFile | undefined
      if (typeof source === 'object') file = source
      else {
        file = parent?.descriptors.get(source ?? fd) ?? devNull()
        file.share?.()
      }
      process.setDescriptor(fd, file)
    })
  }

  #start(process: Process, program: Programs[string]): void {
    if (!process.alive) return
    try {
      const running = program(osFor(this, process))
      if (running) process.run(running as Sys<number>)
    } catch (error) {
      if (!(error instanceof Errno)) return this.#panicked(process, error)
      process.descriptors.get(2)?.write?.(`${process.argv[0]}: ${error.message}\n`)
      process.exit(1)
    }
  }

  #processContext() {
    const linux = this
    return {
      get now() {
        return linux.hardware.now
      },
      after: (ms: number, fire: () => void) => this.hardware.after(ms, fire),
      ended: (process: Process) => this.#ended(process),
      panicked: (process: Process, error: unknown) => this.#panicked(process, error),
    }
  }

  /** As a Go program ends that panics (runtime/panic.go): a few words, status 2. Process 1 stays, or the machine would be lost. */
  #panicked(process: Process, error: unknown): void {
    const program = process.argv[0].slice(process.argv[0].lastIndexOf('/') + 1)
    this.hardware.observe('kernel', panicOf(program, process.pid, error), traceOf(error))
    if (!process.alive || process.pid === 1) return
    try {
      process.descriptors.get(2)?.write?.(`panic: ${whyOf(error)}\n\ngoroutine 1 [running]:\n`)
    } catch {
      // Nobody reads it any more.
    }
    process.exit(2)
  }

  #ended(process: Process): void {
    this.#processes.delete(process.pid)
    if (process.init) this.#endNamespace(process.namespaces.pid)
    process.pids.remove(process.pid)
    if (process.pids.name && process.pids.empty) this.#pidNamespaces.delete(process.pids.name)
    const init = this.#processes.get(1)
    for (const child of process.children.values()) {
      child.parent = init
      if (child.alive) init?.children.set(child.pid, child)
    }
    const { parent } = process
    this.hardware.after(0, () => parent?.childEnded(process))
  }

  /** Linux: kernel/pid_namespace.c zap_pid_ns_processes. */
  #endNamespace(name: string): void {
    for (const process of [...this.#processes.values()])
      if (process.namespaces.pid === name) process.signal('SIGKILL')
  }

  #outOfMemory(group: Cgroup): void {
    const victim = victimIn(group, this.#processes.values())
    if (!victim) return
    markKilled(victim.cgroup, group)
    this.hardware.observe('kernel', {
      type: 'oom-kill',
      pid: victim.pid,
      command: victim.argv[0],
      rss: victim.rss,
    })
    victim.signal('SIGKILL')
  }
}

/** A group that is gone has nobody to signal. */
function groupOutside(pids: PidNamespace, group: number): number {
  try {
    return pids.outside(group)
  } catch {
    return 0
  }
}

/** The link address of a machine's network card, in the range QEMU uses, derived from the machine's name (FNV-1a). */
export function macOf(name: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  const parts = [hash >>> 16, hash >>> 8, hash].map((part) => (part & 255).toString(16).padStart(2, '0'))
  return `52:54:00:${parts.join(':')}`
}
