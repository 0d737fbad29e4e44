import { Errno } from './errno.ts'
import type { OpenFile } from './open-file.ts'
import type { PidNamespace } from './pid-namespace.ts'
import type { Cgroup, Namespaces } from './program.ts'
import { signals, type Signal } from './signals.ts'
import type { Caller, Sys, Syscall } from './sys.ts'

/** System calls that are done at once, before one of them takes a millisecond: a loop of them lets time pass and can be interrupted. */
const CALLS_PER_MS = 1000

/** What a process needs of the kernel that runs it. */
export interface ProcessContext {
  readonly now: number
  after(ms: number, fire: () => void): () => void
  /** It ended; the table and its parent must know. */
  ended(process: Process): void
  /** Its program threw what it did not mean to. */
  panicked(process: Process, error: unknown): void
}

export interface ProcessOptions {
  readonly pid: number
  readonly parent: Process | undefined
  readonly argv: readonly string[]
  readonly env: Record<string, string>
  readonly cwd: string
  readonly user: { readonly name: string; readonly uid: number }
  readonly group: number
  readonly namespaces: Namespaces
  readonly cgroup: Cgroup
  readonly init: boolean
  readonly pids: PidNamespace
}

/** One process: descriptors, children, signals, and the generator it runs, if it is one. */
export class Process implements Caller {
  readonly pid: number
  argv: readonly string[]
  env: Record<string, string>
  cwd: string
  readonly user: { readonly name: string; readonly uid: number }
  readonly group: number
  readonly namespaces: Namespaces
  readonly cgroup: Cgroup
  /** The first process of a container. */
  readonly init: boolean
  /** The numbers that it knows processes by. */
  readonly pids: PidNamespace
  /** Its own number among those. */
  readonly ownPid: number
  /** Signals that do nothing; children inherit them. */
  readonly ignored: Set<Signal>
  readonly startedAt: number
  parent: Process | undefined
  readonly children = new Map<number, Process>()
  rss = 0
  /** Exit status as a shell gives it; undefined while it lives. */
  status: number | undefined
  stopped = false
  readonly #context: ProcessContext
  #descriptors = new Map<number, OpenFile>()
  #handlers = new Map<Signal, () => void>()
  #timers = new Set<() => void>()
  #cleanups = new Set<() => void>()
  #program: Sys<number> | undefined
  #cancel: (() => void) | undefined
  #waiters: { pid: number | undefined; ended: (pid: number, status: number) => void }[] = []
  #watchers = new Map<number, ((status: number) => void)[]>()
  #stopWatchers = new Map<number, (stopped: boolean) => void>()
  #held: (() => void)[] = []
  /** System calls since it last had to wait. */
  #calls = 0

  constructor(options: ProcessOptions, context: ProcessContext) {
    this.pid = options.pid
    this.parent = options.parent
    this.argv = options.argv
    this.env = options.env
    this.cwd = options.cwd
    this.user = options.user
    this.group = options.group
    this.namespaces = options.namespaces
    this.cgroup = options.cgroup
    this.init = options.init
    this.pids = options.pids
    this.ownPid = options.pids.inside(options.pid)
    this.ignored = new Set(options.parent?.ignored)
    this.#context = context
    this.startedAt = context.now
  }

  get alive(): boolean {
    return this.status === undefined
  }

  /** Run a generator until it ends; its value is the exit status. */
  run(program: Sys<number>): void {
    this.#program = program
    const first = this.#advance(() => program.next())
    if (first) this.#begin(first)
  }

  /** End now, with all that it holds. */
  exit(status: number): void {
    if (!this.alive) return
    this.status = status
    const program = this.#program
    this.#program = undefined
    this.#cancel?.()
    this.#unwind(program)
    for (const cancel of this.#timers) cancel()
    for (const clean of this.#cleanups) this.guard(clean)
    for (const file of this.#descriptors.values()) file.close?.()
    this.#descriptors.clear()
    this.cgroup.memoryUsed -= this.rss
    for (let group = this.cgroup.parent; group; group = group.parent) group.memoryUsed -= this.rss
    this.rss = 0
    this.#context.ended(this)
  }

  /** Run a piece of its program. What that throws is a mistake of ours: the process panics, as one in Go does, and its machine lives on. */
  guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#context.panicked(this, error)
    }
  }

  /** Do this when the process ends, however it does. Returns how to call it off. */
  atExit(clean: () => void): () => void {
    this.#cleanups.add(clean)
    return () => void this.#cleanups.delete(clean)
  }

  signal(signal: Signal): void {
    if (!this.alive) return
    if (signal === 'SIGCONT') return this.#continue()
    if (signal === 'SIGSTOP') return this.#stop()
    if (signal !== 'SIGKILL' && this.ignored.has(signal)) return
    const handler = signal === 'SIGKILL' ? undefined : this.#handlers.get(signal)
    if (handler) return this.guard(handler)
    // Linux: kernel/signal.c sig_task_ignored, SIGNAL_UNKILLABLE.
    if (this.init && signal !== 'SIGKILL') return
    if (signal === 'SIGTSTP') return this.#stop()
    if (signal === 'SIGCHLD' || signal === 'SIGWINCH') return
    this.exit(128 + signals[signal])
  }

  handle(signal: Signal, handler: (() => void) | undefined): void {
    if (handler) this.#handlers.set(signal, handler)
    else this.#handlers.delete(signal)
  }

  /** Become another program: what the old one was waiting for and had open beside its descriptors is gone. */
  replace(argv: readonly string[], env: Record<string, string>): void {
    this.argv = argv
    this.env = env
    this.#program = undefined
    this.#cancel?.()
    this.#cancel = undefined
    this.#handlers.clear()
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    for (const clean of this.#cleanups) clean()
    this.#cleanups.clear()
  }

  after(ms: number, fire: () => void): () => void {
    const cancel = this.#context.after(ms, () => {
      this.#timers.delete(cancel)
      this.#whenRunning(fire)
    })
    this.#timers.add(cancel)
    return () => {
      this.#timers.delete(cancel)
      cancel()
    }
  }

  descriptor(fd: number): OpenFile {
    const file = this.#descriptors.get(fd)
    if (!file) throw new Errno('EBADF')
    return file
  }

  get descriptors(): ReadonlyMap<number, OpenFile> {
    return this.#descriptors
  }

  /** Put a file that this process now holds on a descriptor. */
  setDescriptor(fd: number, file: OpenFile): void {
    this.#descriptors.get(fd)?.close?.()
    this.#descriptors.set(fd, file)
  }

  addDescriptor(file: OpenFile): number {
    let fd = 3
    while (this.#descriptors.has(fd)) fd++
    this.#descriptors.set(fd, file)
    return fd
  }

  closeDescriptor(fd: number): void {
    this.descriptor(fd).close?.()
    this.#descriptors.delete(fd)
  }

  waitChild(pid: number | undefined, ended: (pid: number, status: number) => void): (() => void) | undefined {
    const children = [...this.children.values()].filter(
      (child) => pid === undefined || this.seen(child) === pid,
    )
    const dead = children.find((child) => !child.alive)
    if (dead) {
      this.children.delete(dead.pid)
      ended(this.seen(dead), dead.status as number)
      return () => {}
    }
    if (!children.length) return undefined
    const waiter = { pid, ended }
    this.#waiters.push(waiter)
    return () => {
      this.#waiters = this.#waiters.filter((other) => other !== waiter)
    }
  }

  /** The number by which this process knows a child: its own namespace's, or the machine's. */
  seen(child: Process): number {
    return child.pids === this.pids ? child.ownPid : child.pid
  }

  /** Call when a child ends; it is reaped. */
  watchChild(pid: number, ended: (status: number) => void): void {
    const child = [...this.children.values()].find((other) => this.seen(other) === pid)
    if (child && !child.alive) {
      this.children.delete(child.pid)
      return ended(child.status as number)
    }
    this.#watchers.set(pid, [...(this.#watchers.get(pid) ?? []), ended])
  }

  /** Call whenever a child is stopped or goes on. */
  watchStops(pid: number, changed: (stopped: boolean) => void): void {
    this.#stopWatchers.set(pid, changed)
  }

  childStopped(child: Process): void {
    if (this.alive) this.guard(() => this.#stopWatchers.get(this.seen(child))?.(child.stopped))
  }

  /** A child ended: reap it if someone waits, else keep it as a zombie. */
  childEnded(child: Process): void {
    if (!this.alive) return
    const status = child.status as number
    const pid = this.seen(child)
    this.#stopWatchers.delete(pid)
    const watchers = this.#watchers.get(pid)
    this.#watchers.delete(pid)
    if (watchers) {
      this.children.delete(child.pid)
      for (const ended of watchers) this.guard(() => ended(status))
      return
    }
    const waiter = this.#waiters.find((other) => other.pid === undefined || other.pid === pid)
    this.signal('SIGCHLD')
    if (!waiter) return
    this.#waiters = this.#waiters.filter((other) => other !== waiter)
    this.children.delete(child.pid)
    waiter.ended(pid, status)
  }

  /** Start a system call. One that is done at once goes on in the loop below, so that no stack grows. */
  #begin(first: Syscall): void {
    let syscall: Syscall | undefined = first
    while (syscall && this.alive) {
      let outcome: { value: unknown } | { error: Errno } | undefined
      let waiting = false
      const settle = (settled: { value: unknown } | { error: Errno }) => {
        if (outcome) return
        outcome = settled
        if (waiting) this.#whenRunning(() => this.#resume(settled))
      }
      try {
        this.#cancel = syscall.start(
          this,
          (value) => settle({ value }),
          (error) => settle({ error }),
        )
      } catch (error) {
        if (!(error instanceof Errno)) return this.#context.panicked(this, error)
        settle({ error })
      }
      if (!outcome) {
        waiting = true
        this.#calls = 0
        return
      }
      if (++this.#calls >= CALLS_PER_MS) return this.#yield(outcome)
      syscall = this.#feed(outcome)
    }
  }

  /** Give others a turn. */
  #yield(outcome: { value: unknown } | { error: Errno }): void {
    this.#calls = 0
    this.#cancel = this.after(1, () => this.#resume(outcome))
  }

  #resume(outcome: { value: unknown } | { error: Errno }): void {
    this.#cancel = undefined
    const next = this.#feed(outcome)
    if (next) this.#begin(next)
  }

  #feed(outcome: { value: unknown } | { error: Errno }): Syscall | undefined {
    const program = this.#program
    if (!program || !this.alive) return undefined
    return this.#advance(() =>
      'error' in outcome ? program.throw(outcome.error) : program.next(outcome.value),
    )
  }

  /** Let the generator go on to its next system call, if there is one. An error it does not handle ends it. */
  #advance(step: () => IteratorResult<Syscall, number>): Syscall | undefined {
    try {
      const result = step()
      if (!this.alive) return undefined
      if (!result.done) return result.value
      this.#program = undefined
      this.exit(result.value)
    } catch (error) {
      this.#program = undefined
      if (!(error instanceof Errno)) {
        this.#context.panicked(this, error)
        return undefined
      }
      this.exit(error.code === 'EPIPE' ? 128 + signals.SIGPIPE : 1)
    }
    return undefined
  }

  /** Let `finally` blocks run; what they yield is not waited for. */
  #unwind(program: Sys<number> | undefined): void {
    try {
      program?.return(0)
    } catch {
      // The generator is the one that is running (it exits itself), or it fails on its way out: it is gone either way.
    }
  }

  #whenRunning(fire: () => void): void {
    if (!this.alive) return
    if (this.stopped) this.#held.push(fire)
    else this.guard(fire)
  }

  #stop(): void {
    if (this.stopped) return
    this.stopped = true
    this.parent?.childStopped(this)
  }

  #continue(): void {
    if (!this.stopped) return
    this.stopped = false
    this.parent?.childStopped(this)
    for (const fire of this.#held.splice(0)) this.#whenRunning(fire)
  }
}
