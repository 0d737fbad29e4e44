/** Types of records that are known here. */
export type RecordType =
  | 'A'
  | 'AAAA'
  | 'CNAME'
  | 'HINFO'
  | 'MX'
  | 'NS'
  | 'PTR'
  | 'SOA'
  | 'SRV'
  | 'TXT'
  | 'ANY'

export type Rcode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED'

export interface Question {
  /** Fully qualified, with the dot at its end. */
  readonly name: string
  readonly type: RecordType
}

/** A resource record; its data is in presentation form (RFC 1035, 5.1): `10.0.0.1`, `0 100 80 web.default.svc.cluster.local.`. */
export interface DnsRecord {
  readonly name: string
  readonly type: RecordType
  readonly ttl: number
  readonly data: string
}

/** A DNS message as it travels (RFC 1035, 4). */
export interface DnsMessage {
  readonly type: 'dns'
  readonly id: number
  readonly response: boolean
  readonly recursionDesired: boolean
  readonly recursionAvailable: boolean
  readonly authoritative: boolean
  readonly truncated: boolean
  readonly rcode: Rcode
  readonly question: Question
  readonly answer: readonly DnsRecord[]
  readonly authority: readonly DnsRecord[]
  readonly additional: readonly DnsRecord[]
  /** Bytes of UDP that the asker takes (EDNS0); 512 without. */
  readonly udpSize?: number
}

const NOTHING: readonly DnsRecord[] = []

export const question = (id: number, name: string, type: RecordType, udpSize?: number): DnsMessage => ({
  type: 'dns',
  id,
  response: false,
  recursionDesired: true,
  recursionAvailable: false,
  authoritative: false,
  truncated: false,
  rcode: 'NOERROR',
  question: { name: qualified(name), type },
  answer: NOTHING,
  authority: NOTHING,
  additional: NOTHING,
  ...(udpSize ? { udpSize } : {}),
})

/** An answer to a question; what is left out is empty. */
export const reply = (to: DnsMessage, parts: Partial<DnsMessage>): DnsMessage => ({
  ...to,
  response: true,
  ...parts,
})

export const isDns = (body: unknown): body is DnsMessage =>
  typeof body === 'object' && body !== null && (body as DnsMessage).type === 'dns'

/** With the dot at its end. */
export const qualified = (name: string): string => (name.endsWith('.') ? name : `${name}.`)

/** Bytes of a message on the wire, with names compressed. */
export function sizeOf({ question: { name }, answer, authority, additional, udpSize }: DnsMessage): number {
  let size = 12 + name.length + 1 + 4 + (udpSize ? 11 : 0)
  for (const { type, data } of [...answer, ...authority, ...additional])
    size += 12 + (type === 'A' ? 4 : type === 'AAAA' ? 16 : type === 'SRV' ? 6 + data.length : data.length)
  return size
}

/** `4.3.2.1.in-addr.arpa.` for 1.2.3.4, and the same for IPv6. */
export function reverseName(address: string): string {
  if (!address.includes(':')) return `${address.split('.').reverse().join('.')}.in-addr.arpa.`
  return `${[...groupsOf(address).join('')].reverse().join('.')}.ip6.arpa.`
}

/** The address that a reverse name stands for; undefined for other names. */
export function addressOfReverse(name: string): string | undefined {
  const [, v4, v6] = /^(?:([\d.]+)\.in-addr|([0-9a-f.]+)\.ip6)\.arpa\.?$/i.exec(name) ?? []
  if (v4) {
    const parts = v4.split('.').reverse()
    return parts.length === 4 && parts.every((part) => Number(part) < 256) ? parts.join('.') : undefined
  }
  const nibbles = v6?.split('.').reverse() ?? []
  if (nibbles.length !== 32 || nibbles.some((nibble) => nibble.length !== 1)) return undefined
  return shortest(nibbles.join('').match(/.{4}/g) ?? [])
}

/** Eight groups of four digits. */
function groupsOf(address: string): string[] {
  const [head, tail] = address.toLowerCase().split('::')
  const left = head ? head.split(':') : []
  const right = tail ? tail.split(':') : []
  const gap = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array<string>(Math.max(0, gap)).fill('0'), ...right].map((group) =>
    group.padStart(4, '0'),
  )
}

/** RFC 5952: no leading zeros, the longest run of zero groups as `::`. */
function shortest(groups: readonly string[]): string {
  const bare = groups.map((group) => group.replace(/^0{1,3}/, ''))
  let best = { at: -1, length: 1 }
  for (let i = 0; i < bare.length; i++) {
    let length = 0
    while (bare[i + length] === '0') length++
    if (length > best.length) best = { at: i, length }
  }
  if (best.at < 0) return bare.join(':')
  return `${bare.slice(0, best.at).join(':')}::${bare.slice(best.at + best.length).join(':')}`
}

/** One way to write each IPv6 address; others are left as they are. */
export const canonicalAddress = (address: string): string =>
  address.includes(':') ? shortest(groupsOf(address)) : address
