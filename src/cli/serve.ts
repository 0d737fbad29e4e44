import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { addTypes } from '../kernel/api/schema/types.ts'
import { restOfTypes } from '../kernel/api/schema/types-rest.generated.ts'
import { Pace } from '../workers/pace.ts'
import { checkSpec, LIMITS, SessionFileError } from '../workers/session-file.ts'
import { boot, Executor, headlessSession, wallClock } from './headless.ts'
import { HttpDoor } from './http-door.ts'
import { argumentsOf, UsageError, whole } from './usage.ts'

/** `tabernetes serve`: a cluster behind HTTP on loopback, for real kubectl. Runs until SIGINT or SIGTERM. */
export async function serve(args: readonly string[]): Promise<number> {
  const { values } = argumentsOf(args, {
    port: { type: 'string', default: '8001' },
    nodes: { type: 'string', default: '3' },
    etcd: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    pace: { type: 'string', default: 'realtime' },
    workers: { type: 'boolean' },
    inline: { type: 'boolean' },
    kubeconfig: { type: 'string' },
  })
  if (!['realtime', 'max'].includes(values.pace))
    throw new UsageError(`--pace must be realtime or max, not '${values.pace}'`)
  addTypes(restOfTypes)
  const port = whole('port', values.port, 0, 65535)
  const executor = new Executor()
  let door: HttpDoor | undefined
  const session = headlessSession(
    specOf(values),
    { workers: values.workers },
    {
      observed: (observation) => {
        executor.observed(observation)
        door?.observed(observation)
      },
    },
  )
  door = new HttpDoor((input) => session.input('laptop', input))
  await boot(session, executor)
  const pace = new Pace(session, wallClock, () => {})
  pace.setRate(values.pace === 'max' ? Number.POSITIVE_INFINITY : 1)
  pace.resume()
  const server = createServer((request, response) => door.request(request, response))
  server.on('upgrade', (request, socket, head) => door.upgrade(request, socket, head))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  }).catch((error: Error) => {
    throw new UsageError(error.message)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  if (values.kubeconfig) writeFileSync(values.kubeconfig, kubeconfigFor(url), { mode: 0o600 })
  process.stdout.write(`listening on ${url}\n`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  pace.stop()
  session.stop()
  server.closeAllConnections()
  server.close()
  return 0
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

const kubeconfigFor = (server: string): string => `apiVersion: v1
kind: Config
clusters:
- cluster:
    server: ${server}
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
