import { boot, Executor, headlessSession } from '../../../src/cli/headless.ts'
import { stopwatch, type Cost } from './stopwatch.ts'

/** The cost from nothing until every node is Ready and pods can be made. */
export async function bootTask({ nodes }: { nodes: number }): Promise<Cost & { virtualMs: number }> {
  const cost = stopwatch()
  const executor = new Executor()
  const observed = executor.observed.bind(executor)
  const session = headlessSession({ nodes, dashboard: false }, {}, { observed })
  const virtualMs = await boot(session, executor)
  return { ...cost(), virtualMs }
}
