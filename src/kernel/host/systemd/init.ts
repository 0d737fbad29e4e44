import { Errno } from '../errno.ts'
import { baseOf } from '../filesystem.ts'
import type { Connection } from '../net/connection.ts'
import { sink } from '../open-file.ts'
import type { Os, Program } from '../program.ts'
import { signals } from '../signals.ts'
import { Journal, type JournalEntry } from './journal.ts'
import { configureNetwork } from './network.ts'
import { commandOf, environmentOf, loadUnit, UNIT_DIRECTORIES, type ServiceUnit } from './unit.ts'

/** Where systemctl and journalctl find the manager. */
export const MANAGER_SOCKET = '/run/systemd/private'
const TARGET = 'multi-user.target'

export type UnitState = 'inactive' | 'activating' | 'active' | 'deactivating' | 'failed'

/** What `systemctl status` is told of a unit. */
export interface UnitStatus {
  readonly name: string
  readonly description: string
  readonly path: string
  readonly state: UnitState
  readonly enabled: boolean
  readonly pid: number
  readonly command: string
  readonly since: number
  readonly result: string
  readonly exitStatus: number
}

export type ManagerRequest =
  | {
      readonly method: 'start' | 'stop' | 'restart' | 'reset-failed' | 'status' | 'enable' | 'disable'
      readonly unit: string
    }
  | { readonly method: 'daemon-reload' | 'list' | 'follow' }
  | { readonly method: 'shutdown'; readonly reboot: boolean }

export type ManagerReply =
  | {
      readonly ok: true
      readonly units?: readonly UnitStatus[]
      readonly entry?: JournalEntry
      readonly changed?: string
    }
  | { readonly ok: false; readonly error: string }

/** Process 1: brings up the network, starts what the multi-user target wants, and keeps it running (systemd). */
export const init: Program = (os) => {
  configureNetwork(os)
  new Manager(os).boot()
}

interface Service {
  unit: ServiceUnit
  state: UnitState
  pid: number
  since: number
  result: string
  exitStatus: number
  starts: number[]
  /** True while someone asked for it to be down. */
  unwanted: boolean
  stopped: (() => void)[]
}

class Manager {
  readonly #os: Os
  readonly #journal: Journal
  #services = new Map<string, Service>()

  constructor(os: Os) {
    this.#os = os
    this.#journal = new Journal(os.fs)
  }

  boot(): void {
    this.#os.listenUnix(MANAGER_SOCKET, (connection) => {
      connection.handle({ message: (request) => this.#serve(request as ManagerRequest, connection) })
    })
    this.#log('systemd', 1, 'systemd', 'Startup: reached target Multi-User System.')
    const wanted = this.#wanted(TARGET)
    for (const name of inOrder(this.#os, wanted)) this.#start(name)
  }

  #wanted(target: string): string[] {
    const names = UNIT_DIRECTORIES.map((directory) => `${directory}/${target}.wants`)
      .filter((directory) => this.#os.fs.exists(directory))
      .flatMap((directory) => this.#os.fs.list(directory))
    return [...new Set(names)].sort()
  }

  #serve(request: ManagerRequest, connection: Connection): void {
    const reply = (answer: ManagerReply) => connection.send(answer)
    try {
      switch (request.method) {
        case 'list':
          return reply({ ok: true, units: this.#known().map((name) => this.#status(name)) })
        case 'follow': {
          const stop = this.#journal.follow((entry) => reply({ ok: true, entry }))
          connection.onReleased(stop)
          return
        }
        case 'daemon-reload':
          for (const service of this.#services.values())
            service.unit = loadUnit(this.#os.fs, service.unit.name) ?? service.unit
          return reply({ ok: true })
        case 'shutdown':
          reply({ ok: true })
          return this.#os.kernel.shutdown(request.reboot)
        default:
          return this.#serveUnit(request, reply)
      }
    } catch (error) {
      reply({ ok: false, error: error instanceof Errno ? error.message : this.#os.recovered(error).message })
    }
  }

  #serveUnit(
    request: Extract<ManagerRequest, { unit: string }>,
    reply: (answer: ManagerReply) => void,
  ): void {
    const name = request.unit.includes('.') ? request.unit : `${request.unit}.service`
    if (!loadUnit(this.#os.fs, name)) {
      const verb = request.method === 'enable' || request.method === 'disable' ? request.method : undefined
      return reply({
        ok: false,
        error: verb ? `Failed to ${verb} unit: Unit file ${name} does not exist.` : `Unit ${name} not found.`,
      })
    }
    switch (request.method) {
      case 'status':
        return reply({ ok: true, units: [this.#status(name)] })
      case 'start':
        this.#start(name)
        return reply({ ok: true })
      case 'stop':
        return this.#stop(name, () => reply({ ok: true }))
      case 'restart':
        return this.#stop(name, () => {
          this.#start(name)
          reply({ ok: true })
        })
      case 'reset-failed':
        this.#service(name).starts = []
        if (this.#service(name).state === 'failed') this.#enter(this.#service(name), 'inactive')
        return reply({ ok: true })
      default:
        return reply({ ok: true, changed: this.#enable(name, request.method === 'enable') })
    }
  }

  #known(): string[] {
    const files = UNIT_DIRECTORIES.filter((directory) => this.#os.fs.exists(directory))
      .flatMap((directory) => this.#os.fs.list(directory))
      .filter((name) => name.endsWith('.service'))
    return [...new Set(files)].sort()
  }

  #status(name: string): UnitStatus {
    const { unit, state, pid, since, result, exitStatus } = this.#service(name)
    const enabled = this.#wanted(TARGET).includes(name)
    return {
      name,
      description: unit.description,
      path: unit.path,
      state,
      enabled,
      pid,
      since,
      result,
      exitStatus,
      command: unit.execStart[0] ?? '',
    }
  }

  #service(name: string): Service {
    let service = this.#services.get(name)
    if (!service) {
      const unit = loadUnit(this.#os.fs, name)
      if (!unit) throw new Errno('ENOENT', name)
      service = {
        unit,
        state: 'inactive',
        pid: 0,
        since: this.#os.clock,
        result: 'success',
        exitStatus: 0,
        starts: [],
        unwanted: false,
        stopped: [],
      }
      this.#services.set(name, service)
    }
    return service
  }

  #start(name: string): void {
    const service = this.#service(name)
    if (service.state === 'active' || service.state === 'activating') return
    for (const required of service.unit.requires) if (loadUnit(this.#os.fs, required)) this.#start(required)
    service.unwanted = false
    const { startLimitBurst, startLimitIntervalMs } = service.unit
    service.starts = service.starts.filter((at) => this.#os.now - at < startLimitIntervalMs)
    if (startLimitIntervalMs > 0 && service.starts.length >= startLimitBurst) {
      this.#say(service, `${name}: Start request repeated too quickly.`)
      return this.#fail(service, 'start-limit-hit')
    }
    service.starts.push(this.#os.now)
    this.#enter(service, 'activating')
    this.#execute(
      service,
      [...service.unit.execStartPre, ...service.unit.execStart],
      service.unit.execStartPre.length,
    )
  }

  /** Run the commands one after the other; the first of ExecStart of a service that is not oneshot stays. */
  #execute(service: Service, commands: readonly string[], main: number): void {
    const [command, ...rest] = commands
    if (command === undefined) {
      this.#enter(service, service.unit.type === 'oneshot' ? 'active' : 'inactive')
      return
    }
    const optional = command.startsWith('-')
    const pid = this.#spawn(service, optional ? command.slice(1) : command)
    if (pid === undefined) return
    const staying = main === 0 && service.unit.type !== 'oneshot'
    if (staying) {
      service.pid = pid
      this.#enter(service, 'active')
      this.#say(service, `Started ${service.unit.name} - ${service.unit.description}.`)
    }
    this.#os.onChildExit(pid, (status) => {
      if (staying) return this.#ended(service, status)
      if (status !== 0 && !optional) {
        service.exitStatus = status
        return this.#fail(service, 'exit-code')
      }
      this.#execute(service, rest, Math.max(0, main - 1))
    })
  }

  #spawn(service: Service, command: string): number | undefined {
    const { fs } = this.#os
    const { unit } = service
    try {
      const environment = environmentOf(fs, unit)
      const argv = commandOf(command, environment)
      const identifier = baseOf(argv[0])
      let pid = 0
      const log = lineSplitter((line) => this.#log(unit.name, pid, identifier, line))
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
      this.#say(service, `${unit.name}: Failed to locate executable ${missing}: ${error.message}`)
      service.exitStatus = 203
      this.#fail(service, 'exit-code')
      return undefined
    }
  }

  #ended(service: Service, status: number): void {
    const { unit } = service
    service.pid = 0
    service.exitStatus = status
    const killed = status > 128
    this.#say(
      service,
      `${unit.name}: Main process exited, code=${killed ? 'killed' : 'exited'}, status=${statusWords(status)}`,
    )
    if (service.unwanted) {
      this.#enter(service, 'inactive')
      this.#say(service, `Stopped ${unit.name} - ${unit.description}.`)
      for (const stopped of service.stopped.splice(0)) stopped()
      return
    }
    const clean = status === 0 || status === 128 + signals.SIGTERM
    const restart = unit.restart === 'always' || (unit.restart === 'on-failure' && !clean)
    if (!restart)
      return clean ? this.#enter(service, 'inactive') : this.#fail(service, killed ? 'signal' : 'exit-code')
    if (!clean) this.#say(service, `${unit.name}: Failed with result '${killed ? 'signal' : 'exit-code'}'.`)
    service.result = clean ? 'success' : killed ? 'signal' : 'exit-code'
    service.state = 'inactive'
    service.since = this.#os.clock
    this.#os.after(unit.restartMs, () => {
      if (service.unwanted || service.state !== 'inactive') return
      this.#say(service, `${unit.name}: Scheduled restart job.`)
      this.#start(unit.name)
    })
  }

  #stop(name: string, stopped: () => void): void {
    const service = this.#service(name)
    service.unwanted = true
    if (!service.pid) {
      this.#enter(service, 'inactive')
      return stopped()
    }
    service.stopped.push(stopped)
    this.#enter(service, 'deactivating')
    const { pid } = service
    this.#os.kill(-pid, 'SIGTERM')
    if (!Number.isFinite(service.unit.stopTimeoutMs)) return
    this.#os.after(service.unit.stopTimeoutMs, () => {
      if (service.pid === pid) this.#os.kill(-pid, 'SIGKILL')
    })
  }

  #enable(name: string, enable: boolean): string | undefined {
    const { unit } = this.#service(name)
    const lines: string[] = []
    for (const target of unit.wantedBy) {
      const link = `/etc/systemd/system/${target}.wants/${name}`
      const exists = this.#os.fs.exists(link)
      if (enable && !exists) {
        this.#os.fs.mkdir(`/etc/systemd/system/${target}.wants`, { recursive: true })
        this.#os.fs.symlink(unit.path, link)
        lines.push(`Created symlink ${link} → ${unit.path}.`)
      } else if (!enable && exists) {
        this.#os.fs.remove(link)
        lines.push(`Removed "${link}".`)
      }
    }
    return lines.join('\n') || undefined
  }

  #fail(service: Service, result: string): void {
    service.result = result
    this.#enter(service, 'failed')
    this.#say(service, `${service.unit.name}: Failed with result '${result}'.`)
  }

  #enter(service: Service, state: UnitState): void {
    service.state = state
    service.since = this.#os.clock
    if (state === 'active') service.result = 'success'
    this.#os.observe({ type: 'unit', unit: service.unit.name, state })
  }

  #say(service: Service, message: string): void {
    this.#log(service.unit.name, 1, 'systemd', message)
  }

  #log(unit: string, pid: number, identifier: string, message: string): void {
    this.#journal.write({ time: this.#os.clock, unit, pid, identifier, message })
  }
}

/** Units sorted so that each comes after those it names in After=. */
function inOrder(os: Os, names: readonly string[]): string[] {
  const sorted: string[] = []
  const visit = (name: string, path: readonly string[]) => {
    if (sorted.includes(name) || path.includes(name) || !names.includes(name)) return
    for (const before of loadUnit(os.fs, name)?.after ?? []) visit(before, [...path, name])
    sorted.push(name)
  }
  for (const name of names) visit(name, [])
  return sorted
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
