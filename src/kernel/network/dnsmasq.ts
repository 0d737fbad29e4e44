import { addressOfReverse, reply, type DnsRecord } from '../host/net/dns/message.ts'
import { hostsFile } from '../host/net/dns/resolver.ts'
import type { Os, Program } from '../host/program.ts'
import { isQuestion } from './coredns/server.ts'

const PORT = 53

/** The name server of a home's network: knows the machines of /etc/hosts, and says of every other name that nobody has it. */
export const dnsmasq: Program = (os) => {
  const socket = os.udp(
    {
      message: (body, from, to) => {
        if (!isQuestion(body)) return
        const found = recordsOf(os, body.question.name, body.question.type)
        const rcode = found ? 'NOERROR' : 'NXDOMAIN'
        socket.send(from, reply(body, { recursionAvailable: true, rcode, answer: found ?? [] }), to)
      },
    },
    { port: PORT },
  )
  os.stderr('started, version 2.90 cachesize 150\n')
  os.stderr(`read /etc/hosts - ${hostsFile(os).length} names\n`)
}

/** Undefined: nobody has this name. */
function recordsOf(os: Os, name: string, type: string): DnsRecord[] | undefined {
  const hosts = hostsFile(os)
  const ttl = 0
  const address = addressOfReverse(name)
  if (address !== undefined) {
    const host = hosts.find((each) => each.address === address)
    return host && [{ name, type: 'PTR', ttl, data: `${host.names[0]}.` }]
  }
  const bare = name.toLowerCase().replace(/\.$/, '')
  const own = hosts.filter(({ names }) => names.includes(bare))
  if (!own.length) return undefined
  return type === 'A' ? own.map((each) => ({ name, type: 'A', ttl, data: each.address })) : []
}
