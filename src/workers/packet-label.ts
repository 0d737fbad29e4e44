import type { Packet } from '../kernel/sim/packet.ts'
import type { PacketSummary } from './session-api.ts'

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
  const raft = raftLabel(frame)
  if (raft) return { ...base, protocol: 'raft', label: raft }
  return { ...base, protocol: frame?.http ? 'http' : 'tcp', label: frame?.http ? httpLabel(frame) : 'data' }
}

function httpLabel(frame: Frame): string {
  if (frame.http === 'request') return `${frame.method} ${frame.path}`
  if (frame.http === 'response') return `${frame.status}`
  const event = frame.data as
    | { type?: string; object?: { kind?: string; metadata?: { name?: string } } }
    | undefined
  if (event?.type && event.object?.metadata)
    return `${event.type} ${event.object.kind} ${event.object.metadata.name ?? ''}`.trim()
  return frame.http ?? 'data'
}

/** Raft messages travel as requests and data of the peers' streams; the first one names them all. */
function raftLabel(frame: Frame | undefined): string | undefined {
  const carried = (frame?.data ?? (frame as { body?: unknown } | undefined)?.body) as
    | { messages?: readonly { type?: string }[] }
    | undefined
  const messages = carried?.messages
  if (!Array.isArray(messages) || !messages.length) return undefined
  const first = String(messages[0]?.type ?? '')
  return first.startsWith('Msg')
    ? messages.length > 1
      ? `${first} +${messages.length - 1}`
      : first
    : undefined
}
