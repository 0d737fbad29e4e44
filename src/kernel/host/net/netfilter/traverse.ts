import { parseIP } from '../ip.ts'
import type { IpPacket } from '../segment.ts'
import { isWithin, type Match, type Ports, type Rule, type Target } from './rule.ts'
import type { Table } from './table.ts'

/** A packet on its way through the tables, with what rules may ask of it. */
export interface Passage {
  packet: IpPacket
  mark: number
  readonly state: 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID'
  readonly in: string
  readonly out: string
  readonly isLocal: (address: string) => boolean
  readonly now: number
  /** Undefined: rules that draw lots are taken (the passage is only tried). */
  readonly random: (() => number) | undefined
  readonly recent: Map<string, Map<string, number>>
  /** Told of every rule that was taken. */
  readonly trace?: ((table: string, chain: string, rule: Rule) => void) | undefined
}

/** What the rules decided, when they decided. */
export type Verdict =
  | { readonly kind: 'ACCEPT' | 'DROP' }
  | Extract<Target, { kind: 'REJECT' | 'DNAT' | 'SNAT' | 'REDIRECT' | 'MASQUERADE' }>

const MAX_DEPTH = 64
const ACCEPTED: Verdict = { kind: 'ACCEPT' }
const DROPPED: Verdict = { kind: 'DROP' }

/** Walk a built-in chain; its policy decides where no rule does. */
export function traverse(table: Table, chain: string, passage: Passage): Verdict {
  const found = walk(table, chain, passage, 0)
  if (found && found !== 'return') return found
  return table.get(chain)?.policy === 'DROP' ? DROPPED : ACCEPTED
}

function walk(table: Table, name: string, passage: Passage, depth: number): Verdict | 'return' | undefined {
  const chain = table.get(name)
  if (!chain || depth > MAX_DEPTH) return undefined
  for (const rule of chain.candidates(passage.packet.dst)) {
    if (!matches(rule, passage)) continue
    passage.trace?.(table.name, name, rule)
    const { target } = rule
    if (!target) continue
    if (target.kind === 'jump') {
      const inner = walk(table, target.chain, passage, depth + 1)
      if (inner && inner !== 'return') return inner
      if (target.goto) return 'return'
    } else if (target.kind === 'MARK') passage.mark = ((passage.mark & ~target.mask) ^ target.value) >>> 0
    else if (target.kind === 'RETURN') return 'return'
    else return target as Verdict
  }
  return undefined
}

function matches(rule: Rule, passage: Passage): boolean {
  const { packet } = passage
  if (rule.protocol && rule.protocol !== 'all' && rule.protocol !== packet.type) return false
  if (rule.dst && !isWithin(rule.dst, parseIP(packet.dst))) return false
  if (rule.src && !isWithin(rule.src, parseIP(packet.src))) return false
  if (rule.in && sameDevice(rule.in.name, passage.in) === rule.in.not) return false
  if (rule.out && sameDevice(rule.out.name, passage.out) === rule.out.not) return false
  return rule.matches.every((match) => holds(match, passage))
}

/** `eth+` stands for all that begin with it. */
const sameDevice = (pattern: string, name: string): boolean =>
  pattern.endsWith('+') ? name.startsWith(pattern.slice(0, -1)) : pattern === name

const inPorts = (ports: Ports | undefined, port: number): boolean =>
  !ports || (port >= ports.first && port <= ports.last) !== ports.not

function holds(match: Match, passage: Passage): boolean {
  const { packet } = passage
  switch (match.kind) {
    case 'comment':
      return true
    case 'tcp':
    case 'udp':
      return (
        packet.type === match.kind && inPorts(match.dport, packet.dport) && inPorts(match.sport, packet.sport)
      )
    case 'addrtype':
      return passage.isLocal(packet[match.end]) !== match.not
    case 'mark':
      return ((passage.mark & match.mask) >>> 0 === match.value) !== match.not
    case 'conntrack':
      return match.states.includes(passage.state) !== match.not
    case 'statistic':
      return passage.random ? passage.random() < match.probability : true
    case 'recent':
      return recently(match, passage)
  }
}

/** xt_recent: addresses seen lately, a list a name. */
function recently(
  match: Extract<Match, { kind: 'recent' }>,
  { packet, recent, now, random }: Passage,
): boolean {
  let list = recent.get(match.name)
  if (match.set) {
    if (!random) return true
    if (!list) recent.set(match.name, (list = new Map()))
    list.set(packet.src, now)
    return true
  }
  const seen = list?.get(packet.src)
  if (seen === undefined) return false
  if (now - seen < (match.seconds ?? 0) * 1000) return true
  if (match.reap) list?.delete(packet.src)
  return false
}
