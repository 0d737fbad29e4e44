import { fetch } from '../../host/bin/http-fetch.ts'
import { reasonOf } from '../../host/bin/http-status.ts'
import { command, type Options } from '../../host/bin/options.ts'
import { hostHeader, joinUrl, parseUrl, type Url } from '../../host/bin/url.ts'
import { baseOf } from '../../host/filesystem.ts'
import { resolve } from '../../host/net/dns/resolver.ts'
import type { Os } from '../../host/program.ts'
import { write, type Sys } from '../../host/sys.ts'

const MAX_REDIRECTS = 5
const DEFAULT_TIMEOUT_MS = 900_000

/** BusyBox's wget, with its own words (networking/wget.c). */
export const busyboxWget = command(
  {
    short: 'cqSO:o:P:T:t:U:Y:',
    long: {
      quiet: 'q',
      'server-response': 'S',
      'output-document': 'O:',
      spider: 'spider',
      timeout: 'T:',
      header: 'header:',
      'post-data': 'post:',
      'no-check-certificate': 'insecure',
      'user-agent': 'U:',
    },
  },
  function* (os, options) {
    if (!options.rest.length) {
      os.stderr(
        'BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [-cqS] [--spider] [-O FILE] [-T SEC] URL...\n',
      )
      return 1
    }
    for (const text of options.rest) {
      const status = yield* download(os, options, text)
      if (status) return status
    }
    return 0
  },
)

function* download(os: Os, options: Options, text: string): Sys<number> {
  let location = text
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const url = parseUrl(location)
    if ('problem' in url) return fail(os, `not an http or ftp url: ${location}`)
    const address = yield* resolve(os, url.host)
    if (address === undefined) return fail(os, `bad address '${url.host}'`)
    if (!options.has('q')) os.stderr(`Connecting to ${hostHeader(url)} (${address}:${url.port})\n`)
    const outcome = yield* transfer(os, options, url, address)
    if (typeof outcome === 'number') return outcome
    location = joinUrl(url, outcome.location)
  }
  return fail(os, 'too many redirections')
}

function* transfer(os: Os, options: Options, url: Url, address: string): Sys<number | { location: string }> {
  const body = options.value('post')
  const headers: Record<string, string> = {
    host: hostHeader(url),
    'user-agent': options.value('U') ?? 'Wget',
    connection: 'close',
  }
  for (const header of options.all('header'))
    headers[header.slice(0, header.indexOf(':')).toLowerCase()] = header.slice(header.indexOf(':') + 1).trim()
  const pending = fetch(
    os,
    address,
    url.port,
    {
      method: options.has('spider') ? 'HEAD' : body === undefined ? 'GET' : 'POST',
      path: url.path,
      headers,
      ...(body === undefined ? {} : { body }),
    },
    { totalMs: options.has('T') ? Number(options.value('T')) * 1000 : DEFAULT_TIMEOUT_MS },
  )
  const sink = new Sink(os, options, url)
  try {
    for (;;) {
      const event = yield* pending.next()
      if (!event) return fail(os, 'download timed out')
      if (event.type === 'failed')
        return fail(os, `can't connect to remote host (${address}): ${event.error.message}`)
      if (event.type === 'end') return sink.end()
      if (event.type === 'data') {
        yield* sink.write(event.text)
        continue
      }
      const { status, headers: answer } = event.response
      if (options.has('S')) os.stderr(`  HTTP/1.1 ${status} ${reasonOf(status)}\n`)
      if (status >= 300 && status < 400 && answer['location']) return { location: answer['location'] }
      if (status >= 400) return fail(os, `server returned error: HTTP/1.1 ${status} ${reasonOf(status)}`)
      if (options.has('spider')) return options.has('q') ? 0 : remote(os)
      sink.begin()
    }
  } finally {
    pending.close()
  }
}

function remote(os: Os): number {
  os.stderr('remote file exists\n')
  return 0
}

function fail(os: Os, why: string): number {
  os.stderr(`wget: ${why}\n`)
  return 1
}

/** Where the document goes, and what is said of it. */
class Sink {
  readonly #os: Os
  readonly #quiet: boolean
  readonly #name: string
  #fd = 1
  #size = 0

  constructor(os: Os, options: Options, url: Url) {
    this.#os = os
    this.#quiet = options.has('q')
    this.#name = options.value('O') ?? (baseOf(url.path.replace(/\?.*/, '')) || 'index.html')
  }

  begin(): void {
    if (this.#name !== '-')
      this.#fd = this.#os.open(this.#name, { write: true, create: true, truncate: true })
    this.#say(this.#name === '-' ? 'writing to stdout\n' : `saving to '${this.#name}'\n`)
  }

  *write(text: string): Sys<void> {
    this.#size += text.length
    yield* write(this.#fd, text)
  }

  end(): number {
    if (this.#fd !== 1) this.#os.close(this.#fd)
    const bar = `${this.#name.slice(0, 20).padEnd(20)} 100% |${'*'.repeat(32)}| ${String(this.#size).padStart(5)}  0:00:00 ETA\n`
    this.#say(`${bar}${this.#name === '-' ? 'written to stdout\n' : `'${this.#name}' saved\n`}`)
    return 0
  }

  #say(text: string): void {
    if (!this.#quiet) this.#os.stderr(text)
  }
}
