import {
  HttpClient,
  parsePath,
  serveHttp,
  type Exchange,
  type HttpRequest,
  type HttpResponse,
} from '../../host/http.ts'
import type { Os, Program } from '../../host/program.ts'
import { become } from './entrypoint.ts'
import { accessLogTime } from './http-files.ts'
import {
  directiveOf,
  NginxConfigError,
  readNginxConfig,
  type NginxLocation,
  type NginxServer,
} from './nginx-config.ts'
import { logStamp, NginxPages } from './nginx-pages.ts'

const CONF = '/etc/nginx/nginx.conf'
const PID = '/run/nginx.pid'

/** The web server: serves files, returns texts, passes on; reloads on SIGHUP, ends on SIGQUIT and SIGTERM. */
export const nginx: Program = (os) => {
  const args = os.argv.slice(1)
  const version = os.env['NGINX_VERSION'] ?? '1.29.4'
  if (args.includes('-v')) {
    os.stderr(`nginx version: nginx/${version}\n`)
    return os.exit(0)
  }
  const signal = args.indexOf('-s')
  if (signal >= 0) return sendSignal(os, args[signal + 1])
  const conf = args.includes('-c') ? args[args.indexOf('-c') + 1] : CONF
  const servers = load(os, conf)
  if (!servers) return os.exit(1)
  if (args.includes('-t')) {
    os.stderr(
      `nginx: the configuration file ${conf} syntax is ok\nnginx: configuration file ${conf} test is successful\n`,
    )
    return os.exit(0)
  }
  if (!args.join(' ').includes('daemon off')) {
    os.spawn({ argv: [...os.argv, '-g', 'daemon off;'], group: true })
    return os.exit(0)
  }
  new Nginx(os, version, conf).run(servers)
}

/** What the image's entry point says before it becomes nginx. */
export const nginxEntrypoint: Program = (os) => {
  const command = os.argv.slice(1)
  if (/nginx$/.test(command[0] ?? '')) {
    const say = (text: string) => os.stdout(`/docker-entrypoint.sh: ${text}\n`)
    say('/docker-entrypoint.d/ is not empty, will attempt to perform configuration')
    say('Looking for shell scripts in /docker-entrypoint.d/')
    say('Configuration complete; ready for start up')
  }
  become(os, command)
}

function load(os: Os, conf: string): NginxServer[] | undefined {
  try {
    return readNginxConfig(os.fs, conf)
  } catch (error) {
    if (!(error instanceof NginxConfigError)) throw error
    const stamp = `${logStamp(os.clock)} [emerg] ${os.pid}#${os.pid}: `
    os.stderr(`${stamp}${error.message}\nnginx: [emerg] ${error.message}\n`)
    return undefined
  }
}

function sendSignal(os: Os, name: string): void {
  const signals = { stop: 'SIGTERM', quit: 'SIGQUIT', reload: 'SIGHUP', reopen: 'SIGUSR1' } as const
  const signal = signals[name as keyof typeof signals]
  if (!signal) {
    os.stderr(`nginx: invalid option: "-s ${name ?? ''}"\n`)
    return os.exit(1)
  }
  if (!os.fs.exists(PID)) {
    os.stderr(`nginx: [error] open() "${PID}" failed (2: No such file or directory)\n`)
    return os.exit(1)
  }
  os.kill(Number(os.fs.read(PID)), signal)
  os.exit(0)
}

class Nginx {
  readonly #os: Os
  readonly #version: string
  readonly #conf: string
  readonly #pages: NginxPages
  #servers: NginxServer[] = []
  #listening = new Map<number, () => void>()
  #upstreams = new Map<string, HttpClient>()

  constructor(os: Os, version: string, conf: string) {
    this.#os = os
    this.#version = version
    this.#conf = conf
    this.#pages = new NginxPages(os, version)
  }

  run(servers: NginxServer[]): void {
    const os = this.#os
    if (!this.#listen(servers)) return os.exit(1)
    this.#notice('using the "epoll" event method')
    this.#notice(`nginx/${this.#version}`)
    this.#notice(`OS: Linux ${os.kernel.version}`)
    this.#notice('start worker processes')
    os.fs.mkdir('/run', { recursive: true })
    os.fs.write(PID, `${os.pid}\n`)
    os.allocate(6 * 1024 * 1024)
    os.onSignal('SIGQUIT', () => this.#end('signal 3 (SIGQUIT) received, shutting down'))
    os.onSignal('SIGTERM', () => this.#end('signal 15 (SIGTERM) received, exiting'))
    os.onSignal('SIGINT', () => this.#end('signal 2 (SIGINT) received, exiting'))
    os.onSignal('SIGHUP', () => {
      this.#notice('signal 1 (SIGHUP) received, reconfiguring')
      const again = load(os, this.#conf)
      if (again) this.#listen(again)
    })
  }

  #listen(servers: NginxServer[]): boolean {
    const ports = new Set(servers.flatMap((server) => server.ports))
    for (const [port, close] of this.#listening) {
      if (ports.has(port)) continue
      close()
      this.#listening.delete(port)
    }
    for (const port of ports) {
      if (this.#listening.has(port)) continue
      try {
        this.#listening.set(
          port,
          serveHttp(this.#os, port, (exchange) => this.#serve(port, exchange)),
        )
      } catch {
        this.#os.stderr(`nginx: [emerg] bind() to 0.0.0.0:${port} failed (98: Address already in use)\n`)
        return false
      }
    }
    this.#servers = servers
    return true
  }

  #serve(port: number, exchange: Exchange): void {
    const { request } = exchange
    const { path } = parsePath(request.path)
    const server = this.#serverFor(port, request)
    const location = server && locationFor(server, path)
    const proxy = directiveOf('proxy_pass', location?.directives ?? [])
    const finish = (response: HttpResponse) => {
      this.#log(exchange, response)
      exchange.respond(response)
    }
    if (proxy) this.#pass(proxy.args[0], path, exchange, finish)
    else finish(this.#pages.answer(server, location, path, exchange))
  }

  #serverFor(port: number, request: HttpRequest): NginxServer | undefined {
    const host = (request.headers['host'] ?? '').replace(/:\d+$/, '')
    const candidates = this.#servers.filter((server) => server.ports.includes(port))
    return candidates.find((server) => server.names.includes(host)) ?? candidates[0]
  }

  #pass(target: string, path: string, exchange: Exchange, finish: (response: HttpResponse) => void): void {
    const [, host = '', port = '80', prefix = ''] =
      /^https?:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(target) ?? []
    const key = `${host}:${port}`
    let client = this.#upstreams.get(key)
    if (!client)
      this.#upstreams.set(
        key,
        (client = new HttpClient(this.#os, host, Number(port), { dialTimeoutMs: 60_000 })),
      )
    const { request, peer } = exchange
    const headers = { ...request.headers, host: host, 'x-forwarded-for': peer }
    const query = request.path.includes('?') ? request.path.slice(request.path.indexOf('?')) : ''
    client.request(
      { ...request, path: `${prefix ? prefix.replace(/\/$/, '') : ''}${path}${query}`, headers },
      {
        response: finish,
        failed: () => finish(this.#pages.error(502)),
      },
    )
  }

  #log({ request, peer }: Exchange, { status, body }: HttpResponse): void {
    const { headers } = request
    const length = typeof body === 'string' ? body.length : 0
    const line = `${request.method} ${request.path} HTTP/1.1`
    this.#os.stdout(
      `${peer} - - [${accessLogTime(this.#os.clock)}] "${line}" ${status} ${length} "${headers['referer'] ?? '-'}" "${headers['user-agent'] ?? '-'}" "${headers['x-forwarded-for'] ?? '-'}"\n`,
    )
  }

  #notice(text: string): void {
    this.#os.stderr(`${logStamp(this.#os.clock)} [notice] 1#1: ${text}\n`)
  }

  #end(why: string): void {
    this.#notice(why)
    this.#notice('exit')
    this.#os.exit(0)
  }
}

/** nginx: exact first, then the longest prefix, unless a regular expression matches. */
function locationFor(server: NginxServer, path: string): NginxLocation | undefined {
  const exact = server.locations.find((location) => location.match === 'exact' && location.path === path)
  if (exact) return exact
  const prefixes = server.locations.filter(
    (location) => location.match === 'prefix' && path.startsWith(location.path),
  )
  const longest = prefixes.sort((a, b) => b.path.length - a.path.length)[0]
  return (
    server.locations.find((location) => location.match === 'regex' && matches(location.path, path)) ?? longest
  )
}

function matches(pattern: string, path: string): boolean {
  try {
    const insensitive = pattern.startsWith('(?i)')
    return new RegExp(insensitive ? pattern.slice(4) : pattern, insensitive ? 'i' : '').test(path)
  } catch {
    return false
  }
}
