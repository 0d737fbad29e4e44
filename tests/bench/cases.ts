import { measured } from './child.ts'
import { advantages, median, type Row } from './row.ts'
import { sizeOfKernel, sizeOfPackage, sizesOfPage } from './size.ts'
import type { ApiResult } from './tasks/api.ts'
import type { DeployResult } from './tasks/deploy.ts'
import type { Cost } from './tasks/stopwatch.ts'

export interface BenchOptions {
  readonly rounds: number
  /** Also the sizes that take minutes. */
  readonly full: boolean
}

type Virtual = Cost & { virtualMs: number }

/** What is measured, by name; adding a measurement is a line here. */
export const cases: Readonly<Record<string, (options: BenchOptions) => Promise<Row[]>>> = {
  deploy,
  slope,
  boot,
  etcd,
  api,
  determinism,
  size,
}

/** Replicas and nodes; the peer's time grows with the square, so its largest size is asked for. */
const DEPLOYS = [
  { replicas: 10, nodes: 3, goal: 1 },
  { replicas: 100, nodes: 3, goal: 1 },
  { replicas: 500, nodes: 5, goal: 10 },
  { replicas: 1000, nodes: 10, goal: 1, onlyFull: true },
]

/** From the creation of a Deployment until all its replicas are Ready. */
async function deploy({ rounds, full }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = []
  for (const { replicas, nodes, goal, onlyFull } of DEPLOYS) {
    const ours: DeployResult[] = []
    const peer: Cost[] = []
    for (let round = 0; round < rounds; round++) {
      ours.push(await measured<DeployResult>('deploy', { replicas, nodes }))
      if (full || !onlyFull) peer.push(await measured<Cost>('peer-deploy', { replicas, nodes }))
    }
    const name = `${replicas} replicas, ${nodes} nodes`
    rows.push(
      withGoal(
        row(`${name}: wall`, 'ms', ours, peer, (cost) => cost.wallMs),
        goal,
      ),
      row(`${name}: CPU`, 'ms', ours, peer, (cost) => cost.cpuMs),
      row(`${name}: memory`, 'MB', ours, peer, (cost) => cost.peakMB),
      row(`${name}: virtual`, 'ms', ours, [], (cost) => (cost as DeployResult).virtualMs),
    )
  }
  return rows
}

/** Pods; the large ones take minutes, and are run once unless all rounds are asked for. */
const SLOPE = [100, 500, 1000, 2000, 5000]
const SLOPE_ONCE = 1000

/** CPU time per pod must not grow with the number of pods. */
async function slope({ rounds, full }: BenchOptions): Promise<Row[]> {
  const perPod = new Map<number, number[]>(SLOPE.map((pods) => [pods, []]))
  for (let round = 0; round < rounds; round++) {
    for (const pods of SLOPE.filter((pods) => full || round === 0 || pods < SLOPE_ONCE)) {
      const size = { replicas: pods, nodes: Math.max(3, pods / 100) }
      perPod.get(pods)?.push((await measured<DeployResult>('deploy', size)).cpuMs / pods)
    }
  }
  const rows = [...perPod].map(
    ([pods, ours]): Row => ({ label: `${pods} pods: CPU a pod`, unit: 'ms', ours }),
  )
  const medians = rows.map(({ ours }) => median(ours))
  const growth = Math.max(...medians) / medians[0]
  const goal = { text: 'flat within 2x', met: growth <= 2 }
  return [...rows, { label: 'worst against 100 pods', unit: 'x', ours: [growth], goal }]
}

/** From nothing to a cluster that takes pods. */
async function boot({ rounds }: BenchOptions): Promise<Row[]> {
  const ours: Virtual[] = []
  const peer: Cost[] = []
  for (let round = 0; round < rounds; round++) {
    ours.push(await measured<Virtual>('boot', { nodes: 3 }))
    peer.push(await measured<Cost>('peer-boot', { nodes: 3 }))
  }
  return [
    row('boot of 3 nodes: wall', 'ms', ours, peer, ({ wallMs }) => wallMs),
    row('boot of 3 nodes: memory', 'MB', ours, peer, ({ peakMB }) => peakMB),
    row('boot of 3 nodes: virtual', 'ms', ours, [], (cost) => (cost as Virtual).virtualMs),
  ]
}

/** Puts a second on three members, one thread for all. */
async function etcd({ rounds }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = []
  for (const clients of [1, 64]) {
    const puts = clients === 1 ? 1000 : 10_000
    const ours: Virtual[] = []
    for (let round = 0; round < rounds; round++) ours.push(await measured<Virtual>('etcd', { puts, clients }))
    const perSecond = ours.map(({ cpuMs }) => (1000 * puts) / cpuMs)
    const latency = ours.map(({ virtualMs }) => (virtualMs * clients) / puts)
    const label = `${clients} ${clients === 1 ? 'client' : 'clients'}`
    rows.push({ label: `${label}: puts a CPU second`, unit: '/s', ours: perSecond, moreIsBetter: true })
    rows.push({ label: `${label}: virtual latency`, unit: 'ms', ours: latency })
  }
  return rows
}

const OBJECTS = [1000, 20_000]
const WATCHERS = 1000

/** Requests that the API server alone answers in a second of CPU time, and how that shrinks with what is stored. */
async function api({ rounds }: BenchOptions): Promise<Row[]> {
  const results = new Map<number, ApiResult[]>(OBJECTS.map((objects) => [objects, []]))
  for (let round = 0; round < rounds; round++)
    for (const objects of OBJECTS)
      results.get(objects)?.push(await measured<ApiResult>('api', { objects, watchers: WATCHERS }))
  const [few = [], lots = []] = results.values()
  const rows = [...results].flatMap(([objects, ours]) =>
    apiRates.map(([label, key]): Row => {
      const rates = ours.map((result) => result[key])
      return { label: `${objects} pods: ${label}`, unit: '/s', ours: rates, moreIsBetter: true }
    }),
  )
  const growth = few.map((result, i) => Math.max(...apiRates.map(([, key]) => result[key] / lots[i][key])))
  const goal = { text: 'flat within 2x', met: median(growth) <= 2 }
  return [...rows, { label: `worst of them, ${OBJECTS.join(' against ')}`, unit: 'x', ours: growth, goal }]
}

const apiRates: readonly (readonly [string, keyof ApiResult])[] = [
  ['create', 'create'],
  ['get', 'get'],
  ['list of 1,000 as Table', 'table'],
  ['patch', 'patch'],
  [`events to ${WATCHERS} watchers`, 'fanOut'],
]

/** What the hash of all observations costs: with it against without. */
async function determinism({ rounds }: BenchOptions): Promise<Row[]> {
  const shares: number[] = []
  for (let round = 0; round < rounds; round++) {
    const size = { replicas: 300, nodes: 3 }
    const without = await measured<Cost>('deploy', size)
    const hashed = await measured<Cost>('deploy', { ...size, hash: true })
    shares.push(hashed.cpuMs / without.cpuMs)
  }
  return [{ label: 'CPU with the hash / without', unit: 'x', ours: shares }]
}

/** Gzipped: what a browser loads before the first prompt, and the cluster as a library against the peer's. */
async function size(): Promise<Row[]> {
  const kernel = await sizeOfKernel()
  const peer = await sizeOfPackage('@ngrok/webernetes')
  const rows: Row[] = [
    { label: 'cluster without page, minified', unit: 'kB gz', ours: [kernel], peer: [peer] },
  ]
  const page = sizesOfPage('dist')
  if (!page)
    return [...rows, { label: 'page (run `npm run build` first)', unit: 'kB gz', ours: [Number.NaN] }]
  const goal = { text: 'at most 250 kB before the first prompt', met: page.first <= 250 }
  rows.push({ label: 'page before the first prompt', unit: 'kB gz', ours: [page.first], goal })
  rows.push({ label: 'page, all of it', unit: 'kB gz', ours: [page.all] })
  return rows
}

function row(
  label: string,
  unit: string,
  ours: readonly Cost[],
  peer: readonly Cost[],
  pick: (cost: Cost) => number,
): Row {
  return { label, unit, ours: ours.map(pick), peer: peer.map(pick) }
}

function withGoal(line: Row, times: number): Row {
  if (!line.peer?.length) return line
  const met = median(advantages(line)) >= times
  return { ...line, goal: { text: times === 1 ? 'faster' : `at least ${times}x`, met } }
}
