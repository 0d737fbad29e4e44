import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ClusterSpec } from '../kernel/cluster.ts'
import { addTypes } from '../kernel/api/schema/types.ts'
import { restOfTypes } from '../kernel/api/schema/types-rest.generated.ts'
import type { Observation } from '../kernel/sim/machine.ts'
import { Pace } from '../workers/pace.ts'
import { checkSpec, LIMITS, SessionFileError } from '../workers/session-file.ts'
import { boot, Executor, headlessSession, wallClock } from './headless.ts'
import { HttpDoor } from './http-door.ts'
import { argumentsOf, UsageError, whole } from './usage.ts'

/** `tabernetes serve`: a cluster behind HTTP on loopback, for real kubectl. Runs until SIGINT or SIGTERM. */
export async function serve(args: readonly string[]): Promise<number> {
  const { values, positionals } = argumentsOf(args, {
    port: { type: 'string', default: '8001' },
    nodes: { type: 'string', default: '3' },
    etcd: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    pace: { type: 'string', default: 'realtime' },
    workers: { type: 'boolean' },
    inline: { type: 'boolean' },
    kubeconfig: { type: 'string' },
  })
  if (positionals.length) throw new UsageError(`unexpected argument '${positionals[0]}'`)
  if (!['realtime', 'max'].includes(values.pace))
    throw new UsageError(`--pace must be realtime or max, not '${values.pace}'`)
  const port = whole('port', values.port, 0, 65535)
  const spec = specOf(values)
  const server = createServer()
  const url = await listen(server, port)
  try {
    if (values.kubeconfig) writeFileSync(values.kubeconfig, kubeconfigFor(url), { mode: 0o600 })
    addTypes(restOfTypes)
    const stop = await run(server, spec, values)
    const interrupted = new Promise<void>((resolve) => {
      process.once('SIGINT', resolve)
      process.once('SIGTERM', resolve)
    })
    process.stdout.write(`listening on ${url}\n`)
    await interrupted
    stop()
  } finally {
    server.closeAllConnections()
    server.close()
  }
  return 0
}

/** The port is taken before the cluster boots: whoever cannot have it hears so at once. */
async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A cluster behind the server; who calls before it is ready waits. Returns what stops it. */
async function run(
  server: Server,
  spec: Partial<ClusterSpec>,
  { workers, pace: speed }: { workers?: boolean; pace: string },
): Promise<() => void> {
  const executor = new Executor()
  const session = headlessSession(spec, { workers }, { observed: (fact) => observed(fact) })
  const door = new HttpDoor((input) => session.input('laptop', input))
  const observed = (fact: Observation) => {
    executor.observed(fact)
    door.observed(fact)
  }
  const booted = boot(session, executor)
  server.on('request', (request, response) => void booted.then(() => door.request(request, response)))
  server.on('upgrade', (request, socket, head) => void booted.then(() => door.upgrade(request, socket, head)))
  await booted
  const pace = new Pace(session, wallClock, () => {})
  pace.setRate(speed === 'max' ? Number.POSITIVE_INFINITY : 1)
  pace.resume()
  return () => {
    pace.stop()
    session.stop()
  }
}

function specOf(values: { nodes: string; etcd: string; seed: string }) {
  const spec = {
    nodes: whole('nodes', values.nodes, 0, LIMITS.nodes),
    etcd: whole('etcd', values.etcd, 1, 7),
    seed: whole('seed', values.seed, 0, 0xffffffff),
    dashboard: false,
    nodeCpus: 4,
    nodeMemory: 8 * 1024 ** 3,
    maxPods: 110,
    // Real clients compare times with their own clock.
    epochMs: Math.floor(Date.now() / 1000) * 1000,
  }
  try {
    checkSpec(spec)
  } catch (error) {
    if (error instanceof SessionFileError) throw new UsageError(error.message)
    throw error
  }
  return spec
}

/** Some clients (@kubernetes/client-node) talk HTTP only where nobody insists on certificates. */
const kubeconfigFor = (server: string): string => `apiVersion: v1
kind: Config
clusters:
- cluster:
    server: ${server}
    insecure-skip-tls-verify: true
  name: tabernetes
contexts:
- context:
    cluster: tabernetes
    user: tabernetes
  name: tabernetes
current-context: tabernetes
users:
- name: tabernetes
  user: {}
`
