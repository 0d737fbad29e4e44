import { exchange } from '../../host/net/dns/exchange.ts'
import { parseResolvConf } from '../../host/net/dns/resolv-conf.ts'
import { reply, type DnsMessage } from '../../host/net/dns/message.ts'
import { goWords, Errno } from '../../host/errno.ts'
import { zoneOf } from './answer.ts'
import { CorefileError } from './corefile.ts'
import type { Plugin, Query, ServerContext } from './handler.ts'
import { zoneName } from './kubernetes-options.ts'

/** CoreDNS: plugin/forward, plugin/pkg/proxy. */
const READ_TIMEOUT_MS = 2000
const DEADLINE_MS = 5000
const MAX_UPSTREAMS = 15

interface Upstream {
  readonly address: string
  readonly port: number
}

/** forward FROM TO...: asks other servers, those of a resolv.conf if TO is a file. */
export const forward: Plugin = (directive, context, next) => {
  const [from, ...to] = directive.args
  const fail = (why: string): never => {
    throw new CorefileError(`plugin/forward: ${why}`)
  }
  if (!from || !to.length) fail("Wrong argument count or unexpected line ending after 'forward'")
  const upstreams = to.flatMap((text) => upstreamsOf(context, text))
  if (!upstreams.length) fail(`not an IP address or file: ${JSON.stringify(to[0])}`)
  if (upstreams.length > MAX_UPSTREAMS) fail(`more than ${MAX_UPSTREAMS} TOs configured: ${upstreams.length}`)
  const zone = zoneName(from)
  const except = directive.block
    .filter(({ name }) => name === 'except')
    .flatMap(({ args }) => args.map(zoneName))
  const tcp = directive.block.some(({ name }) => name === 'force_tcp')
  return (query, done) => {
    const { name } = query.message.question
    if (zoneOf(name, [zone]) === undefined || zoneOf(name, except) !== undefined) return next(query, done)
    new Forwarding(context, query, upstreams, tcp, done).attempt()
  }
}

function upstreamsOf({ os }: ServerContext, text: string): Upstream[] {
  const [, address, port = '53'] = /^(?:dns:\/\/)?(\d+(?:\.\d+){3})(?::(\d+))?$/.exec(text) ?? []
  if (address) return [{ address, port: Number(port) }]
  if (!os.fs.exists(text)) return []
  return parseResolvConf(os.fs.read(text)).nameservers.map((server) => ({ address: server, port: 53 }))
}

/** One query on its way to one upstream after another. */
class Forwarding {
  readonly #context: ServerContext
  readonly #query: Query
  readonly #upstreams: readonly Upstream[]
  readonly #tcp: boolean
  readonly #done: (answer: DnsMessage) => void
  readonly #startedAt: number
  #turn: number
  #tries = 0

  constructor(
    context: ServerContext,
    query: Query,
    upstreams: readonly Upstream[],
    tcp: boolean,
    done: (answer: DnsMessage) => void,
  ) {
    this.#context = context
    this.#query = query
    this.#upstreams = upstreams
    this.#tcp = tcp || query.protocol === 'tcp'
    this.#done = done
    this.#startedAt = context.os.now
    this.#turn = Math.floor(context.os.random() * upstreams.length)
  }

  attempt(): void {
    const { os } = this.#context
    const { message } = this.#query
    const upstream = this.#upstreams[this.#turn++ % this.#upstreams.length]
    const asked = { ...message, id: Math.floor(os.random() * 65536), response: false }
    const options = {
      timeoutMs: READ_TIMEOUT_MS,
      port: upstream.port,
      tcp: this.#tcp,
      ignoreTruncation: true,
    }
    exchange(os, upstream.address, asked, options, (outcome) => {
      if ('message' in outcome) return this.#done({ ...outcome.message, id: message.id })
      const over = os.now - this.#startedAt >= DEADLINE_MS || ++this.#tries >= 2 * this.#upstreams.length
      if (!over) return this.attempt()
      this.#failed(
        upstream,
        outcome.error === 'ETIMEDOUT' ? 'i/o timeout' : goWords(new Errno(outcome.error)),
      )
    })
  }

  #failed({ address, port }: Upstream, why: string): void {
    const { os, block } = this.#context
    const { message } = this.#query
    const { name, type } = message.question
    const own = os.net.sourceFor(address) ?? '0.0.0.0'
    const protocol = this.#tcp ? 'tcp' : 'udp'
    if (block.directives.some((directive) => directive.name === 'errors'))
      this.#context.log(
        'ERROR',
        `plugin/errors: 2 ${name} ${type}: read ${protocol} ${own}:${32768 + (message.id % 28232)}->${address}:${port}: ${why}`,
      )
    this.#done(reply(message, { rcode: 'SERVFAIL' }))
  }
}
