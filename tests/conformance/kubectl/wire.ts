import { jsonLines, notApplicable, tally, type OracleSuite, type Verdict } from '../suite.ts'
import { findCommand } from '../../../src/kernel/kubectl/find-command.ts'
import { root } from '../../../src/kernel/kubectl/program.ts'
import { Replay, type Recorded } from './replay.ts'
import { Terminal } from './terminal.ts'

/** Terminal output of about 160 commands, with every exchange behind them. */
export const kubectlWireSuite: OracleSuite = {
  pattern: /^kubectl-wire\/transcript\d?\.txt$/,
  run(path, text, read) {
    const second = path.includes('transcript2')
    const exchanges = jsonLines<Recorded>(read(`kubectl-wire/wire${second ? '-2' : ''}.jsonl.gz`) ?? '').map(
      decoded,
    )
    return tally(
      callsOf(text),
      ({ label }) => label,
      (call) => judge(call, exchanges),
    )
  },
}

interface Call {
  readonly label: string
  readonly output: string
  readonly status: number | undefined
}

/** `$ command`, what it printed, `[rc=N]`. */
function callsOf(text: string): Call[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((block) => {
      const [label = '', ...lines] = block.split('\n')
      const body = lines.join('\n')
      const status = /\[rc=(\d+)\]\n?$/.exec(body)
      return {
        label,
        output: body.replace(/\[rc=\d+\]\n?$/, ''),
        status: status ? Number(status[1]) : undefined,
      }
    })
}

/** Protobuf bodies were decoded to JSON beside; our kubectl asks for JSON anyway. */
function decoded(one: Recorded): Recorded {
  const body = one.resBody as { json?: unknown } | undefined
  const sent = one.body as { json?: unknown } | undefined
  return {
    ...one,
    ...(body?.json ? { resBody: JSON.stringify(body.json) } : {}),
    ...(sent?.json ? { body: JSON.stringify(sent.json) } : {}),
  }
}

const PORT = 28080

function judge({ label, output, status }: Call, exchanges: readonly Recorded[]): Verdict {
  const mine = exchanges.filter((one) => one.label === label)
  const reason = inapplicable(label, mine)
  if (reason) return notApplicable(reason)
  const argv = words(label)
  const replay = new Replay(
    [...exchanges.filter(({ path }) => /^\/apis?\?/.test(path)), ...mine].map((one) => ({ ...one, req: {} })),
  )
  const terminal = new Terminal(clockOf(mine), (os) => replay.serve(os, PORT))
  layFiles(terminal, argv, mine)
  replay.nextCall(findCommand(root, argv).path)
  const got = terminal.kubectl(['-s', `http://127.0.0.1:${PORT}`, ...argv], {
    env: { KUBE_EDITOR: 'true' },
    limitMs: 30_000,
  })
  const wanted = normal(output)
  // Both streams went to one file.
  const texts = [got.stderr + got.stdout, got.stdout + got.stderr].map(normal)
  if (!texts.some((text) => sorted(text) === sorted(wanted)))
    return `\n    got  ${JSON.stringify(difference(texts[0] as string, wanted)[0])}\n    want ${JSON.stringify(difference(texts[0] as string, wanted)[1])}${replay.missed.length ? `\n    not recorded: ${replay.missed.join(', ')}` : ''}`
  if (status !== undefined && status !== 124 && got.status !== undefined && got.status !== status)
    return `status ${got.status}, want ${status}`
  return undefined
}

function inapplicable(label: string, mine: readonly Recorded[]): string | undefined {
  if (/KUBECTL_|port-forward|proxy|openapiv2/.test(label)) return 'other protocols'
  if (/ exec | attach | cp | logs /.test(` ${label} `))
    return 'upgraded connections to a kubelet that is not there'
  if (
    /^kubectl (explain|apply -k|auth reconcile)|cluster-info dump|--raw|get .*-w| edit |diff|debug/.test(
      label,
    )
  )
    return 'recorded in part, or by hand'
  if (mine.some(({ resBody }) => isObject(resBody) && ('head' in resBody || 'b64' in resBody)))
    return 'answers recorded in part'
  if (
    /^kubectl patch (?!.* -p )|--force-conflicts(?!.* -f )|^kubectl get pods -o json$|^kubectl delete (pods -l|all)|-f .w.m.deploy|secret tls/.test(
      label,
    )
  )
    return 'the label is not the command that ran'
  if (/^kubectl get (nodes,pods -A|deploy.dd svc.dd|deploy dd -o jsonpath.*)$/.test(label))
    return 'the transcript is cut'
  if (!mine.length) return 'no exchanges were recorded'
  return undefined
}

/** The command line without remarks; `'...'` and `\"` as a shell reads them. */
function words(label: string): string[] {
  const line = label
    .replace(/^kubectl /, '')
    .replace(/ \((cold|warm|create|patch|unchanged|2|strategic)[^)]*\)\s*$/, '')
    .trim()
  return (line.match(/(?:'[^']*'|\\.|\S)+/g) ?? []).map((word) =>
    word.replace(/'([^']*)'/g, '$1').replace(/\\(.)/g, '$1'),
  )
}

/** When the server was asked: the newest time in its answers. */
function clockOf(mine: readonly Recorded[]): number {
  const times = mine.flatMap(({ resBody }) =>
    [...JSON.stringify(resBody ?? '').matchAll(/2026-11-20T\d\d:\d\d:\d\dZ/g)].map(([time]) =>
      Date.parse(time),
    ),
  )
  return times.length ? Math.max(...times) + 1000 : Date.parse('2026-11-20T07:14:00Z')
}

/** What -f names is what was sent. */
function layFiles(terminal: Terminal, argv: readonly string[], mine: readonly Recorded[]): void {
  const path = argv[argv.indexOf('-f') + 1]
  if (!argv.includes('-f') || !path) return
  const sent = mine
    .map(({ body }) => (typeof body === 'string' ? parse(body) : (body as Json | undefined)))
    .filter((body): body is Json => typeof body === 'object' && body !== null)
  const applied = (body: Json) =>
    (body['metadata'] as { annotations?: Record<string, string> } | undefined)?.annotations?.[
      'kubectl.kubernetes.io/last-applied-configuration'
    ]
  const whole = sent
    .map((body) => applied(body) ?? (body['kind'] ? JSON.stringify(body) : undefined))
    .find((text) => text)
  const live = mine.map(({ resBody }) => parse(String(resBody))).find((body) => body && applied(body))
  terminal.writeFile(
    path,
    whole ??
      (live
        ? (applied(live) as string)
        : '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cm1"},"data":{"a":"1"}}'),
  )
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

type Json = Record<string, unknown>
function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** Ages and what is random; a transcript is cut after some lines. */
const normal = (text: string): string =>
  text
    .replace(/\b(\d+[smhd])+( ago)?\b/g, '<age>')
    .replace(/ +/g, ' ')
    .replace(/-+ /g, '- ')
    // The recordings were rid of this one.
    .replace(/ - configMap:\n items:\n - key: service-ca.crt\n[^\n]*\n name: openshift-service-ca.crt\n/, '')
    .replace(/ ConfigMapName: openshift-service-ca.crt\n ConfigMapOptional: <nil>\n/, '')
    .replace(/debugger-[a-z0-9]{5}/g, 'debugger-RAND')
    .replace(/^(Kubernetes control plane is running at ).*$/m, '$1URL')
    .trimEnd()

const sorted = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .sort()
    .join('\n')

function difference(got: string, want: string): [string, string] {
  let at = 0
  while (at < got.length && got[at] === want[at]) at++
  const shown = (text: string) => text.slice(Math.max(0, at - 60), at + 300)
  return [shown(got), shown(want)]
}
