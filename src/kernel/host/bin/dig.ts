import { reverseName, sizeOf, type DnsMessage, type DnsRecord, type RecordType } from '../net/dns/message.ts'
import { candidates } from '../net/dns/resolv-conf.ts'
import { resolvConf } from '../net/dns/resolver.ts'
import type { Os, Program } from '../program.ts'
import { strftime } from '../shell/printf.ts'
import { write, type Sys } from '../sys.ts'
import { askServer, serverAddress, typeOf, type Asking } from './dns-tools.ts'

const VERSION = '9.18.28-1~deb12u2-Debian'
const UDP_BYTES = 1232

interface Request {
  name: string
  type: RecordType
  server: string
  port: number
  flags: Map<string, string>
}

/** dig [@SERVER] [-p PORT] [-x ADDRESS] [NAME] [TYPE] [+short +search +tcp +noall +answer ...] */
export const dig: Program = function* (os) {
  const request = requestOf(os.argv.slice(1), resolvConf(os).nameservers[0])
  if (typeof request === 'string') {
    os.stderr(request)
    return 1
  }
  const server = yield* serverAddress(os, request.server)
  if (server === undefined) {
    os.stderr(`dig: couldn't get address for '${request.server}': not found\n`)
    return 10
  }
  const { flags, name, type, port } = request
  const asking: Asking = {
    server,
    port,
    tcp: flags.has('tcp') || flags.has('vc'),
    timeoutMs: Number(flags.get('time') || 5) * 1000,
    tries: Number(flags.get('tries') || 3),
    udpSize: UDP_BYTES,
  }
  const names = flags.has('search') ? candidates(name, resolvConf(os)) : [`${name.replace(/\.$/, '')}.`]
  const startedAt = os.now
  let message: DnsMessage | undefined
  for (const candidate of names) {
    const outcome = yield* askServer(os, asking, candidate, type)
    if ('error' in outcome) return yield* noAnswer(request, server, asking, outcome.error)
    message = outcome.message
    if (message.rcode !== 'NXDOMAIN' && message.answer.length) break
  }
  if (!message) return 1
  if (flags.has('short')) yield* write(1, message.answer.map(({ data }) => `${data}\n`).join(''))
  else yield* write(1, report(os, request, server, message, os.now - startedAt))
  return 0
}

/** The request, or what is wrong with it. */
function requestOf(args: readonly string[], server: string): Request | string {
  const request: Request = { name: '', type: 'A', server, port: 53, flags: new Map() }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    const type = typeOf(arg)
    if (arg.startsWith('@')) request.server = arg.slice(1)
    else if (arg.startsWith('+')) setFlag(request.flags, arg.slice(1))
    else if (arg === '-p') request.port = Number(args[++i])
    else if (arg === '-t') request.type = typeOf(args[++i] ?? '') ?? 'A'
    else if (arg === '-q') request.name = args[++i] ?? ''
    else if (arg === '-x') {
      request.name = reverseName(args[++i] ?? '')
      request.type = 'PTR'
    } else if (arg === '-4' || arg === '-6' || arg === 'IN') continue
    else if (arg.startsWith('-'))
      return `Invalid option: ${arg}\nUsage:  dig [@global-server] [domain] [q-type] {q-opt}\n`
    else if (type && request.name) request.type = type
    else request.name = arg
  }
  if (!request.name) Object.assign(request, { name: '.', type: 'NS' })
  return request
}

function setFlag(flags: Map<string, string>, text: string): void {
  const [name, value = ''] = text.split('=')
  if (name === 'noall') for (const part of PARTS) flags.set(`no${part}`, '')
  else if (name === 'all') for (const part of PARTS) flags.delete(`no${part}`)
  else if (name.startsWith('no')) flags.set(name, value)
  else {
    flags.set(name, value)
    flags.delete(`no${name}`)
  }
}

const PARTS = ['cmd', 'comments', 'question', 'answer', 'authority', 'additional', 'stats'] as const

function* noAnswer({ name, type }: Request, server: string, asking: Asking, error: string): Sys<number> {
  const why =
    error === 'ETIMEDOUT' ? 'timed out' : error === 'ECONNREFUSED' ? 'connection refused' : 'host unreachable'
  const port = asking.port ?? 53
  const line = `;; communications error to ${server}#${port}: ${why}\n`
  yield* write(
    1,
    `${line.repeat(asking.tries ?? 3)}\n; <<>> DiG ${VERSION} <<>> ${name}${type === 'A' ? '' : ` ${type}`}\n;; global options: +cmd\n;; no servers could be reached\n`,
  )
  return 9
}

function report(
  os: Os,
  { flags, name, port }: Request,
  server: string,
  message: DnsMessage,
  ms: number,
): string {
  const shows = (part: (typeof PARTS)[number]) => !flags.has(`no${part}`)
  const comments = shows('comments')
  const out: string[] = []
  if (shows('cmd'))
    out.push(`\n; <<>> DiG ${VERSION} <<>> ${os.argv.slice(1).join(' ') || name}\n;; global options: +cmd\n`)
  if (comments) out.push(header(message))
  const section = (title: string, lines: readonly string[], part: (typeof PARTS)[number]) => {
    if (!lines.length || !shows(part)) return
    out.push(
      `${comments ? `;; ${title} SECTION:\n` : ''}${lines.map((line) => `${line}\n`).join('')}${comments ? '\n' : ''}`,
    )
  }
  const { question } = message
  section('QUESTION', [`;${question.name.padEnd(23)}\tIN\t${question.type}`], 'question')
  section('ANSWER', message.answer.map(line), 'answer')
  section('AUTHORITY', message.authority.map(line), 'authority')
  section('ADDITIONAL', message.additional.map(line), 'additional')
  if (shows('stats'))
    out.push(
      `;; Query time: ${Math.round(ms)} msec\n;; SERVER: ${server}#${port}(${server}) (${flags.has('tcp') ? 'TCP' : 'UDP'})\n;; WHEN: ${strftime('%a %b %d %H:%M:%S UTC %Y', os.clock)}\n;; MSG SIZE  rcvd: ${sizeOf(message)}\n\n`,
    )
  return out.join('')
}

function header(message: DnsMessage): string {
  const { authoritative, truncated, recursionDesired, recursionAvailable, answer, authority, additional } =
    message
  const flags = [
    'qr',
    authoritative && 'aa',
    truncated && 'tc',
    recursionDesired && 'rd',
    recursionAvailable && 'ra',
  ].filter(Boolean)
  const counts = `QUERY: 1, ANSWER: ${answer.length}, AUTHORITY: ${authority.length}, ADDITIONAL: ${additional.length + 1}`
  const warning =
    recursionDesired && !recursionAvailable ? ';; WARNING: recursion requested but not available\n' : ''
  return `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${message.rcode}, id: ${message.id}\n;; flags: ${flags.join(' ')}; ${counts}\n${warning}\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: ${UDP_BYTES}\n`
}

const line = ({ name, type, ttl, data }: DnsRecord): string =>
  `${name.padEnd(23)}\t${ttl}\tIN\t${type}\t${data}`
