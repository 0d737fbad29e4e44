import { printDurationMs } from '../../api/duration.ts'
import type { HashKVResponse, MembersResponse, StatusResponse } from '../../etcd/api.ts'
import type { Sys } from '../../host/sys.ts'
import type { Command, Run } from './command.ts'
import { ExitError } from './exit.ts'
import { decimal, formatOf, headerFields, headerJson, show } from './print.ts'

const own = { cluster: 'false' }

/** What one endpoint answered, or why it did not. */
interface Asked<T> {
  readonly endpoint: string
  readonly tookMs: number
  readonly answer?: T
  readonly error?: string
}

/** Asks every endpoint by itself. */
function* askEach<T>(
  { client, os }: Run,
  endpoints: readonly string[],
  method: string,
  body: object,
): Sys<Asked<T>[]> {
  const asked: Asked<T>[] = []
  for (const endpoint of endpoints) {
    const began = os.now
    try {
      const answer = yield* client.call<T>(method, body, [endpoint])
      asked.push({ endpoint, tookMs: os.now - began, answer })
    } catch (error) {
      if (!(error instanceof ExitError)) throw error
      asked.push({ endpoint, tookMs: os.now - began, error: error.message })
    }
  }
  return asked
}

function* endpointsOf({ client, flags }: Run): Sys<readonly string[]> {
  if (!flags.has('cluster')) return client.endpoints
  const { members } = yield* client.call<MembersResponse>('Cluster/MemberList', {})
  return members.flatMap(({ clientURLs }) => clientURLs)
}

export const health: Command = {
  usage: 'endpoint health',
  short: 'Checks the healthiness of endpoints specified in `--endpoints` flag',
  flags: own,
  *run(run) {
    const asked = yield* askEach<object>(run, yield* endpointsOf(run), 'KV/Range', { key: 'health' })
    const took = (each: Asked<object>) => printDurationMs(each.tookMs)
    const rows = asked.map((each) => [each.endpoint, `${!each.error}`, took(each), each.error ?? ''])
    const format = formatOf(run.flags)
    if (format === 'simple') {
      for (const each of asked) {
        if (each.error)
          run.os.stderr(`${each.endpoint} is unhealthy: failed to commit proposal: ${each.error}\n`)
        else
          yield* run.print(
            `${each.endpoint} is healthy: successfully committed proposal: took = ${took(each)}\n`,
          )
      }
    } else {
      const shown = {
        simple: '',
        json: asked.map((each) => ({
          endpoint: each.endpoint,
          health: !each.error,
          took: took(each),
          ...(each.error && { error: each.error }),
        })),
        fields: rows
          .map(
            ([ep, ok, time, error]) =>
              `"Endpoint" : "${ep}"\n"Health" : ${ok}\n"Took" : "${time}"\n"Error" : "${error}"\n\n`,
          )
          .join(''),
        table: { titles: ['endpoint', 'health', 'took', 'error'], rows },
      }
      yield* run.print(show(format, shown))
    }
    if (asked.some(({ error }) => error)) throw new ExitError('error', 'unhealthy cluster')
    return 0
  },
}

const statusTitles = [
  'endpoint',
  'ID',
  'version',
  'db size',
  'is leader',
  'is learner',
  'raft term',
  'raft index',
  'raft applied index',
  'errors',
]

export const status: Command = {
  usage: 'endpoint status',
  short: 'Prints out the status of endpoints specified in `--endpoints` flag',
  flags: own,
  *run(run) {
    const asked = yield* askEach<StatusResponse>(run, yield* endpointsOf(run), 'Maintenance/Status', {})
    for (const { endpoint, error } of asked) {
      if (error) run.os.stderr(`Failed to get the status of endpoint ${endpoint} (${error})\n`)
    }
    const good = asked.flatMap(({ endpoint, answer }) => (answer ? [{ endpoint, answer }] : []))
    const rows = good.map(({ endpoint, answer }) => statusRow(endpoint, answer))
    const shown = {
      simple: rows.map((row) => `${row.join(', ')}\n`).join(''),
      json: good.map(({ endpoint, answer }) => ({ Endpoint: endpoint, Status: statusJson(answer) })),
      fields: good.map(({ endpoint, answer }) => statusFields(endpoint, answer)).join(''),
      table: { titles: statusTitles, rows },
    }
    yield* run.print(show(formatOf(run.flags), shown))
    return good.length === asked.length ? 0 : 1
  },
}

export const hashKv: Command = {
  usage: 'endpoint hashkv',
  short: 'Prints the KV history hash for each endpoint in --endpoints',
  flags: { ...own, rev: '0' },
  *run(run) {
    const body = { revision: run.flags.number('rev') }
    const asked = yield* askEach<HashKVResponse>(run, yield* endpointsOf(run), 'Maintenance/HashKV', body)
    const bad = asked.find(({ error }) => error)
    for (const { endpoint, error } of asked) {
      if (error) run.os.stderr(`Failed to get the hash of endpoint ${endpoint} (${error})\n`)
    }
    const good = asked.flatMap(({ endpoint, answer }) => (answer ? [{ endpoint, answer }] : []))
    const rows = good.map(({ endpoint, answer }) => [endpoint, `${answer.hash}`])
    const shown = {
      simple: rows.map((row) => `${row.join(', ')}\n`).join(''),
      json: good.map(({ endpoint, answer }) => ({
        Endpoint: endpoint,
        HashKV: {
          header: headerJson(answer.header),
          hash: answer.hash,
          compact_revision: answer.compactRevision,
        },
      })),
      fields: good
        .map(
          ({ endpoint, answer }) =>
            `${headerFields(answer.header)}"Endpoint" : "${endpoint}"\n"Hash" : ${answer.hash}\n\n`,
        )
        .join(''),
      table: { titles: ['endpoint', 'hash'], rows },
    }
    yield* run.print(show(formatOf(run.flags), shown))
    if (bad) throw new ExitError('error', bad.error!)
    return 0
  },
}

/** `20 kB`, as go-humanize writes it. */
export const humanBytes = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = bytes
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  return unit > 0 && size < 10
    ? `${(Math.floor(size * 10 + 0.5) / 10).toFixed(1)} ${units[unit]}`
    : `${Math.floor(size + 0.5)} ${units[unit]}`
}

const statusRow = (endpoint: string, answer: StatusResponse): string[] => [
  endpoint,
  answer.header.memberId,
  answer.version,
  humanBytes(answer.dbSize),
  `${answer.leader === answer.header.memberId}`,
  `${answer.isLearner}`,
  `${answer.raftTerm}`,
  `${answer.raftIndex}`,
  `${answer.raftAppliedIndex}`,
  answer.errors.join(', '),
]

const statusJson = ({ header, leader, errors, isLearner, ...rest }: StatusResponse): object => ({
  header: headerJson(header),
  version: rest.version,
  dbSize: rest.dbSize,
  leader: decimal(leader),
  raftIndex: rest.raftIndex,
  raftTerm: rest.raftTerm,
  raftAppliedIndex: rest.raftAppliedIndex,
  ...(errors.length > 0 && { errors }),
  dbSizeInUse: rest.dbSizeInUse,
  ...(isLearner && { isLearner }),
})

const statusFields = (endpoint: string, { header, ...rest }: StatusResponse): string =>
  `${headerFields(header)}"Version" : "${rest.version}"\n"DBSize" : ${rest.dbSize}\n` +
  `"Leader" : ${decimal(rest.leader)}\n"IsLearner" : ${rest.isLearner}\n"RaftIndex" : ${rest.raftIndex}\n` +
  `"RaftTerm" : ${rest.raftTerm}\n"RaftAppliedIndex" : ${rest.raftAppliedIndex}\n` +
  `"Errors" : [${rest.errors.join(' ')}]\n"Endpoint" : "${endpoint}"\n\n`
