import { Lab, type OpenStream } from '../../../src/kernel/apiserver/testing/lab.ts'
import { difference, tally, type OracleSuite, type Verdict } from '../suite.ts'
import { mask, yamlValue } from './mask.ts'
import { makeNamespace } from './namespace.ts'

interface Operation {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly ct: string | null
  readonly status: number
}

interface Watch {
  readonly desc: string
  readonly path: string
  readonly accept: string
  readonly status: number
  readonly contentType: string
  readonly events: readonly unknown[]
}

/** What watches from different revisions, with selectors and in different forms tell of the same operations. */
export const watchSuite: OracleSuite = {
  pattern: /^apiserver-golden\/watch\.json$/,
  run: (_path, text) => {
    const { ops, watches } = JSON.parse(text) as { ops: Operation[]; watches: Watch[] }
    const lab = new Lab()
    makeNamespace(lab, 'wat')
    lab.restart()
    lab.ask({ method: 'GET', path: '/openapi/v3/api/v1' })
    const revisions: Record<string, string> = { rv0: revisionNow(lab) }
    const statuses = ops.map((operation, i) => {
      const { status } = lab.ask({
        method: operation.method,
        path: operation.path,
        headers: { 'content-type': operation.ct ?? '' },
        ...(operation.body === null ? {} : { body: operation.body }),
      })
      // The recording took a second revision on its way; which is told by what the watch from there saw.
      if (i === middle(watches, ops)) revisions['mid'] = revisionNow(lab)
      return status === operation.status ? undefined : `status ${status}, want ${operation.status}`
    })
    const cases: (() => Verdict)[] = [
      ...statuses.map((verdict) => () => verdict),
      ...watches.map((watch) => () => judge(lab, watch, revisions)),
    ]
    return tally(
      cases,
      (_one, i) => ops[i]?.path ?? watches[i - ops.length]!.desc,
      (run) => run(),
    )
  },
}

/** The last operation before `mid`: those after it made the events of that watch. */
function middle(watches: readonly Watch[], ops: readonly Operation[]): number {
  const find = (name: string) => watches.find(({ path }) => path.includes(name))?.events.length ?? 0
  const before = find('<rv0>') - find('<mid>')
  // One patch of the recording changes nothing and makes no event.
  return Math.min(before, ops.length - 1)
}

function revisionNow(lab: Lab): string {
  const { body } = lab.ask({ method: 'GET', path: '/api/v1/namespaces/wat/configmaps' })
  return (body as { metadata: { resourceVersion: string } }).metadata.resourceVersion
}

function judge(lab: Lab, watch: Watch, revisions: Readonly<Record<string, string>>): Verdict {
  const path = watch.path.replace(/<(\w+)>/, (whole, name: string) => revisions[name] ?? whole)
  const stream: OpenStream = lab.open({ method: 'GET', path, headers: { accept: watch.accept } })
  for (let waited = 0; !stream.ended && waited < 5000; waited += 10) lab.run(10)
  const { status, headers, body } = stream.response!
  if (status !== watch.status) return `status ${status}, want ${watch.status}: ${JSON.stringify(body)}`
  if (headers['content-type'] !== watch.contentType) return `content type ${headers['content-type']}`
  const got = status === 200 ? stream.events : [body]
  // The recording split a YAML body into lines.
  if (watch.contentType === 'application/yaml')
    return difference(yamlValue(body), yamlValue(watch.events.join('\n')))
  return difference(mask(got), mask(watch.events))
}
