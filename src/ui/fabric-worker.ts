import { FABRIC } from '../workers/worker-life.ts'

const hire = (): Worker =>
  new Worker(new URL('../workers/worker.web.ts', import.meta.url), { type: 'module', name: FABRIC })

/** Started before the page itself is loaded, so that both load at once. */
let first: Worker | undefined = hire()

/** A worker for the fabric. */
export function fabricWorker(): Worker {
  const worker = first ?? hire()
  first = undefined
  return worker
}
