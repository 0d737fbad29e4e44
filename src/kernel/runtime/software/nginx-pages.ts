import { parsePath, type Exchange, type HttpRequest, type HttpResponse } from '../../host/http.ts'
import type { Os } from '../../host/program.ts'
import { contentTypeOf, httpDate, resolveFile } from './http-files.ts'
import { directiveOf, type NginxLocation, type NginxServer } from './nginx-config.ts'

/** Makes nginx's answers. */
export class NginxPages {
  readonly #os: Os
  readonly #version: string

  constructor(os: Os, version: string) {
    this.#os = os
    this.#version = version
  }

  /** What nginx answers by itself: a text, a file, or a page about an error. */
  answer(
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
    if (request.method !== 'GET' && request.method !== 'HEAD') return this.error(405)
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
      if (attempt.startsWith('=')) return this.error(Number(attempt.slice(1)))
      found = resolveFile(fs, root, attempt.replace('$uri', path), index)
    }
    if (!('file' in found)) {
      if (found.status === 301) return this.error(301, { location: `${path}/` })
      this.#errorLog(path, root, found.status)
      return this.error(found.status)
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
    if (Number.isNaN(code)) return this.error(302, { location: status })
    if (code >= 300 && code < 400) return this.error(code, { location: value })
    return text === '' ? this.error(code) : this.#text(code, value, type ?? 'text/plain')
  }

  error(status: number, headers: Record<string, string> = {}): HttpResponse {
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

  #errorLog(path: string, root: string, status: number): void {
    const file = `${root.replace(/\/$/, '')}${path}`
    const what =
      status === 403
        ? `directory index of "${file}" is forbidden`
        : `open() "${file}" failed (2: No such file or directory)`
    this.#os.stderr(`${logStamp(this.#os.clock)} [error] ${this.#os.pid}#${this.#os.pid}: *1 ${what}\n`)
  }
}

/** `2026/01/01 00:00:10`, as its error log has it. */
export const logStamp = (ms: number): string =>
  new Date(ms).toISOString().slice(0, 19).replace('T', ' ').replace(/-/g, '/')

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
