import { macOf } from '../linux.ts'
import { parseIP, formatIP, maskOf } from '../net/ip.ts'
import type { Network, NetworkInterface } from '../net/network.ts'
import type { Os, Program } from '../program.ts'
import { write } from '../sys.ts'

/** ip [-br] [-4] address|link|route|neighbour [show ...] (read only) */
export const ip: Program = function* (os) {
  const options = os.argv.slice(1).filter((arg) => arg.startsWith('-'))
  const [object, ...rest] = os.argv.slice(1).filter((arg) => !arg.startsWith('-'))
  const kind = ['address', 'addr', 'link', 'route', 'neighbour', 'neighbor', 'neigh', 'rule'].find(
    (name) => object !== undefined && name.startsWith(object),
  )
  if (!kind) {
    os.stderr(
      object === undefined
        ? 'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n'
        : `Object "${object}" is unknown, try "ip help".\n`,
    )
    return object === undefined ? 255 : 1
  }
  const verb = rest[0]
  if (verb !== undefined && /^(add|del|delete|change|replace|set|flush)$/.test(verb)) {
    os.stderr('RTNETLINK answers: Operation not permitted\n')
    return 2
  }
  const words = rest.filter((word) => !['show', 'list', 'ls', 'sh', 'dev', 'get', 'to'].includes(word))
  const device = kind === 'route' && verb !== 'get' ? undefined : words[0]
  const nics = os.net.interfaces.filter(
    ({ name }) => device === undefined || name === device || verb === 'get',
  )
  if (!nics.length && device !== undefined && (kind.startsWith('a') || kind === 'link')) {
    os.stderr(`Device "${device}" does not exist.\n`)
    return 1
  }
  const brief = options.some((option) => option.startsWith('-br'))
  if (kind.startsWith('a'))
    yield* write(
      1,
      brief
        ? nics.map((nic) => briefly(nic, nic.addresses.join(' '))).join('')
        : nics.map((nic) => described(os, nic, true)).join(''),
    )
  else if (kind === 'link')
    yield* write(
      1,
      brief
        ? nics.map((nic) => briefly(nic, nic.mac)).join('')
        : nics.map((nic) => described(os, nic, false)).join(''),
    )
  else if (kind === 'route') return yield* routes(os, verb === 'get' ? words[0] : undefined)
  else if (kind === 'rule')
    yield* write(
      1,
      '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n',
    )
  else yield* write(1, neighbours(os))
  return 0
}

const stateOf = (nic: NetworkInterface): string => (nic.name === 'lo' ? 'UNKNOWN' : nic.up ? 'UP' : 'DOWN')

const briefly = (nic: NetworkInterface, what: string): string =>
  `${nic.name.padEnd(16)} ${stateOf(nic).padEnd(14)} ${what} \n`

function described(os: Os, nic: NetworkInterface, addresses: boolean): string {
  const loopback = nic.name === 'lo'
  const flags = [loopback ? 'LOOPBACK' : 'BROADCAST,MULTICAST', ...(nic.up ? ['UP', 'LOWER_UP'] : [])].join(
    ',',
  )
  const index = os.net.interfaces.indexOf(nic) + 1
  let out = `${index}: ${nic.name}: <${flags}> mtu ${nic.mtu} qdisc ${loopback ? 'noqueue' : 'fq_codel'} state ${stateOf(nic)}${addresses ? ' group default' : ' mode DEFAULT group default'} qlen 1000\n`
  out += `    link/${loopback ? 'loopback' : 'ether'} ${nic.mac} brd ${loopback ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff'}\n`
  if (!addresses) return out
  for (const address of nic.addresses) {
    const broadcast = loopback ? '' : ` brd ${broadcastOf(address)}`
    out += `    inet ${address}${broadcast} scope ${loopback ? 'host' : 'global'} ${nic.name}\n       valid_lft forever preferred_lft forever\n`
  }
  return out
}

function broadcastOf(address: string): string {
  const [host, bits] = address.split('/')
  return formatIP((parseIP(host) | ~maskOf(Number(bits))) >>> 0)
}

function* routes(os: Os, target: string | undefined) {
  if (target !== undefined) {
    const route = os.net.routeTo(target)
    if (!route && !os.net.isLocal(target)) {
      os.stderr('RTNETLINK answers: Network is unreachable\n')
      return 2
    }
    yield* write(
      1,
      os.net.isLocal(target)
        ? `local ${target} dev lo src ${target} uid 0 \n    cache <local> \n`
        : `${target} ${route?.via ? `via ${route.via} ` : ''}dev ${route?.device} src ${os.net.sourceFor(target)} uid 0 \n    cache \n`,
    )
    return 0
  }
  const sorted = [...os.net.routes].sort(
    (a, b) => Number(b.destination === 'default') - Number(a.destination === 'default'),
  )
  yield* write(
    1,
    sorted
      .map(
        ({ destination, via, device }) =>
          `${destination} ${via ? `via ${via} dev ${device} ` : `dev ${device} ${linkRoute(os.net, device)}`}\n`,
      )
      .join(''),
  )
  return 0
}

function linkRoute(net: Network, device: string): string {
  const source = net.interfaces.find(({ name }) => name === device)?.addresses[0]?.split('/')[0]
  return source ? `proto kernel scope link src ${source} ` : 'scope link '
}

/** Those of the machine; only its own namespace has neighbours on the LAN. */
function neighbours(os: Os): string {
  const device = os.net.interfaces.find(({ name }) => name !== 'lo')?.name ?? 'eth0'
  return os.kernel.router.neighbours
    .map(
      ({ address, machine }) =>
        `${address} dev ${device} ${machine ? `lladdr ${macOf(machine)} REACHABLE` : 'FAILED'} \n`,
    )
    .join('')
}
