import { kinds } from '../../../src/kernel/api/kinds/index.ts'
import type { JsonObject } from '../../../src/kernel/api/objects.ts'
import { Lab } from '../../../src/kernel/apiserver/testing/lab.ts'
import { requestInfo } from '../../../src/kernel/apiserver/request-info.ts'
import type { HttpResponse } from '../../../src/kernel/host/http.ts'
import { difference, jsonLines, notApplicable, tally, type OracleSuite, type Verdict } from '../suite.ts'
import { DefinedKinds } from './defined-kinds.ts'
import { mask, yamlValue } from './mask.ts'
import { makeNamespace } from './namespace.ts'

interface Case {
  readonly section: string
  readonly method: string
  readonly path: string
  readonly accept: string | null
  readonly ct: string | null
  readonly body: unknown
  readonly status: number
  readonly contentType: string | null
  readonly warning: string | null
  readonly response: unknown
}

/** Requests in order against one server: paging, selectors, preconditions, deletion, subresources. */
export const httpSemanticsSuite: OracleSuite = {
  pattern: /^apiserver-golden\/http-semantics\.jsonl(\.gz)?$/,
  run: (_path, text) => {
    const cases = jsonLines<Case>(text)
    const replay = new Replay(cases)
    return tally(
      cases,
      ({ section, method, path }, i) => `${i} ${section} ${method} ${path}`,
      (item) => replay.judge(item),
    )
  },
}

class Replay {
  readonly #lab = new Lab({
    port: 26446,
    flags: ['--service-cluster-ip-range=10.96.0.0/16', '--etcd-prefix=/bare'],
  })
  /** Continue tokens and revisions of the recording, and ours for them. */
  readonly #defined = new DefinedKinds()
  #namespaces = new Set<string>()
  #tokens = new Map<string, string>()
  #revisions = new Map<string, string>()

  constructor(cases: readonly Case[]) {
    for (const name of namespacesBefore(cases)) makeNamespace(this.#lab, name)
    // Nothing of that is in anybody's memory when the recording begins.
    this.#lab.restart()
    this.#lab.ask({ method: 'GET', path: '/openapi/v3/api/v1' })
  }

  judge(item: Case): Verdict {
    const { target } = requestInfo({ method: item.method, path: item.path, headers: {} })
    const served = !target || isServed(target) || this.#defined.has(target)
    if (!served && item.status !== 404) return notApplicable('the kind is not served yet')
    this.#prepare(item, target?.namespace)
    const response = this.#lab.ask({
      method: item.method,
      path: this.#pathOf(item),
      headers: { accept: item.accept ?? 'application/json', 'content-type': item.ct ?? '' },
      ...(item.body === null ? {} : { body: this.#bodyOf(item) }),
    })
    this.#remember(item, response)
    if (this.#defined.learn(item.body)) this.#lab.run(100)
    return compare(item, response)
  }

  /** Namespaces that the recording made in other ways. */
  #prepare({ status, response }: Case, namespace: string | undefined): void {
    if (!namespace || this.#namespaces.has(namespace)) return
    const { details } = (response ?? {}) as { details?: { kind?: string } }
    if (status === 404 && details?.kind === 'namespaces') return
    this.#namespaces.add(namespace)
    if (this.#lab.ask({ method: 'GET', path: `/api/v1/namespaces/${namespace}` }).status === 404)
      makeNamespace(this.#lab, namespace)
  }

  #pathOf({ path }: Case): string {
    return path.replace(
      /continue=([A-Za-z0-9_-]+)/,
      (whole, token) => `continue=${this.#tokens.get(token) ?? whole.slice(9)}`,
    )
  }

  /** A body with the uid and revision of a recorded object means the object as it is here. */
  #bodyOf(item: Case): unknown {
    const { metadata } = (item.body ?? {}) as { metadata?: { uid?: string; resourceVersion?: string } }
    if (item.method !== 'PUT' || !metadata?.resourceVersion) return item.body
    const now = this.#lab.ask({ method: 'GET', path: item.path }).body as {
      metadata: { uid: string; resourceVersion: string }
    }
    if (!this.#revisions.has(metadata.resourceVersion))
      this.#revisions.set(metadata.resourceVersion, now.metadata.resourceVersion)
    const uid = metadata.uid && metadata.uid.length > 10 ? now.metadata.uid : metadata.uid
    return {
      ...(item.body as object),
      metadata: { ...metadata, uid, resourceVersion: this.#revisions.get(metadata.resourceVersion) },
    }
  }

  #remember({ response: recorded }: Case, { body }: HttpResponse): void {
    const token = (value: unknown) =>
      (value as { metadata?: { continue?: string } } | undefined)?.metadata?.continue
    if (token(recorded) && token(body)) this.#tokens.set(token(recorded)!, token(body)!)
  }
}

export const isServed = ({
  group,
  version,
  resource,
}: {
  group: string
  version: string
  resource: string
}): boolean =>
  kinds.some((kind) => kind.group === group && kind.version === version && kind.plural === resource)

function compare(item: Case, { status, headers, body }: HttpResponse): Verdict {
  if (status !== item.status)
    return `status ${status}, want ${item.status}: ${JSON.stringify(body)?.slice(0, 300)}`
  const type = headers['content-type'] ?? null
  if (item.contentType !== null && type !== item.contentType)
    return `content type ${type}, want ${item.contentType}`
  const warning = headers['warning'] ?? null
  if (item.warning && !warning?.includes(item.warning)) return `warning ${warning}, want ${item.warning}`
  if (!item.warning && warning) return `unexpected warning ${warning}`
  const prefix = (item.body as { metadata?: { generateName?: string } } | null)?.metadata?.generateName ?? ''
  const isYaml = item.contentType === 'application/yaml'
  const [got, want] = isYaml ? [yamlValue(body), yamlValue(item.response)] : [body, item.response]
  return difference(mask(got, prefix) as JsonObject, mask(want, prefix) as JsonObject)
}

/** The recorded server had these before: the first list of namespaces names them. */
function namespacesBefore(cases: readonly Case[]): string[] {
  const list = cases.map(
    ({ response }) => response as { kind?: string; items?: { metadata: { name: string } }[] } | null,
  )
  const found = list.find((response) => response?.kind === 'NamespaceList')
  return (found?.items ?? []).map(({ metadata }) => metadata.name)
}
