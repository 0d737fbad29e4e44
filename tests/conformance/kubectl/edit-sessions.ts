import { parse } from 'yaml'
import { serveHttp } from '../../../src/kernel/host/http.ts'
import type { Os, Program } from '../../../src/kernel/host/program.ts'
import { notApplicable, tally, type OracleSuite, type Verdict } from '../suite.ts'
import { Terminal } from './terminal.ts'

interface Step {
  readonly type: 'request' | 'edit'
  readonly expectedMethod?: string
  readonly expectedPath?: string
  readonly expectedContentType?: string
  readonly expectedInput: string
  readonly resultingStatusCode?: number
  readonly resultingOutput: string
}

interface Session {
  readonly mode: 'edit' | 'edit-last-applied' | 'create'
  readonly filename?: string
  readonly args?: readonly string[]
  readonly outputFormat?: string
  readonly outputPatch?: string
  readonly saveConfig?: string
  readonly subresource?: string
  readonly namespace: string
  readonly expectedStdout?: readonly string[]
  readonly expectedStderr?: readonly string[]
  readonly expectedExitCode: number
  readonly steps: readonly Step[]
}

/** Whole sessions with an editor: every request, and every file that the editor opens (kubectl: editor/testdata). */
export const editSessionsSuite: OracleSuite = {
  pattern: /^k8s-data\/kubectl-edit\/[^/]+\/test\.yaml$/,
  run(path, text, read) {
    const folder = path.replace(/test\.yaml$/, '')
    return tally(
      [parse(text) as Session],
      () => folder.split('/').at(-2) ?? '',
      (session) => judge(session, (name) => read(folder + name) ?? ''),
    )
  },
}

function judge(session: Session, file: (name: string) => string): Verdict {
  if (
    session.steps.some(({ expectedPath }) =>
      /extensions.v1beta1|storage.k8s.io.v1beta1/.test(expectedPath ?? ''),
    )
  )
    return notApplicable('kinds that 1.32 does not serve any more')
  const wrong: string[] = []
  const steps = [...session.steps]
  const next = (what: string, matches: (step: Step) => boolean): Step | undefined => {
    const step = steps.shift()
    if (step && matches(step)) return step
    wrong.push(
      `unexpected ${what}, wanted ${step?.expectedMethod ?? step?.type ?? 'nothing'} ${step?.expectedPath ?? ''}`,
    )
    return undefined
  }
  const editor: Program = function* (os) {
    const path = os.argv[1] ?? ''
    const step = next('editor', ({ type }) => type === 'edit')
    if (!step) return 0
    const [shown, wanted] = [os.fs.read(path), file(step.expectedInput)]
    if (shown.trimEnd() !== wanted.trimEnd())
      wrong.push(`the editor shows ${JSON.stringify(firstDifference(shown, wanted))}`)
    os.fs.write(path, file(step.resultingOutput))
    return 0
  }
  const terminal = new Terminal(Date.parse('2026-11-20T07:14:00Z'), (os) => serve(os, next, file, wrong), {
    editor,
  })
  if (session.filename) terminal.writeFile(session.filename, file(session.filename))
  const got = terminal.kubectl(['-s', `http://127.0.0.1:${PORT}`, ...argvOf(session)], {
    env: { KUBE_EDITOR: 'editor' },
    limitMs: 30_000,
  })
  if (steps.length) wrong.push(`${steps.length} steps did not happen`)
  for (const line of session.expectedStdout ?? [])
    if (!got.stdout.includes(line)) wrong.push(`stdout lacks ${line}, has ${got.stdout}`)
  for (const line of session.expectedStderr ?? [])
    if (!got.stderr.includes(line)) wrong.push(`stderr lacks ${line}, has ${got.stderr}`)
  if (got.status !== session.expectedExitCode)
    wrong.push(`status ${got.status}, want ${session.expectedExitCode}: ${got.stderr}`)
  return wrong.length ? wrong.join('\n    ') : undefined
}

const PORT = 28080

function argvOf({
  mode,
  args = [],
  filename,
  outputFormat,
  outputPatch,
  saveConfig,
  subresource,
  namespace,
}: Session): string[] {
  const command =
    mode === 'create' ? ['create', '--edit'] : mode === 'edit' ? ['edit'] : ['apply', 'edit-last-applied']
  const flag = (name: string, value: string | undefined) => (value ? [`--${name}=${value}`] : [])
  return [
    ...command,
    ...args,
    '-n',
    namespace,
    ...flag('filename', filename),
    ...flag('output', outputFormat),
    ...flag('output-patch', outputPatch),
    ...flag('save-config', saveConfig),
    ...flag('subresource', subresource),
  ]
}

function serve(
  os: Os,
  next: (what: string, matches: (step: Step) => boolean) => Step | undefined,
  file: (name: string) => string,
  wrong: string[],
): void {
  serveHttp(os, PORT, (exchange) => {
    const { method, path: target, headers, body } = exchange.request
    const path = target.replace(/\?.*/, '')
    const discovery = discovered[path]
    if (discovery) return exchange.respond({ status: 200, headers: {}, body: discovery })
    const what = `${method} ${path}`
    const step = next(
      what,
      ({ expectedMethod, expectedPath }) => what === `${expectedMethod} ${expectedPath}`,
    )
    if (!step) return exchange.respond({ status: 500, headers: {}, body: '' })
    const [sent, wanted] = [asJson(body), asJson(file(step.expectedInput))]
    if (sent !== wanted) wrong.push(`${what}: sent ${sent}, want ${wanted}`)
    const type = headers['content-type']
    if (step.expectedContentType && type !== step.expectedContentType)
      wrong.push(`${what}: ${type}, want ${step.expectedContentType}`)
    exchange.respond({
      status: step.resultingStatusCode ?? 200,
      headers: {},
      body: JSON.parse(file(step.resultingOutput)),
    })
  })
}

/** One text for one value, whatever the order of its keys. */
function asJson(body: unknown): string {
  const value: unknown = typeof body === 'string' ? (body.trim() ? JSON.parse(body) : '') : (body ?? '')
  const sorted = (one: unknown): unknown =>
    Array.isArray(one)
      ? one.map(sorted)
      : typeof one === 'object' && one !== null
        ? Object.fromEntries(
            Object.entries(one)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, inner]) => [key, sorted(inner)]),
          )
        : one
  return JSON.stringify(sorted(value))
}

function firstDifference(got: string, want: string): readonly [string, string] {
  let at = 0
  while (at < got.length && got[at] === want[at]) at++
  return [got.slice(Math.max(0, at - 80), at + 120), want.slice(Math.max(0, at - 80), at + 120)]
}

const resource = (group: string, version: string, kind: string, plural: string, scope = 'Namespaced') => ({
  resource: plural,
  responseKind: { group, version, kind },
  scope,
  singularResource: plural.replace(/e?s$/, ''),
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
})

const groups = (items: readonly [string, readonly (readonly [string, readonly unknown[]])[]][]) => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: items.map(([name, versions]) => ({
    metadata: { name },
    versions: versions.map(([version, resources]) => ({ version, resources })),
  })),
})

const storage = (version: string) =>
  [
    version,
    [
      {
        ...resource('storage.k8s.io', version, 'StorageClass', 'storageclasses', 'Cluster'),
        singularResource: 'storageclass',
      },
    ],
  ] as const

const discovered: Readonly<Record<string, unknown>> = {
  '/api': groups([
    [
      '',
      [['v1', [resource('', 'v1', 'ConfigMap', 'configmaps'), resource('', 'v1', 'Service', 'services')]]],
    ],
  ]),
  '/apis': groups([
    ['apps', [['v1', [resource('apps', 'v1', 'Deployment', 'deployments')]]]],
    ['storage.k8s.io', [storage('v1'), storage('v0')]],
    ['company.com', [['v1', [resource('company.com', 'v1', 'Bar', 'bars')]]]],
  ]),
}
