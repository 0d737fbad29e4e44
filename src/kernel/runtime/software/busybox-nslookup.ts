import { askServer, serverAddress, typeOf } from '../../host/bin/dns-tools.ts'
import { printed } from '../../host/bin/nslookup.ts'
import { reverseName, type RecordType } from '../../host/net/dns/message.ts'
import { resolvConf } from '../../host/net/dns/resolver.ts'
import type { Program } from '../../host/program.ts'
import { write } from '../../host/sys.ts'

const ADDRESS = /^\d+(\.\d+){3}$/

/** BusyBox's nslookup: a name without dots is asked for below every search domain, and every answer is told (networking/nslookup.c). */
export const busyboxNslookup: Program = function* (os) {
  const options = os.argv.slice(1).filter((arg) => arg.startsWith('-'))
  const [name, server] = os.argv.slice(1).filter((arg) => !arg.startsWith('-'))
  if (name === undefined) {
    os.stderr(
      'BusyBox v1.37.0 multi-call binary.\n\nUsage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n',
    )
    return 1
  }
  const conf = resolvConf(os)
  const address = server === undefined ? conf.nameservers[0] : yield* serverAddress(os, server)
  if (address === undefined) {
    os.stderr(`nslookup: bad address '${server}'\n`)
    return 1
  }
  const given = options
    .map((option) => /^-(?:type|querytype|query|q|t)=(\w+)$/.exec(option)?.[1])
    .find(Boolean)
  const reverse = ADDRESS.test(name)
  const types: RecordType[] = reverse ? ['PTR'] : given ? [typeOf(given) ?? 'A'] : ['A', 'AAAA']
  const searched = !reverse && !name.includes('.') && conf.search.length
  const names = reverse
    ? [reverseName(name)]
    : searched
      ? conf.search.map((domain) => `${name}.${domain}`)
      : [name]
  let status = 0
  let heard = false
  for (const type of types)
    for (const each of names) {
      const outcome = yield* askServer(os, { server: address, timeoutMs: 5000, tries: 2 }, each, type)
      if ('error' in outcome) {
        yield* write(1, outcome.error === 'ECONNREFUSED' ? 'nslookup: read: Connection refused\n' : '')
        yield* write(1, ';; connection timed out; no servers could be reached\n\n')
        return 1
      }
      const { rcode, answer, authoritative } = outcome.message
      if (!heard) yield* write(1, `Server:\t\t${address}\nAddress:\t${address}:53\n\n`)
      heard = true
      if (rcode !== 'NOERROR') {
        yield* write(1, `** server can't find ${each.replace(/\.$/, '')}: ${rcode}\n\n`)
        status = 1
      } else
        yield* write(
          1,
          `${authoritative ? '' : 'Non-authoritative answer:\n'}${answer.map(printed).join('')}\n`,
        )
    }
  return status
}
