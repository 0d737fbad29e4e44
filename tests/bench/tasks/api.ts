import { Lab, type OpenStream } from '../../../src/kernel/apiserver/testing/lab.ts'
import { stopwatch } from './stopwatch.ts'

export interface ApiOptions {
  /** Pods that are there while requests are measured. */
  readonly objects: number
  readonly watchers: number
}

/** Requests, or events told to watchers, a second of CPU time. */
export interface ApiResult {
  readonly create: number
  readonly get: number
  readonly table: number
  readonly patch: number
  readonly fanOut: number
}

const PODS = '/api/v1/namespaces/default/pods'
const MAPS = '/api/v1/namespaces/default/configmaps'
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' }
const MERGE = { 'content-type': 'application/merge-patch+json' }
/** Requests that are under way at once. */
const AT_ONCE = 100
const SAMPLE = 1000
const LISTS = 20
const CHANGES = 20
const WARM_UPS = 3

/** What the API server alone costs: one machine, a store without raft, a client that asks for much at once. */
export async function apiTask(options: ApiOptions): Promise<ApiResult> {
  // Once for the engine to get to know the code: few objects would seem slow otherwise.
  for (let i = 0; i < WARM_UPS; i++) rates({ objects: SAMPLE, watchers: 10 })
  return rates(options)
}

function rates({ objects, watchers }: ApiOptions): ApiResult {
  const lab = new Lab()
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }
  lab.ask({ method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts', body: account })
  const make = (i: number) => lab.open({ method: 'POST', path: PODS, body: pod(i) })
  many(lab, objects - SAMPLE, make)
  return {
    create: rate(SAMPLE, () => many(lab, SAMPLE, (i) => make(objects - SAMPLE + i))),
    get: rate(SAMPLE, () =>
      many(lab, SAMPLE, (i) => lab.open({ method: 'GET', path: `${PODS}/${nameOf((i * 7919) % objects)}` })),
    ),
    table: rate(LISTS, () => {
      for (let i = 0; i < LISTS; i++) lab.ask({ method: 'GET', path: `${PODS}?limit=1000`, headers: TABLE })
    }),
    patch: rate(SAMPLE, () =>
      many(lab, SAMPLE, (i) =>
        lab.open({
          method: 'PATCH',
          path: `${PODS}/${nameOf((i * 7919) % objects)}`,
          headers: MERGE,
          body: { metadata: { labels: { changed: String(i) } } },
        }),
      ),
    ),
    fanOut: fanOut(lab, watchers),
  }
}

/** Events a second, when every one of many watchers hears of every change. */
function fanOut(lab: Lab, watchers: number): number {
  lab.ask({ method: 'POST', path: MAPS, body: { metadata: { name: 'seen' }, data: { n: '0' } } })
  const streams = Array.from({ length: watchers }, () =>
    lab.open({ method: 'GET', path: `${MAPS}?watch=true` }),
  )
  lab.run(100)
  const before = heard(streams)
  const eventsASecond = rate(watchers * CHANGES, () => {
    for (let i = 1; i <= CHANGES; i++)
      lab.ask({ method: 'PATCH', path: `${MAPS}/seen`, headers: MERGE, body: { data: { n: String(i) } } })
    lab.run(10)
  })
  const told = heard(streams) - before
  if (told !== watchers * CHANGES) throw new Error(`${told} events of ${watchers * CHANGES} were heard`)
  return eventsASecond
}

const heard = (streams: readonly OpenStream[]): number =>
  streams.reduce((sum, { events }) => sum + events.length, 0)

/** Ask for many things, some at once; all must be granted. */
function many(lab: Lab, count: number, open: (i: number) => OpenStream): void {
  for (let from = 0; from < count; from += AT_ONCE) {
    const streams = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => open(from + i))
    for (let waited = 0; streams.some(({ ended }) => !ended); waited++) {
      if (waited > 10_000) throw new Error('requests were not answered')
      lab.run(1)
    }
    const refused = streams.find(({ response }) => (response?.status ?? 0) >= 300)
    if (refused) throw new Error(JSON.stringify(refused.response?.body))
  }
}

function rate(operations: number, work: () => void): number {
  const cost = stopwatch()
  work()
  return (1000 * operations) / cost().cpuMs
}

const nameOf = (i: number): string => `pod-${i}`

const pod = (i: number) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: nameOf(i), labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'nginx:1.27', ports: [{ containerPort: 80 }] }] },
})
