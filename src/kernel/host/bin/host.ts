import { reverseName, type DnsRecord, type RecordType } from '../net/dns/message.ts'
import { candidates } from '../net/dns/resolv-conf.ts'
import { resolvConf } from '../net/dns/resolver.ts'
import { write } from '../sys.ts'
import { askServer, serverAddress, typeOf } from './dns-tools.ts'
import { command } from './options.ts'

const ADDRESS = /^\d+(\.\d+){3}$/

/** host [-t TYPE] NAME [SERVER] */
export const host = command({ short: 't:avW:T' }, function* (os, options) {
  const [name, server] = options.rest
  if (name === undefined) {
    os.stderr('Usage: host [-aCdilrTvVw] [-t type] hostname [server]\n')
    return 1
  }
  const conf = resolvConf(os)
  const address = server === undefined ? conf.nameservers[0] : yield* serverAddress(os, server)
  if (address === undefined) {
    yield* write(1, `host: couldn't get address for '${server}': not found\n`)
    return 1
  }
  const reverse = ADDRESS.test(name)
  const given = options.value('t')
  const types: RecordType[] = reverse ? ['PTR'] : given ? [typeOf(given) ?? 'A'] : ['A', 'AAAA', 'MX']
  const names = reverse ? [reverseName(name)] : candidates(name, conf)
  let failure = '3(NXDOMAIN)'
  for (const candidate of names) {
    let found = false
    for (const type of types) {
      const outcome = yield* askServer(os, { server: address, tcp: options.has('T') }, candidate, type)
      if ('error' in outcome) {
        yield* write(1, ';; connection timed out; no servers could be reached\n')
        return 1
      }
      const { rcode, answer } = outcome.message
      if (rcode === 'SERVFAIL') failure = '2(SERVFAIL)'
      if (rcode !== 'NOERROR') break
      found = true
      yield* write(1, answer.map(printed).join(''))
      if (given && !answer.length) yield* write(1, `${candidate.replace(/\.$/, '')} has no ${type} record\n`)
    }
    if (found) return 0
  }
  yield* write(1, `Host ${reverse ? reverseName(name) : name} not found: ${failure}\n`)
  return 1
})

function printed({ name, type, data }: DnsRecord): string {
  const bare = name.replace(/\.$/, '')
  if (type === 'A') return `${bare} has address ${data}\n`
  if (type === 'AAAA') return `${bare} has IPv6 address ${data}\n`
  if (type === 'CNAME') return `${bare} is an alias for ${data}\n`
  if (type === 'PTR') return `${bare} domain name pointer ${data}\n`
  if (type === 'SRV') return `${bare} has SRV record ${data}\n`
  if (type === 'NS') return `${bare} name server ${data}\n`
  if (type === 'TXT') return `${bare} descriptive text ${data}\n`
  return `${bare} has ${type} record ${data}\n`
}
