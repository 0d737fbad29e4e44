import type { Packet } from '../kernel/sim/packet.ts'
import type { PacketSummary, RaftFact } from './session-api.ts'

interface Frame {
  readonly http?: string
  readonly method?: string
  readonly path?: string
  readonly status?: number
  readonly data?: unknown
}

/** Put a packet into a few words. */
export function summarize(packet: Packet, arrives: number | undefined): PacketSummary {
  const { from, to, at, body } = packet
  const base = { from, to, at, arrives }
  if (body.type === 'arp') {
    const { op, ip } = body as unknown as { op: string; ip: string }
    return { ...base, protocol: 'arp', label: op === 'request' ? `who has ${ip}?` : `${ip} is here` }
  }
  if (body.type !== 'tcp') return { ...base, protocol: 'other', label: body.type }
  const { flags, body: payload } = body as unknown as { flags: string; body?: Frame | readonly Frame[] }
  if (flags !== 'DATA') return { ...base, protocol: 'tcp', label: flags }
  const frame = (Array.isArray(payload) ? payload[0] : payload) as Frame | undefined
  const raft = raftOf(frame)
  if (raft) return { ...base, protocol: 'raft', label: raftLabel(raft), raft }
  return { ...base, protocol: frame?.http ? 'http' : 'tcp', label: frame?.http ? httpLabel(frame) : 'data' }
}

/** Whether a packet is one between members of etcd. */
export function carriesRaft({ body }: Packet): boolean {
  if (body.type !== 'tcp') return false
  const payload = (body as { body?: Frame | readonly Frame[] }).body
  const frame = (Array.isArray(payload) ? payload[0] : payload) as Frame | undefined
  return Array.isArray(frame?.data) && String((frame.data[0] as RaftFact | undefined)?.type).startsWith('Msg')
}

function httpLabel(frame: Frame): string {
  if (frame.http === 'request') return `${frame.method} ${frame.path?.replace('/etcdserverpb.', '')}`
  if (frame.http === 'response') return `${frame.status}`
  const event = frame.data as
    | { type?: string; object?: { kind?: string; metadata?: { name?: string } } }
    | undefined
  if (event?.type && event.object?.metadata)
    return `${event.type} ${event.object.kind} ${event.object.metadata.name ?? ''}`.trim()
  return frame.http ?? 'data'
}

/** Raft messages travel in batches, as data of the peers' streams; what the last one says holds. */
function raftOf(frame: Frame | undefined): RaftFact | undefined {
  const messages = frame?.data as readonly (RaftFact & { entries?: readonly unknown[] })[] | undefined
  if (!Array.isArray(messages) || !String(messages[0]?.type).startsWith('Msg')) return undefined
  const { type, term, index, commit, reject } = messages.at(-1) as RaftFact
  const entries = messages.reduce((sum, message) => sum + (message.entries?.length ?? 0), 0)
  return { type, term, index, commit, reject, entries, messages: messages.length }
}

function raftLabel({ type, term, entries, messages, reject }: RaftFact): string {
  const what = [type, entries ? `${entries} log` : '', reject ? 'reject' : '', term ? `t${term}` : '']
  return `${what.filter(Boolean).join(' ')}${messages > 1 ? ` +${messages - 1}` : ''}`
}
