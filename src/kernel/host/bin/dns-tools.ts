import { exchange, type Outcome } from '../net/dns/exchange.ts'
import { question, type RecordType } from '../net/dns/message.ts'
import { knownAddress, lookup } from '../net/dns/resolver.ts'
import type { Os } from '../program.ts'
import { call, type Sys } from '../sys.ts'

/** How one server is asked. */
export interface Asking {
  readonly server: string
  readonly port?: number
  readonly tcp?: boolean
  readonly timeoutMs?: number
  readonly tries?: number
  readonly udpSize?: number
}

const TIMEOUT_MS = 5000

/** Ask a server one question, several times if nothing comes; `name` is taken as it is. */
export function* askServer(os: Os, asking: Asking, name: string, type: RecordType): Sys<Outcome> {
  let outcome: Outcome = { error: 'ETIMEDOUT' }
  for (let tries = asking.tries ?? 3; tries > 0; tries--) {
    outcome = yield* call<Outcome>({
      name: 'dns',
      start: (_caller, resume) =>
        exchange(
          os,
          asking.server,
          question(Math.floor(os.random() * 65536), name, type, asking.udpSize),
          {
            timeoutMs: asking.timeoutMs ?? TIMEOUT_MS,
            ...(asking.port ? { port: asking.port } : {}),
            ...(asking.tcp ? { tcp: true } : {}),
          },
          resume,
        ),
    })
    if ('message' in outcome || outcome.error !== 'ETIMEDOUT') break
  }
  return outcome
}

/** The address of a server that was named on a command line. */
export function* serverAddress(os: Os, name: string): Sys<string | undefined> {
  return (
    knownAddress(os, name) ??
    (yield* call<string | undefined>({
      name: 'getaddrinfo',
      start: (_caller, resume) => lookup(os, name, ({ addresses }) => resume(addresses[0])),
    }))
  )
}

export const recordTypes: readonly RecordType[] = [
  'A',
  'AAAA',
  'CNAME',
  'HINFO',
  'MX',
  'NS',
  'PTR',
  'SOA',
  'SRV',
  'TXT',
  'ANY',
]

export const typeOf = (text: string): RecordType | undefined =>
  recordTypes.find((type) => type === text.toUpperCase())
