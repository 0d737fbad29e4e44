import type { Function as FunctionNode } from 'unbash'
import type { OpenFile } from '../open-file.ts'
import type { Os } from '../program.ts'
import type { Signal } from '../signals.ts'
import { writeTo, type Sys } from '../sys.ts'
import type { CompletionSpec } from './completion.ts'
import { Jobs } from './jobs.ts'
import { Variables } from './variables.ts'

/** Open files by descriptor, as a command sees them. Commands with redirections get a changed copy. */
export type Io = ReadonlyMap<number, OpenFile>

/** Text that is being executed; positions in the tree point into it. */
export interface Source {
  readonly text: string
  /** Lines before it, for messages. */
  readonly line: number
}

export interface ShellFunction {
  readonly node: FunctionNode
  readonly source: Source
}

/** The state of one shell process. */
export class Shell {
  os: Os
  readonly interactive: boolean
  /** `$$`: the pid of the shell that subshells come from. */
  readonly pid: number
  /** `$0` */
  name: string
  variables: Variables
  functions = new Map<string, ShellFunction>()
  aliases = new Map<string, string>()
  /** Options of `set`, by their long names. */
  options = new Set<string>(['braceexpand', 'hashall'])
  shopt = new Set<string>(['extglob', 'sourcepath'])
  positional: string[] = []
  traps = new Map<string, string>()
  io: Map<number, OpenFile>
  /** The open files of whoever calls the command under way; `exec` changes them. */
  callerIo: Io = new Map()
  status = 0
  pipeStatus: number[] = [0]
  lastBackground: number | undefined
  lastArgument = ''
  jobs: Jobs
  history: string[] = []
  /** Where the command under way is, for messages. */
  source: Source = { text: '', line: 0 }
  position = 0
  /** Names of the functions under way, innermost last. */
  calls: string[] = []
  /** How many scripts are being sourced, one in another. */
  sourcing = 0
  /** Loops under way in this function. */
  loops = 0
  /** Over 0 while a failure is no reason for `set -e` to leave. */
  unguarded = 0
  /** The status of the last command substitution, which is that of a command that only assigns. */
  substituted = 0
  /** Subshells above this one. */
  level = 0
  /** Signals that came and were not handled yet. */
  pending: Signal[] = []
  /** Ctrl-C ended something of the shell's own, so that the terminal's line is not finished yet. */
  interruptedAlone = false
  /** How arguments are completed, by command. */
  completions = new Map<string, CompletionSpec>()
  /** Ends the system call under way with EINTR. */
  wake: (() => void) | undefined
  steps = 0
  mask = 0o022
  readonly startedAt: number

  constructor(
    os: Os,
    { interactive = false, name = 'bash', from }: { interactive?: boolean; name?: string; from?: Shell } = {},
  ) {
    this.os = os
    this.interactive = interactive
    this.name = from?.name ?? name
    this.pid = from?.pid ?? os.pid
    this.io = new Map(os.descriptors)
    this.variables = from?.variables.clone() ?? new Variables(os.env)
    this.jobs = new Jobs(os, interactive)
    this.startedAt = from?.startedAt ?? os.now
    if (from) this.#inherit(from)
  }

  /** A copy of the state as it is now, for a subshell; it gets its process with `adopt`. */
  fork(): Shell {
    return new Shell(this.os, { from: this })
  }

  /** Become the state of a process. */
  adopt(os: Os): void {
    this.os = os
    this.io = new Map(os.descriptors)
    this.jobs = new Jobs(os, false)
  }

  #inherit(from: Shell): void {
    this.functions = new Map(from.functions)
    this.aliases = new Map(from.aliases)
    this.options = new Set(from.options)
    this.options.delete('monitor')
    this.shopt = new Set(from.shopt)
    this.positional = [...from.positional]
    this.traps = new Map([...from.traps].filter(([, action]) => action === ''))
    this.status = from.status
    this.lastBackground = from.lastBackground
    this.source = from.source
    this.position = from.position
    this.calls = [...from.calls]
    this.unguarded = from.unguarded
    this.mask = from.mask
    this.level = from.level + 1
  }

  /** The line the command under way is on. */
  get line(): number {
    let line = this.source.line + 1
    const { text } = this.source
    for (let i = text.indexOf('\n'); i >= 0 && i < this.position; i = text.indexOf('\n', i + 1)) line++
    return line
  }

  /** `bash: `, or where it is in a script. */
  get prefix(): string {
    const name = this.name.startsWith('-') ? this.name.slice(1) : this.name
    return this.interactive || this.line === 0 ? `${name}: ` : `${name}: line ${this.line}: `
  }

  /** Print an error as bash does. */
  complain(io: Io, message: string): void {
    try {
      io.get(2)?.write?.(`${this.prefix}${message}\n`)
    } catch {
      // Nobody reads it.
    }
  }
}

/** Print to a descriptor of a command. */
export function* print(io: Io, text: string, fd = 1): Sys<void> {
  const file = io.get(fd)
  if (file) yield* writeTo(() => file, text)
}
