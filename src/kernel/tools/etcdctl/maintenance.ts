import type { AlarmResponse, MembersResponse, SnapshotResponse, StatusResponse } from '../../etcd/api.ts'
import { goWords } from '../../host/errno.ts'
import { wait } from '../../host/sys.ts'
import type { Command } from './command.ts'
import { badArgs, ExitError } from './exit.ts'
import { decimal, formatOf, headerFields, headerJson, show } from './print.ts'

const shownAlarms = ({ header, alarms }: AlarmResponse) => ({
  simple: alarms.map(({ memberID, alarm }) => `memberID:${decimal(memberID)} alarm:${alarm} \n`).join(''),
  json: {
    header: headerJson(header),
    ...(alarms.length > 0 && {
      alarms: alarms.map(({ memberID, alarm }) => ({
        memberID: decimal(memberID),
        alarm: alarm === 'NOSPACE' ? 1 : 2,
      })),
    }),
  },
  fields:
    headerFields(header) +
    alarms
      .map(({ memberID, alarm }) => `"MemberID" : ${decimal(memberID)}\n"AlarmType" : ${alarm}\n\n`)
      .join(''),
})

export const alarmList: Command = {
  usage: 'alarm list',
  short: 'Lists all alarms',
  *run({ client, flags, print }) {
    const alarms = yield* client.call<AlarmResponse>('Maintenance/Alarm', { action: 'GET' })
    yield* print(show(formatOf(flags), shownAlarms(alarms)))
    return 0
  },
}

export const alarmDisarm: Command = {
  usage: 'alarm disarm',
  short: 'Disarms all alarms',
  *run({ client, flags, print }) {
    const active = yield* client.call<AlarmResponse>('Maintenance/Alarm', { action: 'GET' })
    for (const { memberID, alarm } of active.alarms) {
      yield* client.call('Maintenance/Alarm', { action: 'DEACTIVATE', memberID, alarm })
    }
    yield* print(show(formatOf(flags), shownAlarms(active)))
    return 0
  },
}

export const defrag: Command = {
  usage: 'defrag',
  short: 'Defragments the storage of the etcd members with given endpoints',
  flags: { cluster: 'false', 'data-dir': '' },
  *run({ client, flags, os, print }) {
    const members = flags.has('cluster')
      ? yield* client.call<MembersResponse>('Cluster/MemberList', {})
      : undefined
    const endpoints = members ? members.members.flatMap(({ clientURLs }) => clientURLs) : client.endpoints
    let failures = 0
    for (const endpoint of endpoints) {
      try {
        yield* client.call('Maintenance/Defragment', {}, [endpoint])
        yield* print(`Finished defragmenting etcd member[${endpoint}]\n`)
      } catch (error) {
        if (!(error instanceof ExitError)) throw error
        os.stderr(`Failed to defragment etcd member[${endpoint}] (${error.message})\n`)
        failures++
      }
    }
    return failures > 0 ? 1 : 0
  },
}

export const moveLeader: Command = {
  usage: 'move-leader <transferee-member-id>',
  short: 'Transfers leadership to another etcd cluster member.',
  *run({ client, args, print }) {
    const [target] = args
    if (target === undefined || args.length !== 1) throw badArgs('move-leader command needs 1 argument')
    if (!/^[0-9a-f]+$/i.test(target)) throw badArgs(`strconv.ParseUint: parsing "${target}": invalid syntax`)
    for (const endpoint of client.endpoints) {
      const { leader, header } = yield* client.call<StatusResponse>('Maintenance/Status', {}, [endpoint])
      if (leader !== header.memberId) continue
      yield* client.call('Maintenance/MoveLeader', { targetID: target.replace(/^0+(?=.)/, '') }, [endpoint])
      yield* print(`Leadership transferred from ${leader} to ${target}\n`)
      return 0
    }
    throw badArgs(`no leader endpoint given at [${client.endpoints.join(' ')}]`)
  },
}

export const snapshotSave: Command = {
  usage: 'snapshot save <filename>',
  short: 'Stores an etcd node backend snapshot to a given file',
  *run({ client, args, os, print }) {
    const [path] = args
    if (path === undefined || args.length !== 1) {
      throw badArgs('snapshot save expects one argument')
    }
    if (client.endpoints.length !== 1) {
      const given = client.endpoints.join(' ')
      throw new ExitError('error', `snapshot must be requested to one selected node, not multiple [${given}]`)
    }
    const { blob } = yield* client.call<SnapshotResponse>('Maintenance/Snapshot', {})
    try {
      os.fs.write(path.startsWith('/') ? path : `${os.cwd}/${path}`, blob, { mode: 0o600 })
    } catch (error) {
      throw new ExitError('error', `could not open ${path}.part (open ${path}.part: ${goWords(error)})`)
    }
    yield* print(`Snapshot saved at ${path}\n`)
    return 0
  },
}

/** Both work on files only, which is etcdutl's business. */
const byEtcdutl = (name: string, short: string): Command => ({
  usage: `snapshot ${name} <filename> [options]`,
  short,
  flags: {
    'data-dir': '',
    'wal-dir': '',
    name: 'default',
    'initial-cluster': 'default=http://localhost:2380',
    'initial-cluster-token': 'etcd-cluster',
    'initial-advertise-peer-urls': 'http://localhost:2380',
    'skip-hash-check': 'false',
  },
  *run({ os }) {
    os.stderr(`Deprecated: Use \`etcdutl snapshot ${name}\` instead.\n\n`)
    const at = os.argv.indexOf('snapshot')
    const pid = os.spawn({ argv: ['etcdutl', ...os.argv.slice(at)] })
    const { status } = yield* wait(pid)
    return status
  },
})

export const snapshotStatus = byEtcdutl('status', 'Gets backend snapshot status of a given file')
export const snapshotRestore = byEtcdutl('restore', 'Restores an etcd member snapshot to an etcd directory')
