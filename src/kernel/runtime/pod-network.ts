import type { Connection } from '../host/net/connection.ts'
import type { Network } from '../host/net/network.ts'
import type { Os } from '../host/program.ts'
import type { PortMapping } from './cri.ts'
import type { SandboxSpec } from './shim-messages.ts'

/** A namespace with a veth pair into the node's bridge. */
export function plugIn(os: Os, { name, address, gateway }: NonNullable<SandboxSpec['network']>): Network {
  const network = os.kernel.newNetwork(name)
  const ip = address.split('/')[0]
  network.interfaces.push({ name: 'eth0', mac: macOf(ip), mtu: 1450, up: true, addresses: [address] })
  network.addRoute({ destination: subnetOf(address), device: 'eth0' })
  network.addRoute({ destination: 'default', via: gateway, device: 'eth0' })
  os.kernel.router.attach(ip, network)
  return network
}

const subnetOf = (address: string): string => {
  const [ip, bits] = address.split('/')
  return bits === '24' ? `${ip.slice(0, ip.lastIndexOf('.'))}.0/24` : `${ip}/${bits}`
}

/** The bridge plugin derives the link address from the IP. */
const macOf = (ip: string): string =>
  ['0a', '58', ...ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':')

/** Lead ports of the machine into the pod, as the portmap plugin and a userland proxy do. */
export function forwardPorts(os: Os, ip: string, ports: readonly PortMapping[]): void {
  for (const { hostPort, containerPort, hostIp } of ports) {
    try {
      os.listen(hostPort, (outer) => relay(os, outer, ip, containerPort), hostIp ? { address: hostIp } : {})
    } catch {
      os.stderr(`portmap: hostPort ${hostPort} is taken\n`)
    }
  }
}

function relay(os: Os, outer: Connection, ip: string, port: number): void {
  os.connect(ip, port, {
    opened: (inner) => {
      const pass = (from: Connection, to: Connection) =>
        from.handle({
          message: (message) => to.send(message),
          closed: (error) => (error ? to.abort() : to.close()),
        })
      pass(outer, inner)
      pass(inner, outer)
    },
    failed: () => outer.abort(),
  })
}
