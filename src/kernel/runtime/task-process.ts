import type { ChannelFrame } from '../api/remote-command.ts'
import { Errno } from '../host/errno.ts'
import { devNull, Pipe, sink, type OpenFile } from '../host/open-file.ts'
import type { Cgroup, Namespaces, Os } from '../host/program.ts'
import type { Signal } from '../host/signals.ts'
import type { Tty } from '../host/tty.ts'
import { containerFiles } from './container-files.ts'
import { createLog, CriLog } from './cri-log.ts'
import type { ContainerSpec, ExecSpec, TaskExit, TaskState } from './shim-messages.ts'

/** Somebody who looks at a container's output, or at a command's that runs in it. */
export interface SessionOutput {
  frame(frame: ChannelFrame): void
  ended(status: number): void
}

/** Their way in. */
export interface TaskSession {
  input(frame: ChannelFrame): void
  hangUp(): void
  /** End the command (not of an attachment). */
  kill?(): void
}

/** A running container: its first process, its log, and who is attached. */
export class Task {
  readonly #os: Os
  readonly #spec: ContainerSpec
  readonly #namespaces: Namespaces
  readonly #cgroup: Cgroup
  readonly #log: CriLog | undefined
  readonly #pid: number
  readonly #attached = new Set<SessionOutput>()
  #input: Input
  #tty: Tty | undefined
  #exit: TaskExit | undefined

  /** Start it; throws in runc's words when it cannot be. */
  constructor(
    os: Os,
    spec: ContainerSpec,
    namespaces: Omit<Namespaces, 'fs'>,
    exited: (exit: TaskExit) => void,
  ) {
    this.#os = os
    this.#spec = spec
    this.#cgroup = os.kernel.cgroup(spec.cgroupsPath, spec.memoryLimit)
    this.#namespaces = { ...namespaces, fs: containerFiles(os, spec, this.#cgroup) }
    if (spec.logPath) {
      createLog(os.fs, spec.logPath)
      this.#log = new CriLog(os, spec.logPath)
    }
    this.#input = new Input(spec.stdin ? new Pipe() : undefined)
    const [stdin, stdout, stderr] = this.#descriptors()
    this.#pid = this.#spawn(spec.args, { stdin, stdout, stderr }, namespaces.pid === spec.id)
    if (this.#tty) this.#tty.foreground = os.kernel.pidIn(this.#namespaces.pid, this.#pid)
    os.onChildExit(this.#pid, (status) => {
      this.#exit = { status, at: os.clock, oomKilled: this.#cgroup.oomKilled }
      this.#log?.close()
      this.#tty?.hangUp()
      for (const output of this.#attached) output.ended(status)
      this.#attached.clear()
      exited(this.#exit)
    })
  }

  get state(): TaskState {
    return { id: this.#spec.id, pid: this.#pid, running: !this.#exit, exit: this.#exit }
  }

  kill(signal: Signal): void {
    try {
      if (!this.#exit) this.#os.kill(this.#pid, signal)
    } catch (error) {
      // ESRCH: it has just ended.
      if (!(error instanceof Errno)) throw error
    }
  }

  attach(stdin: boolean, output: SessionOutput): TaskSession {
    if (this.#exit) throw new Errno('ESRCH')
    this.#attached.add(output)
    const tty = this.#tty
    return {
      input: (frame) => {
        if (tty) toTty(tty, frame)
        else if (stdin) this.#input.take(frame, this.#spec.stdinOnce)
      },
      hangUp: () => void this.#attached.delete(output),
    }
  }

  /** Run one more command in the container. */
  exec(exec: ExecSpec, output: SessionOutput): TaskSession {
    if (this.#exit) throw new Error('cannot exec in a stopped container')
    if (exec.tty) return this.#execOnTty(exec, output)
    const input = new Input(exec.stdin ? new Pipe() : undefined)
    const print = (channel: 1 | 2) => sink('pipe', (data) => output.frame({ channel, data }))
    const pid = this.#spawn(exec.args, { stdin: input.file, stdout: print(1), stderr: print(2) }, false)
    let running = true
    this.#os.onChildExit(pid, (status) => {
      running = false
      output.ended(status)
    })
    const kill = () => {
      if (running) this.#os.kill(pid, 'SIGKILL')
    }
    return { input: (frame) => input.take(frame, true), hangUp: () => input.close(), kill }
  }

  #execOnTty(exec: ExecSpec, output: SessionOutput): TaskSession {
    const tty = this.#os.newTty((data) => output.frame({ channel: 1, data }), 80, 24, this.#namespaces.pid)
    const file = () => tty.file()
    const pid = this.#spawn(exec.args, { stdin: file(), stdout: file(), stderr: file() }, false)
    tty.foreground = this.#os.kernel.pidIn(this.#namespaces.pid, pid)
    this.#os.onChildExit(pid, (status) => {
      tty.hangUp()
      output.ended(status)
    })
    return { input: (frame) => toTty(tty, frame), hangUp: () => tty.hangUp() }
  }

  #descriptors(): [OpenFile, OpenFile, OpenFile] {
    const show = (channel: 1 | 2) => (data: string) => {
      for (const output of this.#attached) output.frame({ channel, data })
    }
    if (!this.#spec.terminal) {
      const file = (stream: 'stdout' | 'stderr', channel: 1 | 2) =>
        this.#log?.file(stream, show(channel)) ?? sink('pipe', show(channel))
      return [this.#input.file, file('stdout', 1), file('stderr', 2)]
    }
    const tty = this.#os.newTty(
      (data) => {
        this.#log?.write('stdout', data)
        show(1)(data)
      },
      80,
      24,
      this.#namespaces.pid,
    )
    this.#tty = tty
    return [tty.file(), tty.file(), tty.file()]
  }

  #spawn(
    args: readonly string[],
    files: { stdin: OpenFile; stdout: OpenFile; stderr: OpenFile },
    init: boolean,
  ): number {
    const { env, cwd, user } = this.#spec
    try {
      return this.#os.spawn({
        argv: args,
        env: { ...env },
        cwd,
        user,
        ...files,
        group: true,
        init,
        namespaces: this.#namespaces,
        cgroup: this.#cgroup,
      })
    } catch (error) {
      throw new Error(
        `OCI runtime ${init ? 'create' : 'exec'} failed: ${init ? 'runc create failed: unable to start container process' : 'exec failed: unable to start container process'}: ${execError(args[0], error)}: unknown`,
      )
    }
  }
}

/** Standard input of a process: what comes while it does not read waits here. */
class Input {
  readonly file: OpenFile
  readonly #writer: OpenFile | undefined
  #waiting: string[] = []
  #closing = false

  constructor(pipe: Pipe | undefined) {
    this.file = pipe?.reader() ?? devNull()
    this.#writer = pipe?.writer()
  }

  take(frame: ChannelFrame, mayClose: boolean): void {
    if ('close' in frame) {
      if (mayClose) this.close()
    } else if (frame.channel === 0 && this.#writer && !this.#closing) {
      this.#waiting.push(frame.data)
      if (this.#waiting.length === 1) this.#flush()
    }
  }

  close(): void {
    if (this.#closing) return
    this.#closing = true
    if (!this.#waiting.length) this.#writer?.close?.()
  }

  #flush(): void {
    try {
      while (this.#waiting.length) {
        if (!this.#writer?.write?.(this.#waiting[0]))
          return void this.#writer?.ready?.('write', () => this.#flush())
        this.#waiting.shift()
      }
    } catch {
      // EPIPE: the process is gone, and its input with it.
      this.#waiting = []
    }
    if (this.#closing) this.#writer?.close?.()
  }
}

function toTty(tty: Tty, frame: ChannelFrame): void {
  if ('close' in frame) return
  if (frame.channel === 0) tty.type(frame.data)
  else if (frame.channel === 4) {
    const { Width, Height } = JSON.parse(frame.data) as { Width: number; Height: number }
    tty.resize(Width, Height)
  }
}

/** runc: libcontainer/init_linux.go, Go's exec.LookPath. */
function execError(command: string, error: unknown): string {
  const code = error instanceof Errno ? error.code : undefined
  if (code === 'ENOENT' && !command.includes('/'))
    return `exec: "${command}": executable file not found in $PATH`
  if (code === 'ENOENT') return `exec: "${command}": stat ${command}: no such file or directory`
  if (code === 'EACCES') return `exec: "${command}": permission denied`
  if (code === 'ENOEXEC') return `exec ${command}: exec format error`
  return error instanceof Error ? error.message : String(error)
}
