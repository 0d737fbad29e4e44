import type { Deployment } from 'kubernetes-types/apps/v1'
import { boot, Executor, headlessSession } from '../../../src/cli/headless.ts'
import type { Observation } from '../../../src/kernel/sim/machine.ts'
import type { Session } from '../../../src/workers/session.ts'
import { stopwatch, type Cost } from './stopwatch.ts'

export interface DeployOptions {
  readonly replicas: number
  readonly nodes: number
  /** Compute the history's hash. */
  readonly hash?: boolean
}

export interface DeployResult extends Cost {
  readonly virtualMs: number
  readonly packets: number
}

const GIB = 1024 ** 3
const PATH = '/apis/apps/v1/namespaces/default/deployments'
const LIMIT_MS = 3_600_000

/** The cost from the creation of a Deployment until all its replicas are Ready: 3 etcd members, real scheduler, one thread. */
export async function deployTask({ replicas, nodes, hash }: DeployOptions): Promise<DeployResult> {
  const executor = new Executor()
  const ready = new ReadyWatch()
  const observed = (observation: Observation) => {
    executor.observed(observation)
    ready.observed(observation)
  }
  const maxPods = Math.max(110, Math.ceil((2 * replicas) / nodes))
  const size = { nodes, maxPods, nodeCpus: 64, nodeMemory: 256 * GIB, dashboard: false }
  const session = headlessSession(size, { hash }, { observed })
  await boot(session, executor)
  ready.start(session)
  await session.runUntil(session.now + 100)
  const began = session.now
  const delivered = session.delivered
  const cost = stopwatch()
  request(session, { id: 'create', method: 'POST', path: PATH, body: deployment(replicas) })
  while (ready.replicas < replicas && session.now < began + LIMIT_MS) await session.runUntil(session.now + 50)
  if (ready.replicas < replicas)
    throw new Error(`only ${ready.replicas} of ${replicas} replicas became ready`)
  return { ...cost(), virtualMs: session.now - began, packets: session.delivered - delivered }
}

/** Reads off a watch, through the laptop's relay, how many replicas are ready: one event a change of the Deployment. */
class ReadyWatch {
  replicas = 0

  start(session: Session): void {
    request(session, { id: 'ready', method: 'GET', path: `${PATH}?watch=true` })
  }

  observed({ body }: Observation): void {
    const { type, id, data } = body as { type: string; id?: string; data?: { object?: Deployment } }
    if (type === 'http-data' && id === 'ready') this.replicas = data?.object?.status?.readyReplicas ?? 0
  }
}

function request(session: Session, what: { id: string; method: string; path: string; body?: object }): void {
  const input = { type: 'http', headers: { 'content-type': 'application/json' }, ...what }
  session.input('laptop', input)
}

const deployment = (replicas: number): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx:1.27', ports: [{ containerPort: 80 }] }] },
    },
  },
})
