import { contains, parseCidr, type Cidr } from '../ip.ts'

/** An address or prefix that a packet must have, or must not. */
export interface Within {
  /** As iptables-save prints it, with prefix length. */
  readonly text: string
  readonly cidr: Cidr
  readonly not: boolean
}

/** Extensions of a rule (iptables-extensions(8)), in the order they were given. */
export type Match =
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'tcp' | 'udp'; readonly dport?: Ports; readonly sport?: Ports }
  | { readonly kind: 'addrtype'; readonly end: 'src' | 'dst'; readonly type: 'LOCAL'; readonly not: boolean }
  | { readonly kind: 'mark'; readonly value: number; readonly mask: number; readonly not: boolean }
  | { readonly kind: 'conntrack'; readonly states: readonly string[]; readonly not: boolean }
  | { readonly kind: 'statistic'; readonly probability: number }
  | {
      readonly kind: 'recent'
      readonly name: string
      readonly set: boolean
      /** Seconds; with `set` it is not asked. */
      readonly seconds?: number
      readonly reap?: boolean
    }

export interface Ports {
  readonly first: number
  readonly last: number
  readonly not: boolean
}

export type Target =
  | { readonly kind: 'jump'; readonly chain: string; readonly goto?: boolean }
  | { readonly kind: 'ACCEPT' | 'DROP' | 'RETURN' }
  | { readonly kind: 'REJECT'; readonly with: string }
  | { readonly kind: 'DNAT'; readonly address: string; readonly port: number | undefined }
  | { readonly kind: 'SNAT'; readonly address: string }
  | { readonly kind: 'REDIRECT'; readonly port: number }
  | { readonly kind: 'MASQUERADE'; readonly randomFully: boolean }
  | { readonly kind: 'MARK'; readonly value: number; readonly mask: number }

/** One line of a chain. */
export interface Rule {
  readonly src?: Within
  readonly dst?: Within
  readonly in?: { readonly name: string; readonly not: boolean }
  readonly out?: { readonly name: string; readonly not: boolean }
  readonly protocol?: string
  readonly matches: readonly Match[]
  /** A rule without target counts, and does nothing. */
  readonly target?: Target
}

/** `10.0.0.0/8`, or a bare address, which has 32 bits. Undefined when malformed. */
export function within(text: string, not = false): Within | undefined {
  const cidr = parseCidr(text)
  return cidr && { text: text.includes('/') ? text : `${text}/32`, cidr, not }
}

export const isWithin = ({ cidr, not }: Within, address: number): boolean => contains(cidr, address) !== not

/** A rule as iptables-save prints it (iptables/iptables.c print_rule4, extensions' save functions). */
export function printRule(chain: string, rule: Rule): string {
  const not = (negated: boolean | undefined) => (negated ? '! ' : '')
  const parts = [`-A ${chain}`]
  if (rule.src) parts.push(`${not(rule.src.not)}-s ${rule.src.text}`)
  if (rule.dst) parts.push(`${not(rule.dst.not)}-d ${rule.dst.text}`)
  if (rule.in) parts.push(`${not(rule.in.not)}-i ${rule.in.name}`)
  if (rule.out) parts.push(`${not(rule.out.not)}-o ${rule.out.name}`)
  if (rule.protocol) parts.push(`-p ${rule.protocol}`)
  for (const match of rule.matches) parts.push(`-m ${match.kind}${printMatch(match)}`)
  if (rule.target) parts.push(printTarget(rule.target))
  return parts.join(' ')
}

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`
const negated = (not: boolean): string => (not ? ' !' : '')

function printMatch(match: Match): string {
  switch (match.kind) {
    case 'comment':
      return ` --comment ${/^[\w:/.-]+$/.test(match.text) ? match.text : `"${match.text.replace(/["\\]/g, '\\$&')}"`}`
    case 'tcp':
    case 'udp':
      return `${printPorts('--sport', match.sport)}${printPorts('--dport', match.dport)}`
    case 'addrtype':
      return `${negated(match.not)} --${match.end}-type ${match.type}`
    case 'mark':
      return `${negated(match.not)} --mark ${hex(match.value)}${match.mask === 0xffffffff ? '' : `/${hex(match.mask)}`}`
    case 'conntrack':
      return `${negated(match.not)} --ctstate ${match.states.join(',')}`
    case 'statistic':
      return ` --mode random --probability ${match.probability.toFixed(11)}`
    case 'recent': {
      const rest = `--name ${match.name} --mask 255.255.255.255 --rsource`
      if (match.set) return ` --set ${rest}`
      return ` --rcheck --seconds ${match.seconds}${match.reap ? ' --reap' : ''} ${rest}`
    }
  }
}

const printPorts = (option: string, ports: Ports | undefined): string =>
  ports
    ? `${negated(ports.not)} ${option} ${ports.first === ports.last ? ports.first : `${ports.first}:${ports.last}`}`
    : ''

function printTarget(target: Target): string {
  switch (target.kind) {
    case 'jump':
      return `${target.goto ? '-g' : '-j'} ${target.chain}`
    case 'REJECT':
      return `-j REJECT --reject-with ${target.with}`
    case 'DNAT':
      return `-j DNAT --to-destination ${target.address}${target.port === undefined ? '' : `:${target.port}`}`
    case 'SNAT':
      return `-j SNAT --to-source ${target.address}`
    case 'REDIRECT':
      return `-j REDIRECT --to-ports ${target.port}`
    case 'MASQUERADE':
      return `-j MASQUERADE${target.randomFully ? ' --random-fully' : ''}`
    case 'MARK':
      return `-j MARK --set-xmark ${hex(target.value)}/${hex(target.mask)}`
    default:
      return `-j ${target.kind}`
  }
}
