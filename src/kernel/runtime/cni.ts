import type { Os } from '../host/program.ts'
import { contains, formatIP, maskOf, parseCidr, parseIP, type Cidr } from '../host/net/ip.ts'

const CONF_DIR = '/etc/cni/net.d'
const SUBNET_ENV = '/run/flannel/subnet.env'

/** Where pods of this machine get their addresses. */
export interface PodNetwork {
  readonly name: string
  readonly bridge: string
  readonly subnet: Cidr
  readonly mtu: number
  /** Type of the first plugin. */
  readonly plugin: string
}

interface Conflist {
  readonly name?: string
  readonly plugins?: readonly Plugin[]
}

interface Plugin {
  readonly type?: string
  readonly bridge?: string
  readonly mtu?: number
  readonly ipam?: {
    readonly subnet?: string
    readonly ranges?: readonly (readonly { readonly subnet?: string }[])[]
  }
}

/** The configuration of the pod network, undefined while there is none. Throws in the plugin's words when it does not work yet. */
export function readPodNetwork(os: Os): PodNetwork | undefined {
  const conflist = firstConflist(os)
  const plugin = conflist?.plugins?.[0]
  if (!conflist || !plugin?.type) return undefined
  const name = conflist.name ?? 'cbr0'
  const range =
    plugin.type === 'flannel'
      ? flannelSubnet(os)
      : (plugin.ipam?.ranges?.[0]?.[0]?.subnet ?? plugin.ipam?.subnet)
  const subnet = range ? parseCidr(range) : undefined
  if (!subnet) throw new Error(`plugin type="${plugin.type}" failed (add): no IP ranges specified`)
  return { name, bridge: plugin.bridge ?? 'cni0', subnet, mtu: plugin.mtu ?? 1500, plugin: plugin.type }
}

/** Whether containerd's CNI has loaded a configuration at all. */
export const hasPodNetwork = (os: Os): boolean => firstConflist(os) !== undefined

/** The gateway is the first address. */
export const gatewayOf = ({ subnet }: PodNetwork): string => formatIP(subnet.network + 1)

/** host-local: addresses given out, one file each, named after the address and holding who has it. */
export class HostLocal {
  readonly #os: Os
  readonly #directory: string

  constructor(os: Os, network: string) {
    this.#os = os
    this.#directory = `/var/lib/cni/networks/${network}`
    os.fs.mkdir(this.#directory, { recursive: true })
  }

  /** The next address after the last one given out, with its prefix length. */
  allocate(subnet: Cidr, id: string): string {
    const { fs } = this.#os
    const last = `${this.#directory}/last_reserved_ip.0`
    const size = 2 ** (32 - subnet.bits)
    const previous = fs.exists(last) ? parseIP(fs.read(last)) : Number.NaN
    const start = contains(subnet, previous) ? previous - subnet.network : 1
    for (let i = 1; i < size; i++) {
      const offset = (start + i) % size
      if (offset < 2 || offset === size - 1) continue
      const ip = formatIP(subnet.network + offset)
      if (fs.exists(`${this.#directory}/${ip}`)) continue
      fs.write(`${this.#directory}/${ip}`, `${id}\neth0`)
      fs.write(last, ip)
      return `${ip}/${subnet.bits}`
    }
    throw new Error(
      `plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set: ${formatIP(subnet.network + 1)}-${formatIP(subnet.network + size - 2)}`,
    )
  }

  release(ip: string): void {
    const path = `${this.#directory}/${ip}`
    if (this.#os.fs.exists(path)) this.#os.fs.remove(path)
  }
}

/** The bridge and its route, made when the first pod is plugged in. */
export function ensureBridge(os: Os, network: PodNetwork): void {
  const host = os.kernel.root.net
  const address = `${gatewayOf(network)}/${network.subnet.bits}`
  const bridge = host.interfaces.find(({ name }) => name === network.bridge)
  if (bridge?.addresses.includes(address)) return
  if (bridge) bridge.addresses.splice(0, bridge.addresses.length, address)
  else
    host.interfaces.push({
      name: network.bridge,
      mac: '0a:58:0a:f4:00:01',
      mtu: network.mtu,
      up: true,
      addresses: [address],
    })
  const destination = `${formatIP((network.subnet.network & maskOf(network.subnet.bits)) >>> 0)}/${network.subnet.bits}`
  host.addRoute({ destination, device: network.bridge })
}

function firstConflist(os: Os): Conflist | undefined {
  const { fs } = os
  if (!fs.exists(CONF_DIR)) return undefined
  const name = fs.list(CONF_DIR).find((file) => /\.(conf|conflist|json)$/.test(file))
  if (!name) return undefined
  try {
    const file = JSON.parse(fs.read(`${CONF_DIR}/${name}`)) as Conflist & Plugin
    return file.plugins ? file : { name: file.name, plugins: [file] }
  } catch {
    return undefined
  }
}

function flannelSubnet(os: Os): string | undefined {
  if (!os.fs.exists(SUBNET_ENV)) {
    throw new Error(
      `plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: open ${SUBNET_ENV}: no such file or directory`,
    )
  }
  return /^FLANNEL_SUBNET=(.+)$/m.exec(os.fs.read(SUBNET_ENV))?.[1]
}
