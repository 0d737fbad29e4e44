import { sha256 } from '../../host/bin/sha256.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const LENGTH = 16

/** The chains of one port of a service (kubernetes: pkg/proxy/iptables/proxier.go portProtoHash). */
export interface ServiceChains {
  readonly cluster: string
  readonly local: string
  readonly external: string
  readonly firewall: string
}

export function serviceChains(portName: string, protocol: string): ServiceChains {
  const hash = shortHash(portName + protocol)
  return {
    cluster: `KUBE-SVC-${hash}`,
    local: `KUBE-SVL-${hash}`,
    external: `KUBE-EXT-${hash}`,
    firewall: `KUBE-FW-${hash}`,
  }
}

/** The chain of one endpoint (servicePortEndpointChainName). */
export const endpointChain = (portName: string, protocol: string, endpoint: string): string =>
  `KUBE-SEP-${shortHash(portName + protocol + endpoint)}`

/** The first letters of a SHA-256 in base 32. */
function shortHash(text: string): string {
  const digest = sha256(Array.from(text, (letter) => letter.charCodeAt(0)))
  let out = ''
  for (let bit = 0; out.length < LENGTH; bit += 5) {
    // Five bits lie within three hexadecimal digits.
    const digits = Number.parseInt(digest.slice(bit >> 2, (bit >> 2) + 3), 16)
    out += ALPHABET[(digits >> (7 - (bit & 3))) & 31]
  }
  return out
}
