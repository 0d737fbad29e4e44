import {
  HttpClient,
  parsePath,
  serveHttp,
  type Exchange,
  type HttpRequest,
  type HttpResponse,
} from '../../host/http.ts'
import type { Os, Program } from '../../host/program.ts'
import { resolveHost } from '../../client/resolve-host.ts'
import { become } from './entrypoint.ts'
import { accessLogTime, contentTypeOf, httpDate, resolveFile } from './http-files.ts'
import {
  directiveOf,
  NginxConfigError,
  readNginxConfig,
  type NginxLocation,
  type NginxServer,
} from './nginx-config.ts'

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
    const stamp = `${new Date(os.clock).toISOString().slice(0, 19).replace('T', ' ').replace(/-/g, '/')} [emerg] ${os.pid}#${os.pid}: `
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
  #servers: NginxServer[] = []
  #listening = new Map<number, () => void>()
  #upstreams = new Map<string, HttpClient>()

  constructor(os: Os, version: string, conf: string) {
    this.#os = os
    this.#version = version
    this.#conf = conf
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
    else finish(this.#answer(server, location, path, exchange))
  }

  #serverFor(port: number, request: HttpRequest): NginxServer | undefined {
    const host = (request.headers['host'] ?? '').replace(/:\d+$/, '')
    const candidates = this.#servers.filter((server) => server.ports.includes(port))
    return candidates.find((server) => server.names.includes(host)) ?? candidates[0]
  }

  #answer(
    server: NginxServer | undefined,
    location: NginxLocation | undefined,
    path: string,
    exchange: Exchange,
  ): HttpResponse {
    const { request } = exchange
    const own = location?.directives ?? []
    const rest = server?.directives ?? []
    const back = directiveOf('return', own) ?? directiveOf('return', rest)
    if (back) return this.#returned(back.args, directiveOf('default_type', own, rest)?.args[0], exchange)
    if (directiveOf('stub_status', own)) {
      return this.#text(
        200,
        'Active connections: 1 \nserver accepts handled requests\n 1 1 1 \nReading: 0 Writing: 1 Waiting: 0 \n',
        'text/plain',
      )
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return this.#error(405)
    const alias = directiveOf('alias', own)?.args[0]
    const root = alias ?? directiveOf('root', own, rest)?.args[0] ?? '/etc/nginx/html'
    const index = directiveOf('index', own, rest)?.args ?? ['index.html']
    const wanted = alias && location ? path.slice(location.path.length) || '/' : path
    return this.#file(root, wanted, index, directiveOf('try_files', own, rest)?.args, request)
  }

  #file(
    root: string,
    path: string,
    index: readonly string[],
    tries: readonly string[] | undefined,
    request: HttpRequest,
  ): HttpResponse {
    const { fs } = this.#os
    let found = resolveFile(fs, root, path, index)
    for (const attempt of tries ?? []) {
      if ('file' in found) break
      if (attempt.startsWith('=')) return this.#error(Number(attempt.slice(1)))
      found = resolveFile(fs, root, attempt.replace('$uri', path), index)
    }
    if (!('file' in found)) {
      if (found.status === 301) return this.#error(301, { location: `${path}/` })
      this.#errorLog(path, root, found.status)
      return this.#error(found.status)
    }
    const body = fs.read(found.file)
    const { mtime } = fs.stat(found.file)
    const etag = `"${Math.floor(mtime / 1000).toString(16)}-${body.length.toString(16)}"`
    return {
      status: 200,
      headers: {
        ...this.#headers(contentTypeOf(found.file, 'application/octet-stream'), body.length),
        'last-modified': httpDate(mtime),
        etag,
        'accept-ranges': 'bytes',
      },
      body: request.method === 'HEAD' ? '' : body,
    }
  }

  #returned(
    [status, text = '']: readonly string[],
    type: string | undefined,
    { request, peer }: Exchange,
  ): HttpResponse {
    const code = Number(status)
    const variables: Record<string, string> = {
      hostname: this.#os.hostname,
      remote_addr: peer,
      request_uri: request.path,
      uri: parsePath(request.path).path,
      host: request.headers['host'] ?? '',
      request_method: request.method,
      nginx_version: this.#version,
      server_addr: this.#os.net.address ?? '127.0.0.1',
      http_user_agent: request.headers['user-agent'] ?? '',
      scheme: 'http',
    }
    const value = text.replace(/\$\{?(\w+)\}?/g, (_, name: string) => variables[name] ?? '')
    if (Number.isNaN(code)) return this.#error(302, { location: status })
    if (code >= 300 && code < 400) return this.#error(code, { location: value })
    return text === '' ? this.#error(code) : this.#text(code, value, type ?? 'text/plain')
  }

  #pass(target: string, path: string, exchange: Exchange, finish: (response: HttpResponse) => void): void {
    const [, host = '', port = '80', prefix = ''] =
      /^https?:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(target) ?? []
    const address = resolveHost(this.#os, host)
    if (!address) return finish(this.#error(502))
    const key = `${address}:${port}`
    let client = this.#upstreams.get(key)
    if (!client)
      this.#upstreams.set(
        key,
        (client = new HttpClient(this.#os, address, Number(port), { dialTimeoutMs: 60_000 })),
      )
    const { request, peer } = exchange
    const headers = { ...request.headers, host: host, 'x-forwarded-for': peer }
    const query = request.path.includes('?') ? request.path.slice(request.path.indexOf('?')) : ''
    client.request(
      { ...request, path: `${prefix ? prefix.replace(/\/$/, '') : ''}${path}${query}`, headers },
      {
        response: finish,
        failed: () => finish(this.#error(502)),
      },
    )
  }

  #error(status: number, headers: Record<string, string> = {}): HttpResponse {
    const title = `${status} ${WORDS[status] ?? ''}`.trim()
    const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${this.#version}</center>\r\n</body>\r\n</html>\r\n`
    return { status, headers: { ...this.#headers('text/html', body.length), ...headers }, body }
  }

  #text(status: number, body: string, type: string): HttpResponse {
    return { status, headers: this.#headers(type, body.length), body }
  }

  #headers(type: string, length: number): Record<string, string> {
    return {
      server: `nginx/${this.#version}`,
      date: httpDate(this.#os.clock),
      'content-type': type,
      'content-length': `${length}`,
      connection: 'keep-alive',
    }
  }

  #log({ request, peer }: Exchange, { status, body }: HttpResponse): void {
    const { headers } = request
    const length = typeof body === 'string' ? body.length : 0
    const line = `${request.method} ${request.path} HTTP/1.1`
    this.#os.stdout(
      `${peer} - - [${accessLogTime(this.#os.clock)}] "${line}" ${status} ${length} "${headers['referer'] ?? '-'}" "${headers['user-agent'] ?? '-'}" "${headers['x-forwarded-for'] ?? '-'}"\n`,
    )
  }

  #errorLog(path: string, root: string, status: number): void {
    const file = `${root.replace(/\/$/, '')}${path}`
    const what =
      status === 403
        ? `directory index of "${file}" is forbidden`
        : `open() "${file}" failed (2: No such file or directory)`
    this.#os.stderr(`${this.#stamp()} [error] ${this.#os.pid}#${this.#os.pid}: *1 ${what}\n`)
  }

  #notice(text: string): void {
    this.#os.stderr(`${this.#stamp()} [notice] 1#1: ${text}\n`)
  }

  #stamp(): string {
    return new Date(this.#os.clock).toISOString().slice(0, 19).replace('T', ' ').replace(/-/g, '/')
  }

  #end(why: string): void {
    this.#notice(why)
    this.#notice('exit')
    this.#os.exit(0)
  }
}

const WORDS: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Authorization Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
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
