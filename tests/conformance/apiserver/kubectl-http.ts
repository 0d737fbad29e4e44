import { Lab } from '../../../src/kernel/apiserver/testing/lab.ts'
import { requestInfo, type Target } from '../../../src/kernel/apiserver/request-info.ts'
import { kinds } from '../../../src/kernel/api/kinds/index.ts'
import type { HttpResponse } from '../../../src/kernel/host/http.ts'
import { difference, jsonLines, notApplicable, tally, type OracleSuite, type Verdict } from '../suite.ts'
import { DefinedKinds } from './defined-kinds.ts'
import { isServed } from './http-semantics.ts'
import { mask } from './mask.ts'
import { controllersHand, withoutControllers } from './controllers-hand.ts'
import { makeNamespace } from './namespace.ts'

interface Recorded {
  readonly n: number
  readonly label: string
  readonly method: string
  readonly path: string
  readonly how: string
  readonly req: Readonly<Record<string, string>>
  readonly body?: string | { readonly json: unknown }
  readonly status: number
  readonly resBody?: unknown
}

/** What a real kubectl asked in the tests of Kubernetes, in order; no scheduler and no kubelet answered there. */
export const kubectlHttpSuite: OracleSuite = {
  pattern: /^kubectl-test-cmd\/http\.jsonl(\.gz)?$/,
  run: (_path, text) => {
    const exchanges = jsonLines<Recorded>(text)
    const replay = new Replay(exchanges)
    return tally(
      exchanges,
      ({ n, label, method, path }) => `${n} ${label} ${method} ${path}`,
      (item) => replay.judge(item),
    )
  },
}

/** Kinds whose objects the recorded controllers changed in between. */
const controlled = [
  'deployments',
  'replicasets',
  'replicationcontrollers',
  'daemonsets',
  'statefulsets',
  'jobs',
  'events',
]

/** Objects that recorded controllers protected while they were used. */
const held = ['persistentvolumes', 'persistentvolumeclaims']

class Replay {
  readonly #lab = new Lab({
    flags: [
      '--service-cluster-ip-range=10.0.0.0/24',
      '--disable-admission-plugins=ServiceAccount,DefaultTolerationSeconds,StorageObjectInUseProtection',
    ],
  })
  /** Identities and revisions of the recording, and ours for them. */
  #ours = new Map<string, string>()
  readonly #defined = new DefinedKinds()
  readonly #orphans: string[] = []

  constructor(exchanges: readonly Recorded[]) {
    const path = '/api/v1/namespaces/default/serviceaccounts'
    this.#lab.ask({
      method: 'POST',
      path,
      body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } },
    })
    for (const node of nodesBefore(exchanges))
      this.#lab.ask({ method: 'POST', path: '/api/v1/nodes', body: node })
    this.#lab.ask({ method: 'GET', path: '/openapi/v3/api/v1' })
  }

  judge(item: Recorded): Verdict {
    const { target, verb } = requestInfo({ method: item.method, path: item.path, headers: {} })
    if (!target) return notApplicable('documents of the server, judged elsewhere')
    if (verb === 'watch') {
      this.#orphan()
      return notApplicable('watches, judged elsewhere')
    }
    if (target.resource === 'customresourcedefinitions' && isLeaving(item))
      return notApplicable('definitions that the recorded clean-up had not done with')
    if (target.resource === 'namespaces' && item.method === 'GET' && !target.name)
      return notApplicable('namespaces from before the recording')
    if (target.resource === 'nodes') return notApplicable('the node was made before the recording')
    if (!isServed(target) && !this.#defined.has(target)) return notApplicable('the kind is not served yet')
    const response = this.#lab.ask({
      method: item.method,
      path: this.#translated(item.path),
      headers: headersOf(item),
      ...(item.body === undefined ? {} : { body: this.#bodyOf(item.body) }),
    })
    // Writes of different seconds are told apart in managedFields.
    if (item.method !== 'GET') this.#lab.run(1000)
    const recorded = parsed(item.resBody)
    this.#defined.learn(recorded)
    this.#learn(recorded, response.body)
    this.#playControllers(item, target, response)
    if (item.method === 'DELETE' && held.includes(target.resource))
      return notApplicable('what the recorded controllers held back')
    if (target.subresource === 'scale') return notApplicable('what the recorded controllers had counted')
    if (item.method === 'GET' && controlled.includes(target.resource) && target.subresource === '')
      return notApplicable('what the recorded controllers had changed meanwhile')
    return compare(item, recorded, response)
  }

  #bodyOf(body: NonNullable<Recorded['body']>): unknown {
    if (typeof body === 'string') return this.#translated(body)
    return JSON.parse(this.#translated(JSON.stringify(body.json)))
  }

  #translated(text: string): string {
    let result = text
    for (const [theirs, ours] of this.#ours)
      if (result.includes(theirs)) result = result.replaceAll(theirs, ours)
    return result
  }

  /** Pair up what both answers call the same thing. */
  #learn(theirs: unknown, ours: unknown): void {
    if (typeof theirs !== 'object' || typeof ours !== 'object' || !theirs || !ours) return
    for (const [key, value] of Object.entries(theirs)) {
      const own = (ours as Record<string, unknown>)[key]
      if ((key === 'uid' || key === 'continue') && typeof value === 'string' && typeof own === 'string') {
        if (value !== own) this.#ours.set(value, own)
      } else if (key === 'resourceVersion' && typeof value === 'string' && typeof own === 'string') {
        this.#ours.set(`"resourceVersion":"${value}"`, `"resourceVersion":"${own}"`)
        this.#ours.set(`"resourceVersion": "${value}"`, `"resourceVersion": "${own}"`)
      } else this.#learn(value, own)
    }
  }

  /** The little of the controllers' work without which nothing goes on. */
  #playControllers({ method, status, path }: Recorded, target: Target, response: HttpResponse): void {
    if (method === 'DELETE' && response.status === 200) this.#orphans.push(...orphanOf(path, response.body))
    if (target.resource !== 'namespaces' || path.includes('dryRun')) return
    if (method === 'POST' && status === 201) this.#giveAccounts()
    if (method === 'DELETE' && status === 200 && target.name) this.#empty(target.name)
  }

  /** What is deleted without its dependents goes when the garbage collector has let them go. */
  #orphan(): void {
    const headers = { 'content-type': 'application/merge-patch+json' }
    for (const path of this.#orphans.splice(0))
      this.#lab.ask({ method: 'PATCH', path, headers, body: { metadata: { finalizers: null } } })
  }

  #giveAccounts(): void {
    const { items } = this.#lab.ask({ method: 'GET', path: '/api/v1/namespaces' }).body as {
      items: { metadata: { name: string } }[]
    }
    for (const { metadata } of items) {
      const path = `/api/v1/namespaces/${metadata.name}/serviceaccounts/default`
      if (this.#lab.ask({ method: 'GET', path }).status === 404) makeNamespace(this.#lab, metadata.name)
    }
  }

  #empty(name: string): void {
    for (const { group, version, plural, namespaced } of kinds) {
      if (!namespaced) continue
      const path = `/${group ? `apis/${group}` : 'api'}/${version}/namespaces/${name}/${plural}`
      this.#lab.ask({ method: 'DELETE', path: `${path}?gracePeriodSeconds=0` })
    }
    for (const path of this.#defined.all) {
      const [group, version, plural] = path.split('/')
      this.#lab.ask({ method: 'DELETE', path: `/apis/${group}/${version}/namespaces/${name}/${plural}` })
    }
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {} }
    this.#lab.ask({ method: 'PUT', path: `/api/v1/namespaces/${name}/finalize`, body })
  }
}

/** A definition that is being deleted, as the recording still saw it. */
const isLeaving = ({ method, resBody }: Recorded): boolean =>
  method === 'GET' && JSON.stringify(resBody).includes('customresourcecleanup.apiextensions.k8s.io')

function orphanOf(path: string, body: unknown): string[] {
  const { metadata } = (body ?? {}) as { metadata?: { finalizers?: readonly string[] } }
  return metadata?.finalizers?.includes('orphan') ? [path.split('?', 1)[0]!] : []
}

/** The nodes that were there, as the first list shows them. */
function nodesBefore(exchanges: readonly Recorded[]): unknown[] {
  const lists = exchanges.map(
    ({ resBody }) => parsed(resBody) as { kind?: string; items?: { metadata: object; spec: object }[] },
  )
  const found = lists.find((body) => body?.kind === 'NodeList')
  return (found?.items ?? []).map(({ metadata, spec }) => {
    const { name, labels, annotations } = metadata as Record<string, unknown>
    return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels, annotations }, spec }
  })
}

const headersOf = ({ req }: Recorded): Record<string, string> => ({
  accept: req['accept'] ?? '*/*',
  'content-type': req['content-type'] ?? '',
  'user-agent': req['user-agent'] ?? '',
})

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

function compare(item: Recorded, want: unknown, { status, body }: HttpResponse): Verdict {
  if (status !== item.status)
    return `status ${status}, want ${item.status}: ${JSON.stringify(body)?.slice(0, 200)}`
  // The recording keeps only the beginning of long bodies.
  if (typeof want === 'object' && want !== null && 'head' in want) return undefined
  const prefix = /"generateName":\s*"([^"]+)"/.exec(JSON.stringify(item.body ?? ''))?.[1] ?? ''
  // The recorded client was another user.
  const told = JSON.parse(
    (JSON.stringify(body) ?? 'null').replaceAll('"kubernetes-admin"', '"admin"'),
  ) as unknown
  const hand = controllersHand(want)
  return difference(
    mask(withoutControllers(told, hand), prefix),
    mask(withoutControllers(want, hand), prefix),
  )
}
