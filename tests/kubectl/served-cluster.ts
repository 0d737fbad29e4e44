import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { boot, Executor, headlessSession, wallClock, type ExecResult } from '../../src/cli/headless.ts'
import { HttpDoor } from '../../src/cli/http-door.ts'
import { addTypes } from '../../src/kernel/api/schema/types.ts'
import { restOfTypes } from '../../src/kernel/api/schema/types-rest.generated.ts'
import type { Observation } from '../../src/kernel/sim/machine.ts'
import { Pace } from '../../src/workers/pace.ts'

/** A cluster of this process that real clients reach over HTTP, and whose laptop can be typed on at the same time. */
export interface ServedCluster {
  readonly url: string
  exec(machine: string, line: string): Promise<ExecResult>
  writeFile(path: string, text: string): void
  stop(): void
}

const POLL_MS = 5

export async function servedCluster(spec: { nodes: number; seed: number }): Promise<ServedCluster> {
  addTypes(restOfTypes)
  const executor = new Executor()
  const session = headlessSession(
    { ...spec, etcd: 1, dashboard: false, epochMs: Math.floor(Date.now() / 1000) * 1000 },
    {},
    { observed: (fact) => observed(fact) },
  )
  const door = new HttpDoor((input) => session.input('laptop', input))
  const observed = (fact: Observation) => {
    executor.observed(fact)
    door.observed(fact)
  }
  await boot(session, executor)
  const pace = new Pace(session, wallClock, () => {})
  pace.setRate(1)
  pace.resume()
  const server = createServer((request, response) => door.request(request, response))
  server.on('upgrade', (request, socket, head) => door.upgrade(request, socket, head))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async exec(machine, line) {
      const id = executor.start(session, machine, line)
      while (!executor.done(id)) await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      return executor.resultOf(id)
    },
    writeFile: (path, text) =>
      session.input('laptop', { type: 'file-write', path, text } as { type: string }),
    stop() {
      pace.stop()
      session.stop()
      server.closeAllConnections()
      server.close()
    },
  }
}
