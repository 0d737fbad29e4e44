import { isDns, reply, sizeOf, type DnsMessage } from '../../host/net/dns/message.ts'
import type { Endpoint } from '../../host/net/connection.ts'
import type { Os } from '../../host/program.ts'
import { answer, zoneOf } from './answer.ts'
import { ClusterInformers } from './cluster-informers.ts'
import { CorefileError, type Directive, type ServerBlock } from './corefile.ts'
import { refuse, type Handler, type ServerContext } from './handler.ts'
import { kubernetesOptions, zoneName, type KubernetesOptions } from './kubernetes-options.ts'
import { LoopDetector } from './loop.ts'
import { chain, others } from './plugins.ts'

const PORT = 53
const UDP_BYTES = 512

/** What a server counts for its metrics. */
export interface Counts {
  readonly requests: Map<string, number>
  readonly responses: Map<string, number>
}

/** The zones of one server block, with their plugins. */
export class Server {
  readonly context: ServerContext
  readonly counts: Counts
  readonly #options: KubernetesOptions | undefined
  readonly #loop: LoopDetector | undefined
  #cluster: ClusterInformers | undefined
  #handler: Handler = refuse

  constructor(
    os: Os,
    block: ServerBlock,
    file: string,
    log: ServerContext['log'],
    version: string,
    counts: Counts,
  ) {
    const zones = block.keys.map(zoneName)
    const port = Number(/:(\d+)$/.exec(block.keys[0] ?? '')?.[1] ?? PORT)
    this.counts = counts
    this.context = { os, block, zones, port, file, log, self: (query, done) => this.#handler(query, done) }
    const unknown = block.directives.find(
      ({ name }) => !others.has(name) && !chain.some(([known]) => known === name),
    )
    if (unknown)
      throw new CorefileError(
        `${file}:${unknown.line} - Error during parsing: Unknown directive '${unknown.name}'`,
      )
    this.#options = kubernetesOptions(block.directives, zones, file)
    if (block.directives.some(({ name }) => name === 'loop')) this.#loop = new LoopDetector(this.context)
    if (this.#options) this.#cluster = new ClusterInformers(os, this.#options, `coredns/${version}`)
    this.#handler = this.#chain()
  }

  get port(): number {
    return this.context.port
  }

  get zones(): readonly string[] {
    return this.context.zones
  }

  /** Undefined: it has no such plugin. */
  directive(name: string): Directive | undefined {
    return this.context.block.directives.find((directive) => directive.name === name)
  }

  /** Call once the cluster is known, or it was waited for long enough. */
  start(ready: () => void): void {
    const cluster = this.#cluster
    if (!cluster || !this.#options) return ready()
    const { os, log } = this.context
    let told = false
    const tell = (late: boolean) => {
      if (told) return
      told = true
      stop()
      if (late) log('WARNING', 'plugin/kubernetes: starting server with unsynced Kubernetes API')
      ready()
    }
    const stop = os.after(this.#options.startupTimeoutMs, () => tell(true))
    cluster.start()
    cluster.whenSynced(() => tell(false))
  }

  listening(): void {
    this.#loop?.start()
  }

  stop(): void {
    this.#loop?.stop()
    this.#cluster?.stop()
  }

  get synced(): boolean {
    return this.#cluster?.synced ?? true
  }

  answer(
    message: DnsMessage,
    peer: Endpoint,
    protocol: 'udp' | 'tcp',
    done: (answer: DnsMessage) => void,
  ): void {
    const { type } = message.question
    bump(this.counts.requests, type)
    this.#handler({ message, peer, protocol }, (found) => {
      bump(this.counts.responses, found.rcode)
      done(protocol === 'udp' ? fitting(found, message.udpSize ?? UDP_BYTES) : found)
    })
  }

  #chain(): Handler {
    const { directives } = this.context.block
    return chain.reduceRight((next: Handler, [name, plugin]): Handler => {
      const own = directives.filter((directive) => directive.name === name)
      if (name === 'loop') return this.#loop?.handler(next) ?? next
      if (name === 'kubernetes') return this.#options ? this.#kubernetes(this.#options, next) : next
      return own.reduceRight((inner, directive) => plugin?.(directive, this.context, inner) ?? inner, next)
    }, refuse)
  }

  #kubernetes(options: KubernetesOptions, next: Handler): Handler {
    const { os, self } = this.context
    return (query, done) => {
      const { message } = query
      const zone = zoneOf(message.question.name, options.zones)
      const view = this.#cluster
      if (zone === undefined || !view) return next(query, done)
      const found = answer(message, zone, view, options, addressesOf(os))
      if (!found) return next(query, done)
      const { chase, ...sections } = found
      const whole = reply(message, { authoritative: true, ...sections })
      if (chase === undefined) return done(whole)
      // The name of an external service: whoever knows it is asked for its addresses.
      const question = { name: chase, type: message.question.type }
      self({ ...query, message: { ...message, question } }, (more) =>
        done({ ...whole, answer: [...whole.answer, ...more.answer], truncated: more.truncated }),
      )
    }
  }
}

function addressesOf({ net }: Os): string[] {
  const addresses = net.interfaces
    .filter(({ name }) => name !== 'lo')
    .flatMap((nic) => nic.addresses.map((address) => address.split('/')[0]))
  return addresses.length ? addresses : ['127.0.0.1']
}

const bump = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1)

/** What does not fit into a datagram is left out, and the asker told (dns.Msg.Truncate). */
function fitting(message: DnsMessage, bytes: number): DnsMessage {
  if (sizeOf(message) <= bytes) return message
  const bare = { ...message, additional: [] }
  if (sizeOf(bare) <= bytes) return bare
  let kept = message.answer.length
  while (kept > 0 && sizeOf({ ...bare, answer: message.answer.slice(0, kept) }) > bytes) kept--
  return { ...bare, answer: message.answer.slice(0, kept), truncated: true }
}

/** The messages of a connection are answered one by one. */
export const isQuestion = (body: unknown): body is DnsMessage => isDns(body) && !body.response
