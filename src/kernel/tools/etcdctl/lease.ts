import type {
  HeaderResponse,
  LeaseGrantResponse,
  LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  LeaseTimeToLiveResponse,
} from '../../etcd/api.ts'
import { sleep } from '../../host/sys.ts'
import type { Command } from './command.ts'
import { badArgs } from './exit.ts'
import { formatOf, headerFields, headerJson, show } from './print.ts'

const hex16 = (id: number): string => id.toString(16).padStart(16, '0')

const parseLease = (args: readonly string[], command: string): number => {
  const [id] = args
  if (id === undefined || args.length > 1) throw badArgs(`lease ${command} command needs 1 argument`)
  if (!/^[0-9a-f]+$/i.test(id)) {
    throw badArgs(`bad lease ID arg (strconv.ParseInt: parsing "${id}": invalid syntax), expecting ID in Hex`)
  }
  return Number.parseInt(id, 16)
}

export const grant: Command = {
  usage: 'lease grant <ttl>',
  short: 'Creates leases',
  *run({ client, flags, args, print }) {
    const [ttl] = args
    if (ttl === undefined || args.length > 1) throw badArgs('lease grant command needs TTL argument')
    if (!/^-?\d+$/.test(ttl)) throw badArgs(`bad TTL (strconv.ParseInt: parsing "${ttl}": invalid syntax)`)
    const { header, ID, TTL } = yield* client.call<LeaseGrantResponse>('Lease/LeaseGrant', {
      TTL: Number(ttl),
      ID: 0,
    })
    const shown = {
      simple: `lease ${hex16(ID)} granted with TTL(${TTL}s)\n`,
      json: { ...headerJson(header), ID, TTL },
      fields: `${headerFields(header)}"ID" : ${ID}\n"TTL" : ${TTL}\n`,
    }
    yield* print(show(formatOf(flags), shown))
    return 0
  },
}

export const revoke: Command = {
  usage: 'lease revoke <leaseID>',
  short: 'Revokes leases',
  *run({ client, flags, args, print }) {
    const ID = parseLease(args, 'revoke')
    const { header } = yield* client.call<HeaderResponse>('Lease/LeaseRevoke', { ID })
    const shown = {
      simple: `lease ${hex16(ID)} revoked\n`,
      json: { header: headerJson(header) },
      fields: headerFields(header),
    }
    yield* print(show(formatOf(flags), shown))
    return 0
  },
}

export const timeToLive: Command = {
  usage: 'lease timetolive <leaseID> [options]',
  short: 'Get lease information',
  flags: { keys: 'false' },
  *run({ client, flags, args, print }) {
    const ID = parseLease(args, 'timetolive')
    const withKeys = flags.has('keys')
    const lease = yield* client.call<LeaseTimeToLiveResponse>('Lease/LeaseTimeToLive', { ID, keys: withKeys })
    const { header, TTL, grantedTTL, keys } = lease
    const attached = withKeys ? `, attached keys([${keys.join(' ')}])` : ''
    const shown = {
      simple:
        TTL === -1
          ? `lease ${hex16(ID)} already expired\n`
          : `lease ${hex16(ID)} granted with TTL(${grantedTTL}s), remaining(${TTL}s)${attached}\n`,
      json: {
        ...headerJson(header),
        id: ID,
        ttl: TTL,
        'granted-ttl': grantedTTL,
        keys: withKeys ? keys : null,
      },
      fields:
        `${headerFields(header)}"ID" : ${ID}\n"TTL" : ${TTL}\n"GrantedTTL" : ${grantedTTL}\n` +
        keys.map((key) => `"Key" : ${JSON.stringify(key)}\n`).join(''),
    }
    yield* print(show(formatOf(flags), shown))
    return 0
  },
}

export const list: Command = {
  usage: 'lease list',
  short: 'List all active leases',
  *run({ client, flags, print }) {
    const { header, leases } = yield* client.call<LeaseLeasesResponse>('Lease/LeaseLeases', {})
    const shown = {
      simple: `found ${leases.length} leases\n${leases.map(({ ID }) => `${hex16(ID)}\n`).join('')}`,
      json: { ...headerJson(header), leases: leases.map(({ ID }) => ({ id: ID })) },
      fields: headerFields(header) + leases.map(({ ID }) => `"ID" : ${ID}\n`).join(''),
    }
    yield* print(show(formatOf(flags), shown))
    return 0
  },
}

export const keepAlive: Command = {
  usage: 'lease keep-alive [options] <leaseID>',
  short: 'Keeps leases alive (renew)',
  flags: { once: 'false' },
  *run({ client, flags, args, print }) {
    const ID = parseLease(args, 'keep-alive')
    for (;;) {
      const { header, TTL } = yield* client.call<LeaseKeepAliveResponse>('Lease/LeaseKeepAlive', { ID })
      if (TTL <= 0) {
        yield* print(`lease ${hex16(ID)} expired or revoked.\n`)
        return 0
      }
      const shown = {
        simple: `lease ${hex16(ID)} keepalived with TTL(${TTL})\n`,
        json: { ...headerJson(header), ID, TTL },
        fields: `${headerFields(header)}"ID" : ${ID}\n"TTL" : ${TTL}\n`,
      }
      yield* print(show(formatOf(flags), shown))
      if (flags.has('once')) return 0
      yield* sleep((TTL * 1000) / 3)
    }
  },
}
