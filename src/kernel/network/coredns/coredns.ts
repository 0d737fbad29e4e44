import { Errno } from '../../host/errno.ts'
import { serveHttp, type Exchange } from '../../host/http.ts'
import { reply, type DnsMessage } from '../../host/net/dns/message.ts'
import type { Endpoint } from '../../host/net/connection.ts'
import type { Os, Program } from '../../host/program.ts'
import { UserError } from '../../api/user-error.ts'
import { zoneOf } from './answer.ts'
import { CorefileError, parseCorefile } from './corefile.ts'
import { metricsOf } from './metrics.ts'
import { lameduckOf } from './plugins.ts'
import { isQuestion, Server, type Counts } from './server.ts'

const VERSION = '1.11.3'
const MIB = 1024 * 1024
const MEMORY = 14 * MIB
/** CoreDNS: plugin/reload. */
const RELOAD_MS = 30_000
const JITTER_MS = 15_000
const HTTP_PORTS = { health: 8080, ready: 8181, prometheus: 9153 }

/** The program coredns: `coredns -conf FILE`. */
export const coredns: Program = (os) => {
  const { argv } = os
  if (argv.includes('-version')) {
    os.stdout(`CoreDNS-${VERSION}\nlinux/amd64, go1.21.11, a6338e9\n`)
    return os.exit(0)
  }
  const conf = argv.indexOf('-conf')
  new CoreDns(os, conf > 0 ? argv[conf + 1] : 'Corefile').begin()
}

/** One running configuration: its servers and what listens for them. */
interface Instance {
  readonly text: string
  readonly servers: readonly Server[]
  readonly closers: (() => void)[]
}

class CoreDns {
  readonly #os: Os
  readonly #path: string
  readonly #counts: Counts = { requests: new Map(), responses: new Map() }
  #current: Instance | undefined
  #lame = false

  constructor(os: Os, path: string) {
    this.#os = os
    this.#path = path.startsWith('/') ? path : `${os.cwd.replace(/\/$/, '')}/${path}`
  }

  begin(): void {
    const os = this.#os
    os.allocate(MEMORY)
    for (const signal of ['SIGTERM', 'SIGINT'] as const) os.onSignal(signal, () => this.#end(signal))
    this.#guard(() => {
      const text = this.#read()
      this.#current = this.#load(text)
      this.#start(this.#current, () => {
        os.stdout(`CoreDNS-${VERSION}\nlinux/amd64, go1.21.11, a6338e9\n`)
      })
    })
  }

  /** What is wrong with the configuration ends the program, in its words. */
  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      if (!(error instanceof CorefileError) && !(error instanceof Errno) && !(error instanceof UserError))
        throw error
      this.#os.stderr(`${error.message}\n`)
      this.#os.exit(1)
    }
  }

  #read(): string {
    try {
      return this.#os.fs.read(this.#path)
    } catch {
      throw new CorefileError(`loading Caddyfile via flag: open ${this.#path}: no such file or directory`)
    }
  }

  #load(text: string): Instance {
    const blocks = parseCorefile(text, this.#os.env, this.#path)
    const log = (level: string, what: string) => this.#os.stdout(`[${level}] ${what}\n`)
    const servers = blocks.map((block) => new Server(this.#os, block, this.#path, log, VERSION, this.#counts))
    return { text, servers, closers: [] }
  }

  #start(instance: Instance, listening: () => void): void {
    let missing = instance.servers.length
    this.#serveHttp(instance)
    for (const server of instance.servers)
      server.start(() => {
        if (--missing === 0 && this.#current === instance)
          this.#guard(() => {
            this.#listen(instance)
            listening()
          })
      })
    if (instance.servers.some((server) => server.directive('reload'))) this.#watchFile()
  }

  #listen({ servers, closers }: Instance): void {
    const os = this.#os
    for (const port of new Set(servers.map((server) => server.port))) {
      const own = servers.filter((server) => server.port === port)
      const answer = (
        message: DnsMessage,
        peer: Endpoint,
        by: 'udp' | 'tcp',
        done: (reply: DnsMessage) => void,
      ) => {
        const server = serverFor(own, message.question.name)
        if (server) server.answer(message, peer, by, done)
        else done(reply(message, { rcode: 'REFUSED' }))
      }
      const socket = os.udp(
        {
          message: (body, from, to) => {
            if (isQuestion(body)) answer(body, from, 'udp', (message) => socket.send(from, message, to))
          },
        },
        { port },
      )
      const listener = os.listen(port, (connection) =>
        connection.handle({
          message: (body) => {
            if (isQuestion(body))
              answer(body, connection.remote, 'tcp', (message) => connection.send(message))
          },
        }),
      )
      closers.push(
        () => socket.close(),
        () => listener.close(),
      )
    }
    for (const server of servers) for (const zone of server.zones) os.stdout(`${zone}:${server.port}\n`)
    for (const server of servers) server.listening()
  }

  /** health, ready and prometheus, each on a port of its own. */
  #serveHttp({ servers, closers }: Instance): void {
    const at = (name: keyof typeof HTTP_PORTS, handle: (exchange: Exchange) => void) => {
      const [directive] = servers.flatMap((server) => server.directive(name) ?? [])
      if (!directive) return
      const port = Number(/:(\d+)$/.exec(directive.args[0] ?? '')?.[1] ?? HTTP_PORTS[name])
      closers.push(serveHttp(this.#os, port, handle))
    }
    const text = (status: number, body: string) => ({
      status,
      headers: { 'content-type': 'text/plain' },
      body,
    })
    at('health', ({ request, respond }) =>
      respond(request.path === '/health' ? text(200, 'OK') : text(404, '404 page not found\n')),
    )
    at('ready', ({ request, respond }) => {
      if (request.path !== '/ready') return respond(text(404, '404 page not found\n'))
      const ready = servers.every((server) => server.synced)
      if (!ready) this.#os.stdout('[INFO] plugin/ready: Still waiting on: "kubernetes"\n')
      respond(ready ? text(200, 'OK') : text(503, 'kubernetes'))
    })
    at('prometheus', ({ request, respond }) =>
      respond(
        request.path === '/metrics'
          ? text(200, metricsOf(this.#counts, VERSION))
          : text(404, '404 page not found\n'),
      ),
    )
  }

  /** The file is looked at now and then; one that cannot be used is told of, and the old one goes on. */
  #watchFile(): void {
    const os = this.#os
    os.after(RELOAD_MS + Math.floor(os.random() * JITTER_MS), () => {
      const old = this.#current
      if (!old || this.#lame) return
      let text = old.text
      try {
        text = this.#read()
      } catch {
        // A volume that is being written anew.
      }
      if (text === old.text) return this.#watchFile()
      os.stdout('[INFO] Reloading\n')
      try {
        this.#replace(old, this.#load(text))
      } catch (error) {
        if (!(error instanceof CorefileError)) throw error
        os.stdout(
          `[ERROR] Restart failed: ${error.message}\n[ERROR] plugin/reload: Corefile changed but reload failed: ${error.message}\n`,
        )
        this.#current = { ...old, text }
        this.#watchFile()
      }
    })
  }

  #replace(old: Instance, next: Instance): void {
    for (const close of old.closers) close()
    for (const server of old.servers) server.stop()
    this.#current = next
    this.#start(next, () => this.#os.stdout('[INFO] Reloading complete\n'))
  }

  #end(signal: string): void {
    const os = this.#os
    if (this.#lame) return
    this.#lame = true
    os.stdout(`[INFO] ${signal}: Shutting down servers then terminating\n`)
    const health = this.#current?.servers
      .map((server) => server.directive('health'))
      .find((directive) => directive)
    const text = health?.block.find(({ name }) => name === 'lameduck')?.args[0]
    const ms = lameduckOf(text)
    if (!ms) return os.exit(0)
    os.stdout(`[INFO] plugin/health: Going into lameduck mode for ${text}\n`)
    os.after(ms, () => os.exit(0))
  }
}

/** The one whose zone is the longest that the name lies in. */
function serverFor(servers: readonly Server[], name: string): Server | undefined {
  const zone = zoneOf(
    name,
    servers.flatMap(({ zones }) => zones),
  )?.toLowerCase()
  return zone === undefined
    ? undefined
    : servers.find(({ zones }) => zones.includes(zone === '' ? '.' : zone))
}
