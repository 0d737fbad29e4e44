import type { Message } from '../sim/packet.ts'
import type { Random } from '../sim/random.ts'
import type { Errno } from './errno.ts'
import type { FileSystem } from './filesystem.ts'
import type { Connection } from './net/connection.ts'
import type { Listener, Network } from './net/network.ts'
import type { Router } from './net/router.ts'
import type { UdpHandler, UdpSocket } from './net/udp.ts'
import type { OpenFile } from './open-file.ts'
import type { Signal } from './signals.ts'
import type { Sys } from './sys.ts'
import type { Tty } from './tty.ts'

/** What a process may know and do. Everything is non-blocking; programs that want to wait are generators (see sys.ts). */
export interface Os {
  readonly pid: number
  /** Its process group. */
  readonly group: number
  readonly argv: readonly string[]
  readonly env: Record<string, string>
  cwd: string
  readonly uid: number
  readonly user: string
  hostname: string
  /** The machine it runs on, whatever the hostname of its namespace is. */
  readonly machine: string
  /** Virtual milliseconds since the session began; monotonic. */
  readonly now: number
  /** The wall clock of this machine: milliseconds since the Unix epoch. */
  readonly clock: number
  readonly random: Random
  readonly fs: FileSystem
  /** The network namespace, to look at or to configure; sockets of this process are made with `listen` and `connect`. */
  readonly net: Network
  /** The machine's kernel, for the few programs that look at it (ps, systemd, container runtimes). */
  readonly kernel: Kernel
  /** Call later; cancelled when the process ends. */
  after(ms: number, fire: () => void): () => void
  /** Do this when the process ends, however it does. */
  atExit(clean: () => void): void
  /** Take connections on a port (0: a free one), of one address or all. Throws EADDRINUSE, EADDRNOTAVAIL. Closed when the process ends. */
  listen(port: number, accepted: (connection: Connection) => void, options?: { address?: string }): Listener
  /** Connect; see Network.connect. What is open is closed when the process ends. */
  connect(
    address: string,
    port: number,
    on: { opened(connection: Connection): void; failed(error: Errno): void },
    options?: { timeoutMs?: number },
  ): () => void
  /** A UDP socket on a port (left out: a free one), of one address or all. Throws EADDRINUSE, EADDRNOTAVAIL. Closed when the process ends. */
  udp(handler: UdpHandler, options?: { port?: number; address?: string }): UdpSocket
  listenUnix(path: string, accepted: (connection: Connection) => void): void
  /** Throws ENOENT when nothing listens there. */
  connectUnix(path: string): Connection
  /** Be given the inputs of a type that come from outside (terminals, real clients). */
  onInput(type: string, receive: (input: Message & Record<string, unknown>) => void): () => void
  /** A new terminal whose output goes to `display`; released when the process ends. */
  /** `pidNamespace` says whose process groups its signals go to, when not this process's own. */
  newTty(display: (text: string) => void, columns: number, rows: number, pidNamespace?: string): Tty
  /** Write to standard output or error without waiting (a full pipe loses nothing, it grows). */
  stdout(text: string): void
  stderr(text: string): void
  /** Tell whoever watches the cluster. */
  observe<M extends Message>(fact: M): void
  /** Tell of a mistake of ours that the program lives through, as Go's recover does; the answer has words that are the same everywhere. */
  recovered(error: unknown): Error
  /** End with a status; for programs that are not generators. */
  exit(status: number): void
  /** Handle a signal instead of dying of it; undefined: die of it again. */
  onSignal(signal: Signal, handle: (() => void) | undefined): void
  /** Do nothing on a signal, and let children inherit that; or take it back. */
  ignoreSignal(signal: Signal, ignored: boolean): void
  /** Start a child. Throws ENOENT, EACCES, ENOEXEC. */
  spawn(request: SpawnRequest): number
  /** Become another program: same pid, same descriptors where the request names none. Use `exec` of sys.ts: nothing after it runs. */
  exec(request: SpawnRequest): void
  /** Be told when a child ends; `status` as a shell gives it. */
  onChildExit(pid: number, ended: (status: number) => void): void
  /** Be told whenever a child is stopped (true) or goes on (false). */
  onChildStop(pid: number, changed: (stopped: boolean) => void): void
  kill(pid: number, signal: Signal): void
  /** Open a file, device or the like; returns the lowest free descriptor. */
  open(path: string, flags: OpenFlags): number
  /** Open without a descriptor; the caller closes it. */
  openFile(path: string, flags: OpenFlags): OpenFile
  descriptor(fd: number): OpenFile
  readonly descriptors: ReadonlyMap<number, OpenFile>
  /** Put an open file on a descriptor, closing what was there. */
  setDescriptor(fd: number, file: OpenFile): void
  close(fd: number): void
  pipe(): { readonly reader: number; readonly writer: number }
  /** Ask for memory (bytes, may be negative to give back); over the cgroup's limit the OOM killer comes. */
  allocate(bytes: number): void
  /** A large piece of data that is loaded late, e.g. API documentation. Virtual time waits for it. */
  asset(name: string, ready: (asset: unknown) => void): void
}

export interface OpenFlags {
  readonly read?: boolean
  readonly write?: boolean
  readonly append?: boolean
  readonly create?: boolean
  readonly truncate?: boolean
}

/** A child to be. What is left out is inherited. */
export interface SpawnRequest {
  readonly argv: readonly string[]
  /** Run this instead of the file that `argv[0]` names, as a fork does that execs nothing. */
  readonly run?: Program
  readonly env?: Record<string, string>
  readonly cwd?: string
  readonly user?: { readonly name: string; readonly uid: number }
  /** Descriptors 0, 1, 2: a descriptor of the parent's, or an open file. */
  readonly stdin?: number | OpenFile
  readonly stdout?: number | OpenFile
  readonly stderr?: number | OpenFile
  /** All descriptors; instead of stdin, stdout and stderr. They are shared with whoever holds them now. */
  readonly descriptors?: ReadonlyMap<number, OpenFile>
  /** Start a process group of its own (shell jobs, services), or join one. */
  readonly group?: boolean | number
  /** The first process of a pid namespace: signals that it does not handle pass it by, and all others there end with it. */
  readonly init?: boolean
  readonly namespaces?: Partial<Namespaces>
  readonly cgroup?: Cgroup
}

/** What a process sees of its machine. */
export interface Namespaces {
  readonly fs: FileSystem
  readonly net: Network
  readonly uts: { hostname: string }
  /** Processes of one pid namespace see each other only; '' is the host's. */
  readonly pid: string
}

/** A group of processes whose memory is counted together. */
export interface Cgroup {
  readonly path: string
  /** Bytes; undefined means no limit. */
  memoryLimit: number | undefined
  memoryUsed: number
  /** True once the OOM killer has been here. */
  oomKilled: boolean
  readonly parent: Cgroup | undefined
}

/** A row of the process table, as ps shows it. */
export interface ProcessInfo {
  readonly pid: number
  readonly ppid: number
  readonly group: number
  readonly argv: readonly string[]
  readonly user: string
  readonly state: 'R' | 'S' | 'T' | 'Z'
  readonly startedAt: number
  readonly rss: number
  readonly tty: string | undefined
  readonly pidNamespace: string
  readonly cgroup: string
}

/** The kernel as privileged programs see it. */
export interface Kernel {
  /** Processes of a pid namespace; '' lists all. */
  processes(pidNamespace: string): ProcessInfo[]
  readonly cpus: number
  /** Bytes of memory of the machine. */
  readonly memory: number
  readonly memoryUsed: number
  /** Milliseconds since the Unix epoch at boot. */
  readonly bootedAt: number
  readonly version: string
  kill(pid: number, signal: Signal): void
  /** What a process is called in a pid namespace; 0 when it is not in it. */
  pidIn(pidNamespace: string, pid: number): number
  /** The host's own namespaces. */
  readonly root: Namespaces
  readonly rootCgroup: Cgroup
  cgroup(path: string, memoryLimit?: number): Cgroup
  /** Moves segments between namespaces and the LAN; holds NAT, neighbours and what is attached to the bridge. */
  readonly router: Router
  /** A new network namespace: a loopback interface and nothing else. */
  newNetwork(name: string): Network
  newFileSystem(mounts: FileSystem['mounts']): FileSystem
  /** Switch off in an orderly way, or off and on. */
  shutdown(reboot: boolean): void
}

/** Software: an event-driven daemon (returns nothing and lives until it exits), or a generator whose value is the exit status. */
export type Program = (os: Os) => Sys<number> | undefined | void

/** Programs by the name that an executable file carries in its first line (`\x7fELF name`). */
export type Programs = Readonly<Record<string, Program>>

/** The contents of an executable file that holds a program. */
export const executable = (program: string): string => `\x7fELF ${program}\n`

/** The program that a file's contents hold, if it is an executable. */
export const programIn = (contents: string): string | undefined =>
  contents.startsWith('\x7fELF ') ? contents.slice(5, contents.indexOf('\n', 5)) : undefined
