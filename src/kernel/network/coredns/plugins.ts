import { hostsFile } from '../../host/net/dns/resolver.ts'
import { reply, sizeOf, type DnsMessage, type DnsRecord } from '../../host/net/dns/message.ts'
import { parseDurationMs } from '../../api/duration.ts'
import { cache } from './cache.ts'
import { forward } from './forward.ts'
import type { Handler, Plugin } from './handler.ts'

/** log: a line a query (CoreDNS: plugin/log, the format "common"). */
const log: Plugin =
  (_directive, { os, log: write }, next): Handler =>
  (query, done) => {
    const startedAt = os.now
    const { message, peer, protocol } = query
    next(query, (answer) => {
      const { name, type } = message.question
      const asked = `${type} IN ${name} ${protocol} ${sizeOf(message)} false ${message.udpSize ?? 512}`
      const seconds = ((os.now - startedAt) / 1000).toFixed(9)
      write(
        'INFO',
        `${peer.address}:${peer.port} - ${message.id} "${asked}" ${answer.rcode} ${flagsOf(answer)} ${sizeOf(answer)} ${seconds}s`,
      )
      done(answer)
    })
  }

const flagsOf = (answer: DnsMessage): string =>
  [
    'qr',
    answer.authoritative && 'aa',
    answer.truncated && 'tc',
    answer.recursionDesired && 'rd',
    answer.recursionAvailable && 'ra',
  ]
    .filter(Boolean)
    .join(',')

/** loadbalance: addresses in another order each time (plugin/loadbalance round_robin). */
const loadbalance: Plugin =
  (_directive, { os }, next): Handler =>
  (query, done) =>
    next(query, (answer) => {
      const addresses = answer.answer.filter(({ type }) => type === 'A' || type === 'AAAA')
      if (addresses.length < 2) return done(answer)
      for (let i = addresses.length - 1; i > 0; i--) {
        const j = Math.floor(os.random() * (i + 1))
        ;[addresses[i], addresses[j]] = [addresses[j], addresses[i]]
      }
      const names = answer.answer.filter(({ type }) => type === 'CNAME')
      const rest = answer.answer.filter((record) => !names.includes(record) && !addresses.includes(record))
      done({ ...answer, answer: [...names, ...addresses, ...rest] })
    })

/** hosts [FILE] { ADDRESS NAME...; fallthrough; ttl N }: names of a file and of its own lines. */
const hosts: Plugin = ({ block, args }, { os }, next): Handler => {
  const path = args[0] ?? '/etc/hosts'
  const words = new Set(['fallthrough', 'ttl', 'reload', 'no_reverse'])
  const inline = block
    .filter(({ name }) => !words.has(name))
    .map(({ name, args: names }) => ({ address: name, names }))
  const ttl = Number(block.find(({ name }) => name === 'ttl')?.args[0] ?? 3600)
  const falls = block.some(({ name }) => name === 'fallthrough')
  const file = path === '/etc/hosts' ? hostsFile(os) : []
  const all = [...inline, ...file]
  return (query, done) => {
    const { name, type } = query.message.question
    const bare = name.toLowerCase().replace(/\.$/, '')
    const found = all.filter(({ names }) => names.some((each) => each.toLowerCase() === bare))
    if (!found.length) return falls ? next(query, done) : done(reply(query.message, { rcode: 'NXDOMAIN' }))
    const answer = found
      .filter(({ address }) => type === (address.includes(':') ? 'AAAA' : 'A'))
      .map(({ address }): DnsRecord => ({ name, type, ttl, data: address }))
    done(reply(query.message, { authoritative: true, answer }))
  }
}

/** rewrite name [exact|suffix|prefix|substring|regex] FROM TO [answer auto]: asks for another name, and answers with the one asked for. */
const rewrite: Plugin = ({ args }, _context, next): Handler => {
  const [field, ...rest] = args.filter((arg) => arg !== 'stop' && arg !== 'continue')
  const modes = ['exact', 'suffix', 'prefix', 'substring', 'regex']
  const mode = modes.includes(rest[0]) ? (rest.shift() as string) : 'exact'
  const [from = '', to = ''] = rest
  return (query, done) => {
    const { question } = query.message
    const name = field === 'name' ? rewritten(question.name, mode, from, to) : undefined
    if (name === undefined) return next(query, done)
    next({ ...query, message: { ...query.message, question: { ...question, name } } }, (answer) => {
      const back = (records: readonly DnsRecord[]) =>
        records.map((record) => (record.name === name ? { ...record, name: question.name } : record))
      done({ ...answer, question, answer: back(answer.answer) })
    })
  }
}

function rewritten(name: string, mode: string, from: string, to: string): string | undefined {
  const dotted = (text: string) => (text.endsWith('.') ? text : `${text}.`)
  const lower = name.toLowerCase()
  if (mode === 'exact') return lower === dotted(from) ? dotted(to) : undefined
  if (mode === 'prefix') return lower.startsWith(from) ? to + name.slice(from.length) : undefined
  if (mode === 'suffix')
    return lower.endsWith(dotted(from)) ? name.slice(0, -dotted(from).length) + dotted(to) : undefined
  if (mode === 'substring') return lower.includes(from) ? dotted(name.replace(from, to)) : undefined
  try {
    const found = new RegExp(from).exec(name)
    return found ? dotted(to.replace(/\{(\d+)\}/g, (_, i: string) => found[Number(i)] ?? '')) : undefined
  } catch {
    return undefined
  }
}

/** The plugins that stand in a query's way, in the order they are asked (CoreDNS: plugin.cfg); `kubernetes` and `loop` are the server's. */
export const chain: readonly (readonly [string, Plugin | undefined])[] = [
  ['log', log],
  ['loadbalance', loadbalance],
  ['cache', cache],
  ['rewrite', rewrite],
  ['hosts', hosts],
  ['kubernetes', undefined],
  ['loop', undefined],
  ['forward', forward],
]

/** Directives that change nothing on a query's way. */
export const others: ReadonlySet<string> = new Set([
  'errors',
  'health',
  'ready',
  'prometheus',
  'reload',
  'bind',
  'debug',
  'pprof',
  'bufsize',
  'any',
])

/** `health { lameduck 5s }` in milliseconds. */
export const lameduckOf = (text: string | undefined): number => (text ? parseDurationMs(text) : 0)
