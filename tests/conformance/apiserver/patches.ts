import { kinds } from '../../../src/kernel/api/kinds/index.ts'
import { groupVersionOf } from '../../../src/kernel/api/objects.ts'
import { Lab } from '../../../src/kernel/apiserver/testing/lab.ts'
import { difference, jsonLines, tally, type OracleSuite, type Verdict } from '../suite.ts'
import { mask } from './mask.ts'

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

interface PatchCase {
  readonly kind: readonly [apiVersion: string, kind: string]
  readonly case: string
  readonly live_create: Named
  readonly ct: string
  readonly patch: unknown
  readonly status: number
  readonly response: unknown
}

/** A PATCH of an object that was just created, with the whole answer. */
export const patchSuite: OracleSuite = {
  pattern: /^apiserver-golden\/patch\.jsonl(\.gz)?$/,
  run: (_path, text) => {
    const server = new Server()
    return tally(
      jsonLines<PatchCase>(text),
      (item, i) => `${i} ${item.case} ${item.ct}`,
      (item) => judgePatch(server, item),
    )
  },
}

interface Step {
  readonly desc: string
  readonly method: string
  readonly path: string
  readonly ct: string
  readonly body: unknown
  readonly status: number
  readonly response: unknown
}

interface Script {
  readonly kind: readonly [apiVersion: string, kind: string]
  readonly case: string
  readonly steps: readonly Step[]
}

/** Scripts of server-side applies; each step is a case. */
export const serverSideApplySuite: OracleSuite = {
  pattern: /^apiserver-golden\/ssa\.jsonl(\.gz)?$/,
  run: (_path, text) => {
    const server = new Server()
    const steps = jsonLines<Script>(text).flatMap(({ kind, case: name, steps: all }) =>
      all.map((step, i) => ({ ...step, kind, name, first: i === 0 })),
    )
    return tally(
      steps,
      ({ name, desc }) => `${name}: ${desc}`,
      (step) => {
        if (!collectionOf(step.kind)) return 'no such kind yet'
        if (step.first) server.purge(step.path.split('?')[0] ?? '')
        const answer = server.ask(step.method, step.path, step.body, step.ct)
        return sameAnswer(answer, step)
      },
    )
  },
}

class Server {
  #lab = new Lab({ flags: ['--service-cluster-ip-range=10.96.0.0/16'] })

  constructor() {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'pt' } }
    this.ask('POST', '/api/v1/namespaces', namespace)
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }
    this.ask('POST', '/api/v1/namespaces/pt/serviceaccounts', account)
  }

  /** Take an object away at once, whoever else wanted to see it off. */
  purge(path: string): void {
    this.ask('PATCH', path, { metadata: { finalizers: null } }, 'application/merge-patch+json')
    this.ask('DELETE', `${path}?gracePeriodSeconds=0`)
  }

  ask(method: string, path: string, body?: unknown, type = 'application/json'): Answer {
    const headers = { 'content-type': type }
    return this.#lab.ask({ method, path, headers, ...(body === undefined ? {} : { body }) })
  }
}

interface Answer {
  readonly status: number
  readonly body?: unknown
}

function judgePatch(server: Server, item: PatchCase): Verdict {
  const { live_create: live, kind, ct, patch } = item
  const collection = collectionOf(kind, live.metadata.namespace)
  if (collection === undefined) return 'no such kind yet'
  const path = `${collection}/${live.metadata.name}`
  const made = server.ask('POST', `${collection}?fieldManager=creator`, live)
  if (made.status !== 201) return `not created: ${JSON.stringify(made.body).slice(0, 200)}`
  const answer = server.ask('PATCH', `${path}?fieldManager=patcher&fieldValidation=Strict`, patch, ct)
  server.purge(path)
  return sameAnswer(answer, item)
}

function sameAnswer(got: Answer, want: { readonly status: number; readonly response: unknown }): Verdict {
  if (got.status !== want.status)
    return `status ${got.status}, want ${want.status}: ${JSON.stringify(got.body)?.slice(0, 300)}`
  return difference(mask(got.body), mask(want.response))
}

/** Where objects of the kind are posted to, if it is served. */
function collectionOf([apiVersion, name]: PatchCase['kind'], namespace = 'pt'): string | undefined {
  const [group, version] = groupVersionOf(apiVersion)
  const definition = kinds.find(
    (kind) => kind.group === group && kind.version === version && kind.kind === name,
  )
  if (!definition) return undefined
  const root = group ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return definition.namespaced
    ? `${root}/namespaces/${namespace}/${definition.plural}`
    : `${root}/${definition.plural}`
}
