import { absolute, baseOf } from '../filesystem.ts'
import type { HttpRequest, HttpResponse } from '../http.ts'
import type { Os, Program } from '../program.ts'
import { readAll, write, type Sys } from '../sys.ts'
import { toBase64 } from './base64.ts'
import { fetch } from './http-fetch.ts'
import { headLines } from './http-status.ts'
import { nameOf, parseOptions, type Options } from './options.ts'
import { resolve } from '../net/dns/resolver.ts'
import { hostHeader, joinUrl, parseUrl, type Url } from './url.ts'
import { encodeUtf8 } from './utf8.ts'

const SPEC = {
  short: 'sSo:OIivX:H:d:fkLm:u:A:w:GT:e:b:x:4#NjZgc:E:r:',
  long: {
    silent: 's',
    'show-error': 'S',
    output: 'o:',
    'remote-name': 'O',
    head: 'I',
    include: 'i',
    verbose: 'v',
    request: 'X:',
    header: 'H:',
    data: 'd:',
    'data-raw': 'raw:',
    'data-binary': 'binary:',
    'data-urlencode': 'encode:',
    json: 'json:',
    fail: 'f',
    insecure: 'k',
    location: 'L',
    'max-time': 'm:',
    'connect-timeout': 'connect:',
    user: 'u:',
    'user-agent': 'A:',
    'write-out': 'w:',
    get: 'G',
    resolve: 'resolve:',
    cacert: 'cacert:',
    cert: 'E:',
    key: 'key:',
    retry: 'retry:',
    'retry-delay': 'retry-delay:',
    'no-buffer': 'N',
    'http1.1': 'http1.1',
    http2: 'http2',
    compressed: 'compressed',
    'fail-with-body': 'fail-with-body',
    noproxy: 'noproxy:',
    'upload-file': 'T:',
    version: 'version',
    help: 'help',
    'no-progress-meter': 'quiet',
    'retry-connrefused': 'retry-refused',
  },
}

/** curl [OPTION]... URL... */
export const curl: Program = function* (os) {
  const options = parseOptions(os.argv.slice(1), SPEC)
  if (typeof options === 'string') {
    os.stderr(
      `curl: option ${options.replace(/^.*'(.*)'$/, (_, name: string) => (name.startsWith('-') ? name : `-${name}`))}: ${options.includes('requires') ? 'requires parameter' : 'is unknown'}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`,
    )
    return 2
  }
  if (options.has('version')) {
    yield* write(
      1,
      'curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1\nRelease-Date: 2023-02-20\nProtocols: http https\n',
    )
    return 0
  }
  if (!options.rest.length) {
    os.stderr("curl: try 'curl --help' or 'curl --manual' for more information\n")
    return 2
  }
  let status = 0
  for (const text of options.rest) {
    for (let left = Number(options.value('retry') ?? 0); ; left--) {
      status = yield* new Transfer(os, options).run(text)
      if (left <= 0 || !(status === 28 || (status === 7 && options.has('retry-refused')))) break
    }
  }
  return status
}

const MAX_REDIRECTS = 50

/** One address, with the redirections that follow. */
class Transfer {
  readonly #os: Os
  readonly #options: Options
  readonly #started: number
  #sink = 1
  #size = 0
  #code = 0

  constructor(os: Os, options: Options) {
    this.#os = os
    this.#options = options
    this.#started = os.now
  }

  *run(text: string): Sys<number> {
    const parsed = parseUrl(text)
    if ('problem' in parsed) return this.#fail(parsed.code, parsed.problem)
    let url: Url = parsed
    const output =
      this.#options.value('o') ?? (this.#options.has('O') ? baseOf(url.path.replace(/\?.*/, '')) : undefined)
    if (output === '') return this.#fail(23, 'Remote file name has no length')
    if (output !== undefined && output !== '-')
      this.#sink = this.#os.open(output, { write: true, create: true, truncate: true })
    const body = yield* this.#body()
    let request = this.#request(url, body)
    for (let redirects = 0; ; redirects++) {
      const outcome = yield* this.#exchange(url, request)
      if (typeof outcome === 'number') return yield* this.#finish(url, outcome)
      if (redirects === MAX_REDIRECTS) return this.#fail(47, `Maximum (${MAX_REDIRECTS}) redirects followed`)
      const next = parseUrl(joinUrl(url, outcome.location))
      if ('problem' in next) return this.#fail(next.code, next.problem)
      url = next
      const keeps = outcome.status === 307 || outcome.status === 308
      request = {
        ...this.#request(url, keeps ? body : undefined),
        ...(keeps ? {} : { method: request.method === 'HEAD' ? 'HEAD' : 'GET' }),
      }
    }
  }

  *#body(): Sys<string | undefined> {
    const parts: string[] = []
    for (const [name, value] of this.#options.given) {
      if (name === 'T') return yield* this.#file(value)
      if (name === 'raw') parts.push(value)
      else if (name === 'encode')
        parts.push(
          value.replace(
            /^([^=]*=)?(.*)$/s,
            (_, key: string | undefined, text: string) => (key ?? '') + encodeURIComponent(text),
          ),
        )
      else if (name === 'd' || name === 'binary' || name === 'json') {
        const text = value.startsWith('@') ? yield* this.#file(value.slice(1)) : value
        parts.push(name === 'd' && value.startsWith('@') ? text.replace(/[\r\n]/g, '') : text)
      }
    }
    return parts.length ? parts.join(this.#options.has('json') ? '' : '&') : undefined
  }

  *#file(path: string): Sys<string> {
    return path === '-' ? yield* readAll(0) : this.#os.fs.read(absolute(this.#os.cwd, path))
  }

  #request(url: Url, body: string | undefined): HttpRequest {
    const options = this.#options
    const sends = body !== undefined && !options.has('G')
    const headers: Record<string, string> = {
      host: hostHeader(url),
      'user-agent': options.value('A') ?? 'curl/7.88.1',
      accept: '*/*',
    }
    const user = options.value('u') ?? url.user
    if (user !== undefined) headers['authorization'] = `Basic ${toBase64(encodeUtf8(user))}`
    if (sends) headers['content-type'] = 'application/x-www-form-urlencoded'
    if (options.has('json'))
      Object.assign(headers, { 'content-type': 'application/json', accept: 'application/json' })
    if (options.has('b')) headers['cookie'] = options.value('b') as string
    for (const header of options.all('H')) {
      const colon = header.indexOf(':')
      const name = (colon < 0 ? header.replace(/;$/, '') : header.slice(0, colon)).toLowerCase()
      const value = colon < 0 ? '' : header.slice(colon + 1).trim()
      if (colon >= 0 && value === '') delete headers[name]
      else headers[name] = value
    }
    if (sends) headers['content-length'] = String(encodeUtf8(body).length)
    const method =
      options.value('X') ?? (options.has('I') ? 'HEAD' : options.has('T') ? 'PUT' : sends ? 'POST' : 'GET')
    const path =
      body !== undefined && options.has('G')
        ? `${url.path}${url.path.includes('?') ? '&' : '?'}${body}`
        : url.path
    return { method, path, headers, ...(sends ? { body: jsonBody(body, headers['content-type']) } : {}) }
  }

  /** Ask once. A number is the exit code; else where to go on. */
  *#exchange(url: Url, request: HttpRequest): Sys<number | { location: string; status: number }> {
    const mapped = this.#options
      .all('resolve')
      .map((each) => each.split(':'))
      .find(([host, port]) => host === url.host && Number(port) === url.port)
    const address = mapped?.[2] ?? (yield* resolve(this.#os, url.host))
    if (address === undefined) return this.#fail(6, `Could not resolve host: ${url.host}`)
    const seconds = (name: string) =>
      this.#options.has(name) ? Number(this.#options.value(name)) * 1000 : undefined
    const total = seconds('m')
    const left = total === undefined ? undefined : total - (this.#os.now - this.#started)
    this.#verbose(`*   Trying ${address}:${url.port}...`)
    const pending = fetch(this.#os, address, url.port, request, {
      connectMs: seconds('connect'),
      totalMs: left,
    })
    try {
      for (;;) {
        const event = yield* pending.next()
        if (!event)
          return this.#fail(
            28,
            `Operation timed out after ${this.#os.now - this.#started} milliseconds with ${this.#size} bytes received`,
          )
        if (event.type === 'failed') return this.#broken(event.error.code, url)
        if (event.type === 'end') return 0
        if (event.type === 'data') yield* this.#data(event.text, request.method)
        else {
          const outcome = yield* this.#head(event.response, url, request, address)
          if (outcome !== undefined) return outcome
        }
      }
    } finally {
      pending.close()
    }
  }

  *#head(
    response: HttpResponse,
    url: Url,
    request: HttpRequest,
    address: string,
  ): Sys<number | { location: string; status: number } | undefined> {
    const options = this.#options
    this.#code = response.status
    this.#verbose(`* Connected to ${url.host} (${address}) port ${url.port} (#0)`)
    if (url.scheme === 'https' && !options.has('k') && !options.has('cacert')) {
      this.#fail(
        60,
        'SSL certificate problem: unable to get local issuer certificate',
        '\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the web page mentioned above.',
      )
      return 60
    }
    this.#verbose(`> ${request.method} ${request.path} HTTP/1.1`)
    for (const [name, value] of Object.entries(request.headers)) this.#verbose(`> ${titled(name)}: ${value}`)
    this.#verbose('> ')
    for (const line of headLines(response)) this.#verbose(`< ${line}`)
    this.#verbose('< ')
    if (options.has('i') || options.has('I'))
      yield* write(this.#sink, `${headLines(response).join('\r\n')}\r\n\r\n`)
    const location = response.headers['location']
    if (options.has('L') && location !== undefined && response.status >= 300 && response.status < 400)
      return { location, status: response.status }
    if (response.status >= 400 && options.has('f'))
      return this.#fail(22, `The requested URL returned error: ${response.status}`)
    return undefined
  }

  *#data(text: string, method: string): Sys<void> {
    if (method === 'HEAD') return
    this.#size += text.length
    yield* write(this.#sink, text)
  }

  *#finish(url: Url, code: number): Sys<number> {
    const format = this.#options.value('w')
    const seconds = ((this.#os.now - this.#started) / 1000).toFixed(6)
    const values: Record<string, string> = {
      http_code: String(this.#code).padStart(3, '0'),
      response_code: String(this.#code).padStart(3, '0'),
      time_total: seconds,
      size_download: String(this.#size),
      url_effective: `${url.scheme}://${url.host}:${url.port}${url.path}`,
      exitcode: String(code),
      time_connect: seconds,
      remote_port: String(url.port),
    }
    if (format !== undefined)
      yield* write(
        1,
        format.replace(
          /%\{(\w+)\}|\\([nrt\\])/g,
          (whole, name: string | undefined, escaped: string | undefined) =>
            escaped ? ({ n: '\n', r: '\r', t: '\t' }[escaped] ?? '\\') : (values[name ?? ''] ?? whole),
        ),
      )
    return code === 0 && this.#code >= 400 && this.#options.has('fail-with-body')
      ? this.#fail(22, `The requested URL returned error: ${this.#code}`)
      : code
  }

  #broken(code: string, url: Url): number {
    const ms = this.#os.now - this.#started
    if (code === 'ETIMEDOUT')
      return this.#fail(
        28,
        this.#code
          ? 'Recv failure: Connection timed out'
          : this.#options.has('connect') || this.#options.has('m')
            ? `Connection timed out after ${ms} milliseconds`
            : `Failed to connect to ${url.host} port ${url.port} after ${ms} ms: Couldn't connect to server`,
      )
    if (code === 'ECONNRESET')
      return this.#fail(
        this.#code ? 18 : 52,
        this.#code ? 'transfer closed with outstanding read data remaining' : 'Empty reply from server',
      )
    return this.#fail(
      7,
      `Failed to connect to ${url.host} port ${url.port} after ${ms} ms: Couldn't connect to server`,
    )
  }

  #fail(code: number, words: string, more = ''): number {
    if (!this.#options.has('s') || this.#options.has('S'))
      this.#os.stderr(`${nameOf(this.#os)}: (${code}) ${words}${more}\n`)
    return code
  }

  #verbose(line: string): void {
    if (this.#options.has('v')) this.#os.stderr(`${line}\n`)
  }
}

const titled = (name: string): string =>
  name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())

/** Bodies of JSON travel as values inside the cluster. */
function jsonBody(text: string, type: string | undefined): unknown {
  if (!/json/.test(type ?? '')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
