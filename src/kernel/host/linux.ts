import type { Hardware } from '../sim/machine.ts'
import type { Message } from '../sim/packet.ts'
import { panicOf, traceOf, whyOf } from '../sim/panic.ts'
import { FileTree, type DiskEntry, type DiskOperation } from './disk.ts'
import { Errno } from './errno.ts'
import { absolute, FileSystem } from './filesystem.ts'
import type { Network } from './net/network.ts'
import { Router } from './net/router.ts'
import { UnixSockets } from './net/unix.ts'
import { devNull, sink, type OpenFile } from './open-file.ts'
import { osFor } from './os.ts'
import { PidNamespace } from './pid-namespace.ts'
import { Process } from './process.ts'
import {
  programIn,
  type Cgroup,
  type Kernel,
  type Namespaces,
  type ProcessInfo,
  type Programs,
  type SpawnRequest,
} from './program.ts'
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
  /** When virtual time 0 is, in milliseconds since the Unix epoch; EPOCH_MS when left out. */
  readonly epochMs?: number
}

/** When virtual time 0 is where nobody says otherwise: 2026-01-01T00:00:00Z. */
export const EPOCH_MS = 1_767_225_600_000

const SHEBANG = /^#![ \t]*(\S+)(?:[ \t]+(\S.*))?\n/

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
  #cgroups = new Map<string, Cgroup>()
  #nextPid = 1
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
    this.disk = new FileTree(spec.disk, (operation: DiskOperation) => hardware.write(operation))
    this.router = new Router(hardware)
    this.router.root.interfaces.push({
      name: 'eth0',
      mac: macOf(hardware.name),
      mtu: 1500,
      up: false,
      addresses: [],
    })
    const draw = hardware.random('nat')
    this.router.nat.choose = (count) => Math.floor(draw() * count)
    this.unix = new UnixSockets((ms, fire) => hardware.after(ms, fire))
    this.rootCgroup = {
      path: '/',
      memoryLimit: spec.memory,
      memoryUsed: 0,
      oomKilled: false,
      parent: undefined,
    }
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
    let cgroup = this.#cgroups.get(path)
    if (!cgroup) {
      const slash = path.lastIndexOf('/')
      const parent = slash > 0 ? this.cgroup(path.slice(0, slash)) : this.rootCgroup
      cgroup = { path, memoryLimit, memoryUsed: 0, oomKilled: false, parent }
      this.#cgroups.set(path, cgroup)
    }
    if (memoryLimit !== undefined) cgroup.memoryLimit = memoryLimit
    return cgroup
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
    const namespaces = { ...(parent?.namespaces ?? this.root), ...request.namespaces }
    const cwd = request.cwd ?? parent?.cwd ?? '/'
    const env = { ...(request.env ?? parent?.env ?? {}) }
    const { program, argv } = request.run
      ? { program: request.run, argv: request.argv }
      : this.#load(namespaces.fs, request.argv, cwd, env)
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
    this.hardware.after(0, () => this.#start(process, program))
    return process
  }

  /** Make a process run another program. Throws ENOENT, EACCES, ENOEXEC. */
  exec(request: SpawnRequest, process: Process): void {
    const env = { ...(request.env ?? process.env) }
    const { program, argv } = this.#load(process.namespaces.fs, request.argv, process.cwd, env)
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
    process.rss += bytes
    for (let group: Cgroup | undefined = process.cgroup; group; group = group.parent)
      group.memoryUsed += bytes
    for (let group: Cgroup | undefined = process.cgroup; group; group = group.parent) {
      if (group.memoryLimit !== undefined && group.memoryUsed > group.memoryLimit)
        return this.#outOfMemory(group)
    }
  }

  /** Open a path, a device included. */
  open(
    process: Process,
    path: string,
    flags: { read?: boolean; write?: boolean; append?: boolean; create?: boolean; truncate?: boolean },
  ): OpenFile {
    const { fs } = process.namespaces
    // Links count: an image's access.log may be /dev/stdout.
    const full = fs.realpath(absolute(process.cwd, path))
    if (full === '/dev/null') return devNull()
    const same = descriptorAt(full)
    if (same !== undefined) return shared(process.descriptor(same))
    if (full === '/dev/zero') return { name: full, read: () => '\0'.repeat(4096), write: () => true }
    if (full === '/dev/tty')
      return shared([...process.descriptors.values()].find((file) => file.tty) ?? devNull())
    if (!fs.exists(full)) {
      if (!flags.create) throw new Errno('ENOENT', path)
      fs.write(full, '')
    } else if (fs.stat(full).kind === 'directory' && flags.write) throw new Errno('EISDIR', path)
    else if (flags.truncate) fs.write(full, '')
    return regularFile(fs, full, flags)
  }

  #boot(): void {
    const { fs } = this.root
    if (!fs.exists('/sbin/init'))
      return this.hardware.observe('kernel', { type: 'panic', why: 'No working init found.' })
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
    const tmpfs = (at: string) => ({ at, tree: new FileTree(), source: '', type: 'tmpfs', device: 'tmpfs' })
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

  /** Find out what an executable is: a program, or a script and its interpreter. */
  #load(
    fs: FileSystem,
    argv: readonly string[],
    cwd: string,
    env: Record<string, string>,
  ): { program: Programs[string]; argv: readonly string[] } {
    const path = findExecutable(fs, argv[0], cwd, env)
    const contents = fs.read(path)
    const name = programIn(contents)
    if (name !== undefined) {
      const program = this.#programs[name.split(' ')[0]]
      if (!program) throw new Errno('ENOEXEC', path)
      return { program, argv }
    }
    const shebang = SHEBANG.exec(contents)
    if (!shebang) throw new Errno('ENOEXEC', path)
    const [, interpreter, argument] = shebang
    return this.#load(fs, [interpreter, ...(argument ? [argument] : []), path, ...argv.slice(1)], cwd, env)
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
    const inside = [...this.#processes.values()].filter(
      ({ cgroup, pid }) =>
        pid !== 1 &&
        (group.path === '/' || cgroup.path === group.path || cgroup.path.startsWith(`${group.path}/`)),
    )
    const victim = inside.sort((a, b) => b.rss - a.rss || a.pid - b.pid)[0]
    if (!victim) return
    for (let hit: Cgroup | undefined = victim.cgroup; hit && hit.path !== '/'; hit = hit.parent) {
      hit.oomKilled = true
      if (hit === group) break
    }
    this.hardware.observe('kernel', {
      type: 'oom-kill',
      pid: victim.pid,
      command: victim.argv[0],
      rss: victim.rss,
    })
    victim.signal('SIGKILL')
  }
}

/** Search PATH as execvp does. Throws ENOENT, EACCES. */
export function findExecutable(
  fs: FileSystem,
  name: string,
  cwd: string,
  env: Record<string, string>,
): string {
  const candidates = name.includes('/')
    ? [absolute(cwd, name)]
    : (env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin').split(':').map((directory) => `${directory}/${name}`)
  const path = candidates.find((candidate) => fs.exists(candidate) && fs.stat(candidate).kind === 'file')
  if (!path) throw new Errno('ENOENT', name)
  if ((fs.stat(path).mode & 0o111) === 0) throw new Errno('EACCES', name)
  return path
}

const STANDARD: readonly string[] = ['/dev/stdin', '/dev/stdout', '/dev/stderr']

/** The descriptor that a path stands for, as links in /dev and /proc do. */
function descriptorAt(path: string): number | undefined {
  const match = /^\/(?:dev|proc\/(?:1|self))\/fd\/(\d+)$/.exec(path)
  const standard = STANDARD.indexOf(path)
  return match ? Number(match[1]) : standard < 0 ? undefined : standard
}

function shared(file: OpenFile): OpenFile {
  file.share?.()
  return file
}

function regularFile(fs: FileSystem, path: string, { append }: { append?: boolean }): OpenFile {
  let offset = 0
  return {
    name: path,
    read: () => {
      const data = fs.read(path).slice(offset)
      offset += data.length
      return data === '' ? null : data
    },
    unread: (data) => {
      offset -= data.length
    },
    write: (data) => {
      const size = append || offset >= fs.stat(path).size ? -1 : offset
      if (size < 0) fs.append(path, data)
      else fs.write(path, fs.read(path).slice(0, offset) + data + fs.read(path).slice(offset + data.length))
      offset += data.length
      return true
    },
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

const describe = (process: Process): ProcessInfo => ({
  pid: process.pid,
  ppid: process.parent?.pid ?? 0,
  group: process.group,
  argv: process.argv,
  user: process.user.name,
  state: process.stopped ? 'T' : 'S',
  startedAt: process.startedAt,
  rss: process.rss,
  tty: [...process.descriptors.values()].find((file) => file.tty)?.name,
  pidNamespace: process.namespaces.pid,
  cgroup: process.cgroup.path,
})

/** A link address in the range QEMU uses, derived from the machine's name (FNV-1a). */
/** The link address of a machine's network card. */
export function macOf(name: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  const parts = [hash >>> 16, hash >>> 8, hash].map((part) => (part & 255).toString(16).padStart(2, '0'))
  return `52:54:00:${parts.join(':')}`
}

function memoryInfo(total: number, used: number): string {
  const row = (name: string, bytes: number) =>
    `${`${name}:`.padEnd(15)} ${String(Math.floor(bytes / 1024)).padStart(9)} kB\n`
  return (
    row('MemTotal', total) +
    row('MemFree', total - used) +
    row('MemAvailable', total - used) +
    row('SwapTotal', 0) +
    row('SwapFree', 0)
  )
}

/** For tests and tools: an open file that collects what is written. */
export const collector = (): { file: OpenFile; text(): string } => {
  const parts: string[] = []
  return { file: sink('collector', (data) => void parts.push(data)), text: () => parts.join('') }
}
