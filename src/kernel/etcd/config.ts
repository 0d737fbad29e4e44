/** The flags of the program `etcd` that mean something here, with their defaults. etcd: server/etcdmain/help.go */
const defaults = {
  name: 'default',
  'data-dir': '',
  'listen-client-urls': 'http://localhost:2379',
  'listen-peer-urls': 'http://localhost:2380',
  'listen-metrics-urls': '',
  'advertise-client-urls': 'http://localhost:2379',
  'initial-advertise-peer-urls': 'http://localhost:2380',
  'initial-cluster': '',
  'initial-cluster-state': 'new',
  'initial-cluster-token': 'etcd-cluster',
  'snapshot-count': '10000',
  'heartbeat-interval': '100',
  'election-timeout': '1000',
  'quota-backend-bytes': '0',
  'auto-compaction-mode': 'periodic',
  'auto-compaction-retention': '0',
  'max-txn-ops': '128',
  'max-request-bytes': '1572864',
  'pre-vote': 'true',
  'strict-reconfig-check': 'true',
  'experimental-watch-progress-notify-interval': '10m',
  'experimental-initial-corrupt-check': 'false',
  'client-cert-auth': 'false',
  'peer-client-cert-auth': 'false',
  'cert-file': '',
  'key-file': '',
  'trusted-ca-file': '',
  'peer-cert-file': '',
  'peer-key-file': '',
  'peer-trusted-ca-file': '',
  'log-level': 'info',
  logger: 'zap',
  'log-outputs': 'default',
  'force-new-cluster': 'false',
}

type Flag = keyof typeof defaults

export interface Url {
  readonly address: string
  readonly port: number
}

export interface EtcdConfig {
  readonly name: string
  readonly dataDir: string
  readonly listenClient: readonly Url[]
  readonly listenPeer: readonly Url[]
  readonly listenMetrics: readonly Url[]
  readonly advertiseClientUrls: readonly string[]
  readonly advertisePeerUrls: readonly string[]
  /** Member name and peer URL, in order; a member may have several. */
  readonly initialCluster: readonly (readonly [name: string, url: string])[]
  readonly newCluster: boolean
  readonly forceNewCluster: boolean
  readonly token: string
  readonly snapshotCount: number
  readonly heartbeatMs: number
  readonly electionMs: number
  readonly quotaBytes: number
  readonly compactionMode: 'periodic' | 'revision'
  /** Milliseconds, or a number of revisions; 0: never. */
  readonly compactionRetention: number
  readonly maxTxnOps: number
  readonly maxRequestBytes: number
  readonly preVote: boolean
  readonly progressNotifyMs: number
  readonly debug: boolean
}

const gib = 1024 * 1024 * 1024

/** Reads flags and, for what they do not tell, `ETCD_*` variables. A string is what is wrong, in etcd's words. */
export const readConfig = (
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): EtcdConfig | string => {
  const values: Record<string, string> = { ...defaults }
  for (const flag of Object.keys(defaults)) {
    const value = env[`ETCD_${flag.replaceAll('-', '_').toUpperCase()}`]
    if (value !== undefined) values[flag] = value
  }
  const problem = readFlags(argv, values)
  if (problem) return problem
  const get = (flag: Flag): string => values[flag]!
  const heartbeatMs = Number(get('heartbeat-interval'))
  const electionMs = Number(get('election-timeout'))
  if (5 * heartbeatMs > electionMs) {
    return `--election-timeout[${electionMs}ms] should be at least as 5 times as --heartbeat-interval[${heartbeatMs}ms]`
  }
  const name = get('name')
  const cluster = get('initial-cluster') || `${name}=${get('initial-advertise-peer-urls')}`
  const state = get('initial-cluster-state')
  if (state !== 'new' && state !== 'existing') return `unexpected clusterState "${state}"`
  const periodic = get('auto-compaction-mode') !== 'revision'
  return {
    name,
    dataDir: get('data-dir') || `${name}.etcd`,
    listenClient: urls(get('listen-client-urls')),
    listenPeer: urls(get('listen-peer-urls')),
    listenMetrics: urls(get('listen-metrics-urls')),
    advertiseClientUrls: list(get('advertise-client-urls')),
    advertisePeerUrls: list(get('initial-advertise-peer-urls')),
    initialCluster: list(cluster).map((item) => [
      item.slice(0, item.indexOf('=')),
      item.slice(item.indexOf('=') + 1),
    ]),
    newCluster: state === 'new',
    forceNewCluster: get('force-new-cluster') === 'true',
    token: get('initial-cluster-token'),
    snapshotCount: Number(get('snapshot-count')),
    heartbeatMs,
    electionMs,
    quotaBytes: Number(get('quota-backend-bytes')) || 2 * gib,
    compactionMode: periodic ? 'periodic' : 'revision',
    compactionRetention: periodic
      ? periodMs(get('auto-compaction-retention'))
      : Number(get('auto-compaction-retention')),
    maxTxnOps: Number(get('max-txn-ops')),
    maxRequestBytes: Number(get('max-request-bytes')),
    preVote: get('pre-vote') === 'true',
    progressNotifyMs: durationMs(get('experimental-watch-progress-notify-interval')) ?? 600_000,
    debug: get('log-level') === 'debug',
  }
}

/** `http://10.0.0.2:2379`; a name counts as the loopback if it says so. */
export const parseUrl = (url: string): Url => {
  const [, host = '', port] = /^(?:[a-z]+:\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?/.exec(url) ?? []
  return { address: host === 'localhost' ? '127.0.0.1' : host, port: Number(port ?? 2379) }
}

/** `1m30s` or `500ms` in milliseconds. */
export const durationMs = (text: string): number | undefined => {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit!]!, 0)
}

/** A bare number of a periodic compaction is hours. */
const periodMs = (text: string): number => durationMs(text) ?? Number(text) * 3_600_000

const list = (text: string): string[] => text.split(',').filter((item) => item !== '')

const urls = (text: string): Url[] => list(text).map(parseUrl)

const readFlags = (argv: readonly string[], values: Record<string, string>): string | undefined => {
  for (let i = 1; i < argv.length; i++) {
    const [, flag, given] = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(argv[i]!) ?? []
    if (flag === undefined) return `'${argv[i]}' is not a valid flag`
    if (!(flag in values)) return `flag provided but not defined: -${flag}`
    const boolean = values[flag] === 'true' || values[flag] === 'false'
    const value = given ?? (boolean ? 'true' : argv[++i])
    if (value === undefined) return `flag needs an argument: -${flag}`
    values[flag] = value
  }
  return undefined
}
