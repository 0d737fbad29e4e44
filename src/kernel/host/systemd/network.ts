import { formatIP, parseCidr } from '../net/ip.ts'
import type { Os } from '../program.ts'
import { parseIni } from './unit.ts'

const DIRECTORY = '/etc/systemd/network'

/** systemd-networkd, in short: give interfaces the addresses and routes that *.network files name (systemd.network(5)). */
export function configureNetwork(os: Os): void {
  if (os.fs.exists('/etc/hostname')) os.hostname = os.fs.read('/etc/hostname').trim()
  if (!os.fs.exists(DIRECTORY)) return
  for (const file of os.fs.list(DIRECTORY).filter((name) => name.endsWith('.network'))) {
    const { Match = {}, Network = {}, Route = {} } = parseIni(os.fs.read(`${DIRECTORY}/${file}`))
    const nic = os.net.interfaces.find(({ name }) => name === Match['Name']?.[0])
    if (!nic) continue
    nic.up = true
    for (const address of Network['Address'] ?? []) {
      const cidr = parseCidr(address)
      if (!cidr) continue
      nic.addresses.push(address)
      os.net.addRoute({ destination: `${formatIP(cidr.network)}/${cidr.bits}`, device: nic.name })
    }
    if (Network['Gateway'])
      os.net.addRoute({ destination: 'default', via: Network['Gateway'][0], device: nic.name })
    const gateways = Route['Gateway'] ?? []
    for (const [i, destination] of (Route['Destination'] ?? []).entries()) {
      os.net.addRoute({ destination, via: gateways[i], device: nic.name })
    }
  }
}
