import type { DnsMessage, DnsRecord } from '../../host/net/dns/message.ts'
import { zoneOf } from './answer.ts'
import type { Handler, Plugin } from './handler.ts'
import { zoneName } from './kubernetes-options.ts'

/** CoreDNS: plugin/cache. */
const CAPACITY = 9984
const MAX_TTL = 3600
const MIN_TTL = 5

interface Item {
  readonly answer: DnsMessage
  readonly storedAt: number
  readonly ttl: number
}

/** cache [TTL] [ZONES...] { disable success|denial [ZONES...] }: keeps answers as long as they are good. */
export const cache: Plugin = ({ args, block }, { os, zones }, next): Handler => {
  const most = /^\d+$/.test(args[0] ?? '') ? Number(args[0]) : MAX_TTL
  const own = args.filter((arg) => !/^\d+$/.test(arg)).map(zoneName)
  const within = own.length ? own : zones
  const disabled = (kind: 'success' | 'denial') =>
    block
      .filter(({ name, args: [what] }) => name === 'disable' && what === kind)
      .flatMap(({ args: [, ...named] }) => (named.length ? named.map(zoneName) : ['.']))
  const never = { success: disabled('success'), denial: disabled('denial') }
  const items = new Map<string, Item>()
  return (query, done) => {
    const { name, type } = query.message.question
    if (zoneOf(name, within) === undefined) return next(query, done)
    const key = `${name.toLowerCase()} ${type}`
    const item = items.get(key)
    const age = item ? Math.floor((os.now - item.storedAt) / 1000) : 0
    if (item && age < item.ttl) return done(aged(item.answer, query.message, age))
    next(query, (answer) => {
      const kind = answer.rcode === 'NXDOMAIN' || !answer.answer.length ? 'denial' : 'success'
      const good = (answer.rcode === 'NOERROR' || answer.rcode === 'NXDOMAIN') && !answer.truncated
      const ttl = Math.min(most, Math.max(MIN_TTL, ttlOf(answer)))
      items.delete(key)
      if (good && ttl > 0 && zoneOf(name, never[kind]) === undefined) {
        items.set(key, { answer, storedAt: os.now, ttl })
        if (items.size > CAPACITY) items.delete(items.keys().next().value as string)
      }
      done(answer)
    })
  }
}

/** The least of its records. */
const ttlOf = ({ answer, authority }: DnsMessage): number =>
  [...answer, ...authority].reduce((least, { ttl }) => Math.min(least, ttl), MAX_TTL)

function aged(answer: DnsMessage, { id, question, udpSize }: DnsMessage, age: number): DnsMessage {
  const older = (records: readonly DnsRecord[]) =>
    records.map((record) => ({ ...record, ttl: Math.max(0, record.ttl - age) }))
  return {
    ...answer,
    id,
    question,
    answer: older(answer.answer),
    authority: older(answer.authority),
    additional: older(answer.additional),
    ...(udpSize ? { udpSize } : {}),
  }
}
