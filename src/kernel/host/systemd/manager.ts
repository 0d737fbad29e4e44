import { Errno } from '../errno.ts'
import type { Connection } from '../net/connection.ts'
import type { Os } from '../program.ts'
import { Journal } from './journal.ts'
import { MANAGER_SOCKET, type ManagerReply, type ManagerRequest } from './manager-protocol.ts'
import { Service } from './service.ts'
import { loadUnit, UNIT_DIRECTORIES } from './unit.ts'

const TARGET = 'multi-user.target'

type Reply = (answer: ManagerReply) => void

/** Knows the units of a machine, starts those that are wanted, and does what systemctl asks for. */
export class Manager {
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
    const message = 'Startup: reached target Multi-User System.'
    this.#journal.write({ time: this.#os.clock, unit: 'systemd', pid: 1, identifier: 'systemd', message })
    for (const name of inOrder(this.#os, this.#wanted())) this.#start(name)
  }

  #serve(request: ManagerRequest, connection: Connection): void {
    const reply: Reply = (answer) => connection.send(answer)
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
          for (const service of this.#services.values()) service.reload()
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

  #serveUnit({ unit, method }: Extract<ManagerRequest, { unit: string }>, reply: Reply): void {
    const name = unit.includes('.') ? unit : `${unit}.service`
    const enabling = method === 'enable' || method === 'disable'
    if (!loadUnit(this.#os.fs, name)) {
      const missing = `Failed to ${method} unit: Unit file ${name} does not exist.`
      return reply({ ok: false, error: enabling ? missing : `Unit ${name} not found.` })
    }
    if (enabling) return reply({ ok: true, changed: this.#enable(name, method === 'enable') })
    switch (method) {
      case 'status':
        return reply({ ok: true, units: [this.#status(name)] })
      case 'start':
        this.#start(name)
        return reply({ ok: true })
      case 'stop':
        return this.#service(name).stop(() => reply({ ok: true }))
      case 'restart':
        return this.#service(name).stop(() => {
          this.#start(name)
          reply({ ok: true })
        })
      case 'reset-failed':
        this.#service(name).reset()
        return reply({ ok: true })
    }
  }

  /** Units that the target wants. */
  #wanted(): string[] {
    const names = UNIT_DIRECTORIES.map((directory) => `${directory}/${TARGET}.wants`)
      .filter((directory) => this.#os.fs.exists(directory))
      .flatMap((directory) => this.#os.fs.list(directory))
    return [...new Set(names)].sort()
  }

  #known(): string[] {
    const files = UNIT_DIRECTORIES.filter((directory) => this.#os.fs.exists(directory))
      .flatMap((directory) => this.#os.fs.list(directory))
      .filter((name) => name.endsWith('.service'))
    return [...new Set(files)].sort()
  }

  #status(name: string) {
    return this.#service(name).status(this.#wanted().includes(name))
  }

  #service(name: string): Service {
    const known = this.#services.get(name)
    if (known) return known
    const unit = loadUnit(this.#os.fs, name)
    if (!unit) throw new Errno('ENOENT', name)
    const service = new Service(this.#os, this.#journal, unit, () => this.#start(name))
    this.#services.set(name, service)
    return service
  }

  /** Start a unit after those that it requires; `asked` are those that wait for it. */
  #start(name: string, asked: readonly string[] = []): void {
    const service = this.#service(name)
    if (service.running || asked.includes(name)) return
    for (const required of service.unit.requires)
      if (loadUnit(this.#os.fs, required)) this.#start(required, [...asked, name])
    service.start()
  }

  /** Make or remove the links that make targets want a unit; resolves to what systemctl says about them. */
  #enable(name: string, enable: boolean): string | undefined {
    const { unit } = this.#service(name)
    const { fs } = this.#os
    const lines: string[] = []
    for (const target of unit.wantedBy) {
      const link = `/etc/systemd/system/${target}.wants/${name}`
      const exists = fs.exists(link)
      if (enable && !exists) {
        fs.mkdir(`/etc/systemd/system/${target}.wants`, { recursive: true })
        fs.symlink(unit.path, link)
        lines.push(`Created symlink ${link} → ${unit.path}.`)
      } else if (!enable && exists) {
        fs.remove(link)
        lines.push(`Removed "${link}".`)
      }
    }
    return lines.join('\n') || undefined
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
