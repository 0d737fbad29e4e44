import { parseDurationMs } from '../../api/duration.ts'
import { parseSelector } from '../../api/label-parser.ts'
import { printSelector } from '../../api/labels.ts'
import { CorefileError, type Directive } from './corefile.ts'

/** What the line `kubernetes` of a Corefile says (CoreDNS: plugin/kubernetes/setup.go). */
export interface KubernetesOptions {
  /** Fully qualified. */
  readonly zones: readonly string[]
  readonly pods: 'disabled' | 'insecure' | 'verified'
  readonly ttl: number
  /** Only these namespaces; empty: all. */
  readonly namespaces: readonly string[]
  readonly labels: string
  readonly namespaceLabels: string
  /** Zones for which somebody else is asked when there is no such name; `.` is all. */
  readonly fallthrough: readonly string[]
  readonly endpointPodNames: boolean
  readonly noEndpoints: boolean
  readonly ignoreEmptyService: boolean
  readonly zonal: boolean
  readonly multicluster: readonly string[]
  readonly endpoint: string
  readonly kubeconfig: readonly string[]
  readonly startupTimeoutMs: number
  readonly limits: { readonly qps: number; readonly burst: number; readonly maxInflight: number }
}

type Draft = { -readonly [K in keyof KubernetesOptions]: KubernetesOptions[K] }

const DEFAULT_TTL = 5
const STARTUP_TIMEOUT_MS = 5000

export const defaultOptions: KubernetesOptions = {
  zones: [],
  pods: 'disabled',
  ttl: DEFAULT_TTL,
  namespaces: [],
  labels: '',
  namespaceLabels: '',
  fallthrough: [],
  endpointPodNames: false,
  noEndpoints: false,
  ignoreEmptyService: false,
  zonal: false,
  multicluster: [],
  endpoint: '',
  kubeconfig: [],
  startupTimeoutMs: STARTUP_TIMEOUT_MS,
  limits: { qps: 0, burst: 0, maxInflight: 0 },
}

/** The one `kubernetes` directive of a server block. Throws CorefileError. */
export function kubernetesOptions(
  directives: readonly Directive[],
  serverZones: readonly string[],
  file = 'Testfile',
): KubernetesOptions | undefined {
  const [own, again] = directives.filter(({ name }) => name === 'kubernetes')
  if (!own) return undefined
  if (again) fail(file, again, 'this plugin can only be used once per Server Block')
  const draft: Draft = { ...defaultOptions, zones: (own.args.length ? own.args : serverZones).map(zoneName) }
  for (const line of own.block) {
    const set = settings[line.name]
    if (!set) fail(file, line, `unknown property '${line.name}'`)
    else set(draft, line, (why) => fail(file, line, why))
  }
  check(draft, (why) => fail(file, own, why))
  return draft
}

function check(options: Draft, problem: (why: string) => never): void {
  if (options.namespaces.length && options.namespaceLabels)
    problem('namespaces and namespace_labels cannot both be set')
  const foreign = options.multicluster.find((zone) => !options.zones.includes(zone))
  if (foreign) problem(`is not authoritative for the multicluster zone ${foreign}`)
  if (options.zonal && options.noEndpoints) problem('zonal cannot be used with noendpoints')
}

/** `Cluster.local` -> `cluster.local.`; a prefix becomes its reverse zone where it ends at a label. */
export function zoneName(text: string): string {
  const [, address, bits] = /^(\d+(?:\.\d+){3})\/(\d+)$/.exec(text) ?? []
  if (address && Number(bits) % 8 === 0)
    return `${address
      .split('.')
      .slice(0, Number(bits) / 8)
      .reverse()
      .join('.')}.in-addr.arpa.`
  const bare = text
    .toLowerCase()
    .replace(/^dns:\/\//, '')
    .replace(/:\d+$/, '')
  return bare.endsWith('.') ? bare : `${bare}.`
}

type Setting = (draft: Draft, line: Directive, problem: (why: string) => never) => void

const wrongCount = (line: Directive): string =>
  `Wrong argument count or unexpected line ending after '${line.args.at(-1) ?? line.name}'`

const some =
  (
    set: (draft: Draft, args: readonly string[], problem: (why: string) => never) => void,
    most = 1e9,
  ): Setting =>
  (draft, line, problem) => {
    if (!line.args.length || line.args.length > most) problem(wrongCount(line))
    set(draft, line.args, problem)
  }

const none =
  (set: (draft: Draft) => void): Setting =>
  (draft, line, problem) => {
    if (line.args.length) problem(wrongCount(line))
    set(draft)
  }

const count = (name: string, key: keyof KubernetesOptions['limits']): Setting =>
  some((draft, [text], problem) => {
    const value = Number(text)
    if (Number.isNaN(value)) problem(`unable to parse ${name} value: '${text}'`)
    if (value < 0) problem(`${name} must be >= 0`)
    draft.limits = { ...draft.limits, [key]: value }
  })

const settings: Readonly<Record<string, Setting>> = {
  pods: some((draft, [mode], problem) => {
    if (mode !== 'disabled' && mode !== 'insecure' && mode !== 'verified')
      problem(`wrong value for pods: ${mode},  must be one of: disabled, verified, insecure`)
    else draft.pods = mode
  }, 1),
  namespaces: some((draft, args) => {
    draft.namespaces = [...draft.namespaces, ...args]
  }),
  namespace_labels: some((draft, args, problem) => {
    draft.namespaceLabels = selector(args.join(' '), 'namespace_label selector', problem)
  }),
  labels: some((draft, args, problem) => {
    draft.labels = selector(args.join(' '), 'label selector', problem)
  }),
  endpoint: some((draft, args) => {
    draft.endpoint = args[0]
  }),
  tls: some(() => {}, 3),
  fallthrough: (draft, { args }) => {
    draft.fallthrough = args.length ? args.map(zoneName) : ['.']
  },
  ttl: some((draft, [text], problem) => {
    const ttl = Number(text)
    if (!Number.isInteger(ttl)) problem(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
    if (ttl < 0 || ttl > 3600) problem(`ttl must be in range [0, 3600]: ${ttl}`)
    draft.ttl = ttl
  }, 1),
  noendpoints: none((draft) => {
    draft.noEndpoints = true
  }),
  endpoint_pod_names: none((draft) => {
    draft.endpointPodNames = true
  }),
  zonal: none((draft) => {
    draft.zonal = true
  }),
  ignore: some((draft, [what], problem) => {
    if (what !== 'empty_service') problem(`unable to parse ignore value: '${what}'`)
    draft.ignoreEmptyService = true
  }),
  kubeconfig: some((draft, args) => {
    draft.kubeconfig = args
  }, 2),
  multicluster: (draft, { args }) => {
    draft.multicluster = args.map(zoneName)
  },
  startup_timeout: some((draft, [text]) => {
    draft.startupTimeoutMs = parseDurationMs(text)
  }, 1),
  apiserver_qps: count('apiserver_qps', 'qps'),
  apiserver_burst: count('apiserver_burst', 'burst'),
  apiserver_max_inflight: count('apiserver_max_inflight', 'maxInflight'),
}

/** A selector as apimachinery writes it. */
function selector(text: string, what: string, problem: (why: string) => never): string {
  try {
    return printSelector(parseSelector(text))
  } catch (error) {
    return problem(`unable to parse ${what} value: '${text}': ${(error as Error).message}`)
  }
}

function fail(file: string, { line }: Directive, why: string): never {
  throw new CorefileError(`${file}:${line} - Error during parsing: ${why}`)
}
