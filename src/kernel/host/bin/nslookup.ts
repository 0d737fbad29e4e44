import { reverseName, type DnsMessage, type DnsRecord, type RecordType } from '../net/dns/message.ts'
import { candidates } from '../net/dns/resolv-conf.ts'
import { resolvConf } from '../net/dns/resolver.ts'
import type { Os, Program } from '../program.ts'
import { write, type Sys } from '../sys.ts'
import { askServer, serverAddress, typeOf } from './dns-tools.ts'

const ADDRESS = /^\d+(\.\d+){3}$/
const TIMED_OUT = ';; connection timed out; no servers could be reached\n\n'

/** nslookup [-type=TYPE] NAME [SERVER] (BIND's) */
export const nslookup: Program = function* (os) {
  const options = os.argv.slice(1).filter((arg) => arg.startsWith('-'))
  const [name, server] = os.argv.slice(1).filter((arg) => !arg.startsWith('-'))
  if (name === undefined) {
    os.stderr('nslookup: interactive mode is not emulated; give a name\n')
    return 1
  }
  const wanted = options.map((option) => /^-(?:query|q|type|ty)=(\w+)$/.exec(option)?.[1]).find(Boolean)
  const type = wanted === undefined ? undefined : typeOf(wanted)
  if (wanted !== undefined && !type) os.stderr(`unknown query type: ${wanted}\n`)
  const conf = resolvConf(os)
  const address = server === undefined ? conf.nameservers[0] : yield* serverAddress(os, server)
  if (address === undefined) {
    yield* write(1, `nslookup: couldn't get address for '${server}': not found\n`)
    return 1
  }
  const names = ADDRESS.test(name) ? [reverseName(name)] : candidates(name, conf)
  const types: RecordType[] = ADDRESS.test(name) ? ['PTR'] : type ? [type] : ['A', 'AAAA']
  return yield* search(os, { name, shown: server ?? address, address }, names, types)
}

interface Asked {
  readonly name: string
  readonly shown: string
  readonly address: string
}

function* search(
  os: Os,
  { name, shown, address }: Asked,
  names: readonly string[],
  types: readonly RecordType[],
): Sys<number> {
  const head = `Server:\t\t${shown}\nAddress:\t${address}#53\n\n`
  let last: DnsMessage | undefined
  for (const candidate of names) {
    const outcome = yield* askServer(os, { server: address }, candidate, types[0])
    if ('error' in outcome) {
      yield* write(1, outcome.error === 'ETIMEDOUT' ? TIMED_OUT : unreachable(address, outcome.error))
      return 1
    }
    last = outcome.message
    if (last.rcode === 'NXDOMAIN') continue
    if (last.rcode !== 'NOERROR') break
    const more = types.length > 1 ? yield* askServer(os, { server: address }, candidate, types[1]) : undefined
    const found = [last, ...(more && 'message' in more ? [more.message] : [])]
    if (!found.some(({ answer }) => answer.length)) continue
    const note = last.authoritative ? '' : 'Non-authoritative answer:\n'
    yield* write(
      1,
      `${head}${note}${[...new Set(found.flatMap(({ answer }) => answer.map(printed)))].join('')}\n`,
    )
    return 0
  }
  if (last?.rcode === 'NOERROR') yield* write(1, `${head}*** Can't find ${name}: No answer\n\n`)
  else yield* write(1, `${head}** server can't find ${name}: ${last?.rcode}\n\n`)
  return 1
}

const unreachable = (server: string, error: string): string =>
  `;; communications error to ${server}#53: ${error === 'ECONNREFUSED' ? 'connection refused' : 'host unreachable'}\n;; no servers could be reached\n\n`

/** A record in nslookup's words. */
export function printed({ name, type, data }: DnsRecord): string {
  const bare = name.replace(/\.$/, '')
  if (type === 'A' || type === 'AAAA') return `Name:\t${bare}\nAddress: ${data}\n`
  if (type === 'CNAME') return `${bare}\tcanonical name = ${data}\n`
  if (type === 'PTR') return `${bare}\tname = ${data}\n`
  if (type === 'SRV') return `${bare}\tservice = ${data}\n`
  if (type === 'TXT') return `${bare}\ttext = ${data}\n`
  if (type === 'NS') return `${bare}\tnameserver = ${data}\n`
  if (type !== 'SOA') return `${bare}\t${type.toLowerCase()} = ${data}\n`
  const [origin, mail, serial, refresh, retry, expire, minimum] = data.split(' ')
  return `${bare}\n\torigin = ${origin}\n\tmail addr = ${mail}\n\tserial = ${serial}\n\trefresh = ${refresh}\n\tretry = ${retry}\n\texpire = ${expire}\n\tminimum = ${minimum}\n`
}
