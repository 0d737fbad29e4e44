import { HttpClient } from '../host/http.ts'
import type { Os, Program } from '../host/program.ts'
import type { NodeId, Snapshot } from '../raft/types.ts'
import { emptySnapshot } from '../raft/storage.ts'
import type { Member } from './api.ts'
import type { EtcdConfig } from './config.ts'
import { parseUrl, readConfig } from './config.ts'
import { DurableLog } from './durable-log.ts'
import type { Log } from './logging.ts'
import { newLog } from './logging.ts'
import type { MemberRecord } from './membership.ts'
import { hexId, memberId, parseId } from './membership.ts'
import { version } from './rpc.ts'
import type { Identity } from './server.ts'
import { EtcdServer } from './server.ts'
import { serveClients, serveMetrics, servePeers } from './service.ts'
import { firstImage } from './state-machine.ts'

/** The program `etcd`: one member of a cluster. */
export const etcd: Program = (os) => {
  if (os.argv.includes('--version')) {
    os.stdout(
      `etcd Version: ${version}\nGit SHA: f20bbadd4\nGo Version: go1.21.12\nGo OS/Arch: linux/amd64\n`,
    )
    os.exit(0)
    return
  }
  const config = readConfig(os.argv, os.env)
  if (typeof config === 'string') {
    os.stderr(`${config}\n`)
    os.exit(2)
    return
  }
  const log = newLog(os, config.debug)
  const dataDir = config.dataDir.startsWith('/') ? config.dataDir : `${os.cwd}/${config.dataDir}`
  const durable = new DurableLog(os.fs, dataDir)
  const known = durable.open()
  if (known) run(os, config, known, durable, log)
  else if (config.newCluster) bootstrap(os, config, durable, log)
  else join(os, config, durable, log)
}

const run = (os: Os, config: EtcdConfig, identity: Identity, durable: DurableLog, log: Log): void => {
  const server = new EtcdServer(os, config, identity, durable, log)
  log.info('starting etcd server', {
    'local-member-id': hexId(identity.member),
    'cluster-id': identity.cluster,
    'local-server-version': version,
  })
  servePeers(server, config.listenPeer)
  serveClients(server, config.listenClient)
  serveMetrics(server, config.listenMetrics)
  os.onSignal('SIGTERM', () => {
    log.info('received signal; shutting down', { signal: 'terminated' })
    server.stop()
    os.exit(0)
  })
  server.start()
}

const fatal = (os: Os, log: Log, error: string): void => {
  log.error('discovery failed', { error })
  os.exit(1)
}

/** The members a new cluster begins with, as the flags name them. */
export const bootstrapMembers = ({
  initialCluster,
  token,
}: EtcdConfig): readonly { readonly name: string; readonly record: MemberRecord }[] => {
  const names = [...new Set(initialCluster.map(([member]) => member))]
  return names.map((owner) => {
    const peerURLs = initialCluster.filter(([name]) => name === owner).map(([, url]) => url)
    const id = memberId(peerURLs, token)
    return { name: owner, record: { id, name: '', peerURLs, clientURLs: [], isLearner: false } }
  })
}

/** All members of a new cluster begin with the same state, computed from the same flags. */
const bootstrap = (os: Os, config: EtcdConfig, durable: DurableLog, log: Log): void => {
  const { name, token } = config
  const named = bootstrapMembers(config)
  const members = named.map(({ record }) => record)
  const self = named.find((each) => each.name === name)?.record
  if (!self) {
    fatal(os, log, `couldn't find local name "${name}" in the initial cluster configuration`)
    return
  }
  if (self.peerURLs.join() !== config.advertisePeerUrls.join()) {
    const [cluster, advertised] = [self.peerURLs.join(','), config.advertisePeerUrls.join(',')]
    fatal(
      os,
      log,
      `--initial-cluster has ${name}=${cluster} but missing from --initial-advertise-peer-urls=${advertised}`,
    )
    return
  }
  const cluster = hexId(
    memberId(
      members.map(({ id }) => hexId(id)),
      token,
    ),
  )
  const voters = members.map(({ id }) => id).sort((a, b) => a - b)
  const confState = { ...emptySnapshot.confState, voters }
  const snapshot = { index: 1, term: 1, confState, data: firstImage(members) }
  start(os, config, durable, log, self.id, cluster, snapshot)
}

/** A member that joins asks the others who it is; the rest comes from the leader. */
const join = (os: Os, config: EtcdConfig, durable: DurableLog, log: Log): void => {
  const own = new Set(config.advertisePeerUrls)
  const others = config.initialCluster.map(([, url]) => url).filter((url) => !own.has(url))
  const ask = (at: number): void => {
    if (at >= others.length) {
      fatal(
        os,
        log,
        'cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs',
      )
      return
    }
    const { address, port } = parseUrl(others[at]!)
    const client = new HttpClient(os, address, port, { dialTimeoutMs: 1000 })
    client.request(
      { method: 'GET', path: '/members', headers: {} },
      {
        response: ({ body, headers }) => {
          client.close()
          const members = (body as readonly Member[]).map(({ ID, ...rest }) => ({ id: parseId(ID), ...rest }))
          const self = members.find(({ peerURLs }) => peerURLs.some((url) => own.has(url)))
          const snapshot = { ...emptySnapshot, data: firstImage(members) }
          const cluster = headers['x-etcd-cluster-id'] ?? ''
          if (self) start(os, config, durable, log, self.id, cluster, snapshot)
          else fatal(os, log, 'error validating peerURLs: member count is unequal')
        },
        failed: () => ask(at + 1),
      },
    )
  }
  ask(0)
}

const start = (
  os: Os,
  config: EtcdConfig,
  durable: DurableLog,
  log: Log,
  member: NodeId,
  cluster: string,
  snapshot: Snapshot,
): void => {
  durable.create(member, cluster, snapshot)
  run(os, config, { member, cluster, snapshot }, durable, log)
}
