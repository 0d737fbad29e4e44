import type { HeaderResponse, Member, MemberAddResponse, MembersResponse } from '../../etcd/api.ts'
import type { Command } from './command.ts'
import { badArgs } from './exit.ts'
import type { Shown } from './print.ts'
import { decimal, formatOf, headerFields, headerJson, show } from './print.ts'

const wide = (hex: string): string => hex.padStart(16)

const parseMember = (args: readonly string[]): string => {
  const [id] = args
  if (id === undefined || args.length !== 1) throw badArgs('member ID is not provided')
  if (!/^[0-9a-f]+$/i.test(id)) {
    throw badArgs(
      `bad member ID arg (strconv.ParseUint: parsing "${id}": invalid syntax), expecting ID in Hex`,
    )
  }
  return id.replace(/^0+(?=.)/, '')
}

const titles = ['ID', 'Status', 'Name', 'Peer Addrs', 'Client Addrs', 'Is Learner']

export const list: Command = {
  usage: 'member list',
  short: 'Lists all members in the cluster',
  *run({ client, flags, print }) {
    const { header, members } = yield* client.call<MembersResponse>('Cluster/MemberList', {
      linearizable: true,
    })
    const rows = members.map(({ ID, name, peerURLs, clientURLs, isLearner }) => [
      ID,
      name === '' ? 'unstarted' : 'started',
      name,
      peerURLs.join(','),
      clientURLs.join(','),
      `${isLearner}`,
    ])
    const shown = {
      simple: rows.map((row) => `${row.join(', ')}\n`).join(''),
      json: { header: headerJson(header), members: members.map(memberJson) },
      fields: headerFields(header) + members.map(memberFields).join(''),
      table: { titles, rows },
    }
    yield* print(show(formatOf(flags), shown))
    return 0
  },
}

export const add: Command = {
  usage: 'member add <memberName> [options]',
  short: 'Adds a member into the cluster',
  flags: { 'peer-urls': '', learner: 'false' },
  *run({ client, flags, args, print }) {
    const [name] = args
    if (name === undefined) throw badArgs('member name not provided')
    if (args.length > 1) {
      const looksLikeUrl = args[1]!.startsWith('http') ? `, did you mean --peer-urls=${args[1]}` : ''
      throw badArgs(`too many arguments${looksLikeUrl}`)
    }
    const peerURLs = flags.list('peer-urls')
    if (peerURLs.length === 0) throw badArgs('member peer urls not provided')
    const request = { peerURLs, isLearner: flags.has('learner') }
    const { header, member, members } = yield* client.call<MemberAddResponse>('Cluster/MemberAdd', request)
    const format = formatOf(flags)
    const simple = `Member ${wide(member.ID)} added to cluster ${wide(header.clusterId)}\n`
    const json = { header: headerJson(header), member: memberJson(member), members: members.map(memberJson) }
    yield* print(show(format, { simple, json, fields: headerFields(header) }))
    if (format !== 'simple') return 0
    const cluster = members.flatMap(({ ID, name: known, peerURLs: urls }) =>
      urls.map((url) => `${ID === member.ID ? name : known}=${url}`),
    )
    yield* print(
      `\nETCD_NAME="${name}"\nETCD_INITIAL_CLUSTER="${cluster.join(',')}"\n` +
        `ETCD_INITIAL_ADVERTISE_PEER_URLS="${peerURLs.join(',')}"\nETCD_INITIAL_CLUSTER_STATE="existing"\n`,
    )
    return 0
  },
}

/** A change of one member that is answered with a sentence. */
const change = (
  name: string,
  short: string,
  method: string,
  done: string,
  own: Command['flags'] = {},
): Command => ({
  usage: `member ${name} <memberID>`,
  short,
  flags: own,
  *run({ client, flags, args, print }) {
    const ID = parseMember(args)
    const peerURLs = flags.list('peer-urls')
    if ('peer-urls' in own && peerURLs.length === 0) throw badArgs('member peer urls not provided')
    const { header } = yield* client.call<HeaderResponse>(method, { ID, peerURLs })
    const shown: Shown = {
      simple: `Member ${wide(ID)} ${done} cluster ${wide(header.clusterId)}\n`,
      json: { header: headerJson(header) },
      fields: headerFields(header),
    }
    yield* print(show(formatOf(flags), shown))
    return 0
  },
})

export const remove = change(
  'remove',
  'Removes a member from the cluster',
  'Cluster/MemberRemove',
  'removed from',
)

export const update = change(
  'update',
  'Updates a member in the cluster',
  'Cluster/MemberUpdate',
  'updated in',
  {
    'peer-urls': '',
  },
)

export const promote = change(
  'promote',
  'Promotes a non-voting member in the cluster',
  'Cluster/MemberPromote',
  'promoted in',
)

const memberJson = ({ ID, name, peerURLs, clientURLs, isLearner }: Member): object => ({
  ID: decimal(ID),
  ...(name && { name }),
  peerURLs,
  ...(clientURLs.length > 0 && { clientURLs }),
  ...(isLearner && { isLearner }),
})

const memberFields = ({ ID, name, peerURLs, clientURLs, isLearner }: Member): string =>
  `"ID" : ${decimal(ID)}\n"Name" : ${JSON.stringify(name)}\n` +
  peerURLs.map((url) => `"PeerURL" : ${JSON.stringify(url)}\n`).join('') +
  clientURLs.map((url) => `"ClientURL" : ${JSON.stringify(url)}\n`).join('') +
  `"IsLearner" : ${isLearner}\n\n`
