import type { Terminal } from '../open-file.ts'
import type { Os, SpawnRequest } from '../program.ts'
import { signals, wordsOf, type Signal } from '../signals.ts'
import { call, type Sys } from '../sys.ts'

/** The processes of one pipeline. */
export class Job {
  /** The number in `%1`; 0 while it is in the foreground and was never stopped. */
  id = 0
  readonly text: string
  pids: number[] = []
  group: number | undefined
  readonly statuses = new Map<number, number>()
  readonly stopped = new Set<number>()
  changed: (() => void)[] = []
  /** Its end was told, or need not be. */
  told = false

  constructor(text: string) {
    this.text = text
  }

  get done(): boolean {
    return this.pids.every((pid) => this.statuses.has(pid))
  }

  get isStopped(): boolean {
    return !this.done && this.pids.every((pid) => this.statuses.has(pid) || this.stopped.has(pid))
  }

  /** Exit status of the last process. */
  get status(): number {
    return this.statuses.get(this.pids.at(-1) ?? 0) ?? 0
  }

  get state(): string {
    if (this.isStopped) return 'Stopped'
    if (!this.done) return 'Running'
    const signal = signalOf(this.status)
    if (signal) return wordsOf(signal)
    return this.status ? `Exit ${this.status}` : 'Done'
  }
}

/** The signal that an exit status of a shell stands for. */
export const signalOf = (status: number): Signal | undefined =>
  (Object.keys(signals) as Signal[]).find((signal) => signals[signal] + 128 === status)

/** The children of one shell, and which of them has the terminal. */
export class Jobs {
  readonly #os: Os
  readonly #control: boolean
  #list: Job[] = []
  /** Everything started in the background, also by shells without job control, for `wait`. */
  #background = new Map<number, Job>()

  /** With `control`, every job is a process group of its own. */
  constructor(os: Os, control: boolean) {
    this.#os = os
    this.#control = control
  }

  get list(): readonly Job[] {
    return this.#list
  }

  get control(): boolean {
    return this.#control
  }

  /** Start a process as part of a job. */
  spawn(job: Job, request: SpawnRequest): number {
    const own = this.#control && request.group === undefined
    const pid = this.#os.spawn({ ...request, ...(own ? { group: job.group ?? true } : {}) })
    if (own) job.group ??= pid
    job.pids.push(pid)
    this.#os.onChildExit(pid, (status) => {
      job.statuses.set(pid, status)
      tell(job)
    })
    this.#os.onChildStop(pid, (stopped) => {
      if (stopped) job.stopped.add(pid)
      else job.stopped.delete(pid)
      tell(job)
    })
    return pid
  }

  /** Give it the terminal and wait until it ends or is stopped; returns its status. */
  *foreground(job: Job): Sys<number> {
    const tty = this.#control ? this.#terminal() : undefined
    if (tty && job.group !== undefined) tty.foreground = job.group
    try {
      while (!job.done && !(job.isStopped && this.#control)) yield* change('wait4', job)
    } finally {
      if (tty) tty.foreground = this.#os.group
    }
    if (job.isStopped) {
      this.keep(job)
      return 128 + signals.SIGTSTP
    }
    this.#list = this.#list.filter((other) => other !== job)
    return job.status
  }

  /** Wait for a job in the background; a signal may interrupt it. */
  *wait(job: Job): Sys<number> {
    while (!job.done && !(job.isStopped && this.#control)) yield* change('waitid', job)
    job.told = true
    if (job.done) this.#list = this.#list.filter((other) => other !== job)
    return job.isStopped ? 128 + signals.SIGTSTP : job.status
  }

  /** Put it on the list under the next number. */
  keep(job: Job): void {
    for (const pid of job.pids) this.#background.set(pid, job)
    this.#list = this.#list.filter((other) => other !== job)
    if (!job.id) job.id = Math.max(0, ...this.#list.map(({ id }) => id)) + 1
    job.told = false
    this.#list.push(job)
  }

  forget(job: Job): void {
    this.#list = this.#list.filter((other) => other !== job)
  }

  ofPid(pid: number): Job | undefined {
    return this.#background.get(pid)
  }

  /** `%1`, `%%`, `%+`, `%-`, `%name` */
  find(spec: string): Job | undefined {
    const body = spec.startsWith('%') ? spec.slice(1) : spec
    if (body === '' || body === '%' || body === '+') return this.current
    if (body === '-') return this.#list.at(-2) ?? this.current
    if (/^\d+$/.test(body)) return this.#list.find(({ id }) => id === Number(body))
    if (body.startsWith('?')) return this.#list.findLast(({ text }) => text.includes(body.slice(1)))
    return this.#list.findLast(({ text }) => text.startsWith(body))
  }

  /** What `fg` means: the job stopped last, else the one started last. */
  get current(): Job | undefined {
    return this.#list.findLast((job) => job.isStopped) ?? this.#list.at(-1)
  }

  /** A line of `jobs`. */
  describe(job: Job, withPids = false): string {
    const mark = job === this.current ? '+' : job === this.#list.at(-2) ? '-' : ' '
    const pids = withPids ? `${job.pids[0]} ` : ''
    const text = job.text + (job.done || job.isStopped ? '' : ' &')
    return `[${job.id}]${mark}  ${pids}${job.state.padEnd(24 - (withPids ? 0 : 0))}${text}\n`
  }

  /** Continue it, in the background. */
  resume(job: Job): void {
    job.stopped.clear()
    if (job.group !== undefined) this.#os.kill(-job.group, 'SIGCONT')
    else for (const pid of job.pids) this.#os.kill(pid, 'SIGCONT')
  }

  /** Lines for jobs that ended and were not told yet. */
  news(): string {
    let out = ''
    for (const job of this.#list.filter((candidate) => candidate.done && !candidate.told)) {
      out += this.describe(job)
      job.told = true
    }
    this.#list = this.#list.filter((job) => !job.done)
    return out
  }

  #terminal(): Terminal | undefined {
    return this.#os.descriptors.get(0)?.tty
  }
}

function tell(job: Job): void {
  for (const call of job.changed.splice(0)) call()
}

/** Wait until a process of the job ends, is stopped or goes on. */
const change = (name: string, job: Job): Sys<void> =>
  call<void>({
    name,
    start(_caller, resume) {
      const changed = () => resume()
      job.changed.push(changed)
      return () => {
        job.changed = job.changed.filter((other) => other !== changed)
      }
    },
  })
