import { Errno } from '../errno.ts'
import { baseOf } from '../filesystem.ts'
import { sink } from '../open-file.ts'
import type { Os } from '../program.ts'
import { signals } from '../signals.ts'
import type { Journal } from './journal.ts'
import type { UnitState, UnitStatus } from './manager-protocol.ts'
import { commandOf, environmentOf, loadUnit, type ServiceUnit } from './unit.ts'

/** A service of systemd: its unit, the process that it is, and what became of the last one. */
export class Service {
  unit: ServiceUnit
  #state: UnitState = 'inactive'
  readonly #os: Os
  readonly #journal: Journal
  readonly #startAgain: () => void
  #pid = 0
  #since: number
  #result = 'success'
  #exitStatus = 0
  /** Moments of the last starts: too many in too short a time, and it is left alone. */
  #starts: number[] = []
  /** Someone asked for it to be down. */
  #unwanted = false
  #stopped: (() => void)[] = []

  /** `startAgain` starts it, and what it requires. */
  constructor(os: Os, journal: Journal, unit: ServiceUnit, startAgain: () => void) {
    this.#os = os
    this.#journal = journal
    this.#startAgain = startAgain
    this.unit = unit
    this.#since = os.clock
  }

  get running(): boolean {
    return this.#state === 'active' || this.#state === 'activating'
  }

  status(enabled: boolean): UnitStatus {
    return {
      name: this.unit.name,
      description: this.unit.description,
      path: this.unit.path,
      state: this.#state,
      enabled,
      pid: this.#pid,
      since: this.#since,
      result: this.#result,
      exitStatus: this.#exitStatus,
      command: this.unit.execStart[0] ?? '',
    }
  }

  /** The unit file may have changed (daemon-reload). */
  reload(): void {
    this.unit = loadUnit(this.#os.fs, this.unit.name) ?? this.unit
  }

  start(): void {
    if (this.running) return
    this.#unwanted = false
    const { name, startLimitBurst, startLimitIntervalMs, execStartPre, execStart } = this.unit
    this.#starts = this.#starts.filter((at) => this.#os.now - at < startLimitIntervalMs)
    if (startLimitIntervalMs > 0 && this.#starts.length >= startLimitBurst) {
      this.#say(`${name}: Start request repeated too quickly.`)
      return this.#fail('start-limit-hit')
    }
    this.#starts.push(this.#os.now)
    this.#enter('activating')
    this.#execute([...execStartPre, ...execStart], execStartPre.length)
  }

  /** SIGTERM, and SIGKILL for who does not listen; then `stopped` is called. */
  stop(stopped: () => void): void {
    this.#unwanted = true
    if (!this.#pid) {
      this.#enter('inactive')
      return stopped()
    }
    this.#stopped.push(stopped)
    this.#enter('deactivating')
    const pid = this.#pid
    this.#os.kill(-pid, 'SIGTERM')
    if (!Number.isFinite(this.unit.stopTimeoutMs)) return
    this.#os.after(this.unit.stopTimeoutMs, () => {
      if (this.#pid === pid) this.#os.kill(-pid, 'SIGKILL')
    })
  }

  /** Forget failures and how often it was started (systemctl reset-failed). */
  reset(): void {
    this.#starts = []
    if (this.#state === 'failed') this.#enter('inactive')
  }

  /** Run the commands one after the other; the first of ExecStart of a service that is not oneshot stays. */
  #execute(commands: readonly string[], main: number): void {
    const [command, ...rest] = commands
    if (command === undefined) return this.#enter(this.unit.type === 'oneshot' ? 'active' : 'inactive')
    const optional = command.startsWith('-')
    const pid = this.#spawn(optional ? command.slice(1) : command)
    if (pid === undefined) return
    const staying = main === 0 && this.unit.type !== 'oneshot'
    if (staying) {
      this.#pid = pid
      this.#enter('active')
      this.#say(`Started ${this.unit.name} - ${this.unit.description}.`)
    }
    this.#os.onChildExit(pid, (status) => {
      if (staying) return this.#ended(status)
      if (status !== 0 && !optional) {
        this.#exitStatus = status
        return this.#fail('exit-code')
      }
      this.#execute(rest, Math.max(0, main - 1))
    })
  }

  #spawn(command: string): number | undefined {
    const { unit } = this
    try {
      const environment = environmentOf(this.#os.fs, unit)
      const argv = commandOf(command, environment)
      let pid = 0
      const log = lineSplitter((line) => this.#log(pid, baseOf(argv[0]), line))
      pid = this.#os.spawn({
        argv,
        group: true,
        cwd: unit.workingDirectory,
        env: { PATH: this.#os.env['PATH'] ?? '/usr/bin:/bin', HOME: '/root', ...environment },
        cgroup: this.#os.kernel.cgroup(`/system.slice/${unit.name}`),
        stdin: sink('/dev/null', () => {}),
        stdout: sink('journal', log),
        stderr: sink('journal', log),
      })
      return pid
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      const missing = error.path ?? command.split(' ')[0]
      this.#say(`${unit.name}: Failed to locate executable ${missing}: ${error.message}`)
      this.#exitStatus = 203
      this.#fail('exit-code')
      return undefined
    }
  }

  #ended(status: number): void {
    const { name, description } = this.unit
    this.#pid = 0
    this.#exitStatus = status
    const how = status > 128 ? 'killed' : 'exited'
    this.#say(`${name}: Main process exited, code=${how}, status=${statusWords(status)}`)
    if (!this.#unwanted) return this.#endedUnasked(status)
    this.#enter('inactive')
    this.#say(`Stopped ${name} - ${description}.`)
    for (const stopped of this.#stopped.splice(0)) stopped()
  }

  #endedUnasked(status: number): void {
    const { name, restart, restartMs } = this.unit
    const clean = status === 0 || status === 128 + signals.SIGTERM
    const result = clean ? 'success' : status > 128 ? 'signal' : 'exit-code'
    if (restart !== 'always' && !(restart === 'on-failure' && !clean))
      return clean ? this.#enter('inactive') : this.#fail(result)
    if (!clean) this.#say(`${name}: Failed with result '${result}'.`)
    this.#result = result
    this.#state = 'inactive'
    this.#since = this.#os.clock
    this.#os.after(restartMs, () => {
      if (this.#unwanted || this.#state !== 'inactive') return
      this.#say(`${name}: Scheduled restart job.`)
      this.#startAgain()
    })
  }

  #fail(result: string): void {
    this.#result = result
    this.#enter('failed')
    this.#say(`${this.unit.name}: Failed with result '${result}'.`)
  }

  #enter(state: UnitState): void {
    this.#state = state
    this.#since = this.#os.clock
    if (state === 'active') this.#result = 'success'
    this.#os.observe({ type: 'unit', unit: this.unit.name, state })
  }

  #say(message: string): void {
    this.#log(1, 'systemd', message)
  }

  #log(pid: number, identifier: string, message: string): void {
    this.#journal.write({ time: this.#os.clock, unit: this.unit.name, pid, identifier, message })
  }
}

function lineSplitter(take: (line: string) => void): (text: string) => void {
  let rest = ''
  return (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  }
}

function statusWords(status: number): string {
  const killer = Object.entries(signals).find(([, number]) => status === 128 + number)
  return killer ? `${killer[1]}/${killer[0].slice(3)}` : `${status}/${status === 0 ? 'SUCCESS' : 'FAILURE'}`
}
