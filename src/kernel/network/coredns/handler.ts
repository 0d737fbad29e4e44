import type { Endpoint } from '../../host/net/connection.ts'
import type { DnsMessage } from '../../host/net/dns/message.ts'
import { reply } from '../../host/net/dns/message.ts'
import type { Os } from '../../host/program.ts'
import type { Directive, ServerBlock } from './corefile.ts'

/** A question as it came. */
export interface Query {
  readonly message: DnsMessage
  readonly peer: Endpoint
  readonly protocol: 'udp' | 'tcp'
}

/** Answers a query, now or later, once. */
export type Handler = (query: Query, done: (answer: DnsMessage) => void) => void

/** What plugins know of the server they are in. */
export interface ServerContext {
  readonly os: Os
  readonly block: ServerBlock
  /** Fully qualified zones of the block. */
  readonly zones: readonly string[]
  readonly port: number
  readonly file: string
  log(level: 'INFO' | 'WARNING' | 'ERROR' | 'FATAL', text: string): void
  /** Ask this server itself, all plugins included. */
  self: Handler
}

/** Puts a plugin before the handlers that come after it. */
export type Plugin = (directive: Directive, context: ServerContext, next: Handler) => Handler

/** When no plugin has an answer (CoreDNS: core/dnsserver). */
export const refuse: Handler = ({ message }, done) => done(reply(message, { rcode: 'REFUSED' }))
