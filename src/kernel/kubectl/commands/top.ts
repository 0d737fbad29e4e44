import type { Node } from 'kubernetes-types/core/v1'
import { addQuantities, milliValue, parseQuantity, quantityValue, type Quantity } from '../../api/quantity.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import type { Command } from '../command.ts'
import { bool, text } from '../flag-spec.ts'
import type { Kubectl } from '../kubectl.ts'
import { TextTable } from '../text-table.ts'
import { allNamespacesFlag, fieldSelectorFlag, selectorFlag } from './shared-flags.ts'

const API = '/apis/metrics.k8s.io/v1beta1'

interface Usage {
  readonly cpu: string
  readonly memory: string
}
interface Metrics {
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly usage?: Usage
  readonly containers?: readonly { readonly name: string; readonly usage: Usage }[]
}

/** Metrics of one object or of all; the API is there only where somebody serves it. */
function* metrics(kubectl: Kubectl, path: string, name: string | undefined): Sys<Metrics[]> {
  const mapper = yield* kubectl.mapper()
  if (!mapper.groups.some((group) => group.name === 'metrics.k8s.io'))
    throw new UserError('Metrics API not available')
  const query = name
    ? {}
    : {
        labelSelector: kubectl.flags.string('selector') || undefined,
        fieldSelector: kubectl.flags.string('field-selector') || undefined,
      }
  const answer = yield* kubectl.api.call({ path: name ? `${path}/${name}` : path, query })
  return (name ? [answer] : (answer['items'] ?? [])) as unknown as Metrics[]
}

const zero = parseQuantity('0')
const total = (usages: readonly Usage[], key: keyof Usage): Quantity =>
  usages.reduce((sum, usage) => addQuantities(sum, parseQuantity(usage[key])), zero)
const cpuText = (amount: Quantity) => `${milliValue(amount)}m`
const memoryText = (amount: Quantity) => `${Math.floor(quantityValue(amount) / (1024 * 1024))}Mi`

/** Every cell is followed by a tab, the last one too. */
const print = (rows: readonly (readonly string[])[]) => new TextTable().print(rows.map((row) => [...row, '']))

const shared = [
  selectorFlag,
  bool('no-headers', 'If present, print output without headers'),
  text(
    'sort-by',
    "If non-empty, sort nodes list using specified field. The field can be either 'cpu' or 'memory'.",
  ),
]

function sorted<T extends { readonly name: string; readonly cpu: Quantity; readonly memory: Quantity }>(
  kubectl: Kubectl,
  rows: readonly T[],
): T[] {
  const by = kubectl.flags.string('sort-by')
  if (by && by !== 'cpu' && by !== 'memory') throw new UserError('--sort-by accepts only cpu or memory')
  const size = (row: T) => (by === 'cpu' ? milliValue(row.cpu) : quantityValue(row.memory))
  return [...rows].sort((a, b) => (by ? size(b) - size(a) : 0) || (a.name < b.name ? -1 : 1))
}

const node: Command = {
  use: 'node [NAME | -l label]',
  aliases: ['nodes', 'no'],
  short: 'Display resource (CPU/memory) usage of nodes',
  flags: [
    ...shared,
    bool(
      'show-capacity',
      'Print node resources based on Capacity instead of Allocatable(default) of the nodes.',
    ),
    bool('use-protocol-buffers', '', { initial: 'true', hidden: true }),
  ],
  *run(kubectl, args) {
    const found = yield* metrics(kubectl, `${API}/nodes`, args[0])
    const list = yield* kubectl.api.call({ path: args[0] ? `/api/v1/nodes/${args[0]}` : '/api/v1/nodes' })
    const nodes = (args[0] ? [list] : (list['items'] ?? [])) as unknown as Node[]
    const rows = sorted(
      kubectl,
      found.map(({ metadata, usage }) => ({
        name: metadata.name,
        cpu: parseQuantity(usage?.cpu ?? '0'),
        memory: parseQuantity(usage?.memory ?? '0'),
      })),
    )
    const share = (used: number, name: string, key: 'cpu' | 'memory') => {
      const status = nodes.find((one) => one.metadata?.name === name)?.status
      const amounts = (kubectl.flags.bool('show-capacity') ? status?.capacity : status?.allocatable) as
        | Record<string, string>
        | undefined
      const whole = amounts?.[key]
        ? (key === 'cpu' ? milliValue : quantityValue)(parseQuantity(String(amounts[key])))
        : 0
      return whole ? `${Math.floor((used * 100) / whole)}%` : '<unknown>'
    }
    const lines = rows.map(({ name, cpu, memory }) => [
      name,
      cpuText(cpu),
      share(milliValue(cpu), name, 'cpu'),
      memoryText(memory),
      share(quantityValue(memory), name, 'memory'),
    ])
    const head = kubectl.flags.bool('no-headers')
      ? []
      : [['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)']]
    yield* kubectl.out(print([...head, ...lines]))
    return 0
  },
}

const pod: Command = {
  use: 'pod [NAME | -l label]',
  aliases: ['pods', 'po'],
  short: 'Display resource (CPU/memory) usage of pods',
  flags: [
    ...shared,
    allNamespacesFlag,
    fieldSelectorFlag,
    bool('containers', 'If present, print usage of containers within a pod.'),
    bool('sum', 'Print the sum of the resource usage'),
    bool('use-protocol-buffers', '', { initial: 'true', hidden: true }),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    const all = flags.bool('all-namespaces')
    const path = all ? `${API}/pods` : `${API}/namespaces/${kubectl.namespace}/pods`
    const found = yield* metrics(kubectl, path, args[0])
    if (!found.length) {
      yield* kubectl.err(
        all ? 'No resources found\n' : `No resources found in ${kubectl.namespace} namespace.\n`,
      )
      return 0
    }
    const perContainer = flags.bool('containers')
    const rows = sorted(
      kubectl,
      found.flatMap((one) => (perContainer ? containerUsages(one) : [podUsage(one)])),
    )
    const lines = rows.map(({ lead, namespace, cpu, memory }) => [
      ...(all ? [namespace] : []),
      ...lead,
      cpuText(cpu),
      memoryText(memory),
    ])
    const head = [
      ...(all ? ['NAMESPACE'] : []),
      ...(perContainer ? ['POD', 'NAME'] : ['NAME']),
      'CPU(cores)',
      'MEMORY(bytes)',
    ]
    yield* kubectl.out(print(flags.bool('no-headers') ? lines : [head, ...lines]))
    return 0
  },
}

const containerUsages = ({ metadata, containers = [] }: Metrics) =>
  containers.map(({ name, usage }) => ({
    name: metadata.name,
    lead: [metadata.name, name],
    namespace: metadata.namespace ?? '',
    cpu: parseQuantity(usage.cpu),
    memory: parseQuantity(usage.memory),
  }))

function podUsage({ metadata, containers = [] }: Metrics) {
  const usages = containers.map(({ usage }) => usage)
  return {
    name: metadata.name,
    lead: [metadata.name],
    namespace: metadata.namespace ?? '',
    cpu: total(usages, 'cpu'),
    memory: total(usages, 'memory'),
  }
}

export const top: Command = {
  use: 'top',
  short: 'Display resource (CPU/memory) usage',
  long: 'Display resource (CPU/memory) usage.\n\n The top command allows you to see the resource consumption for nodes or pods.\n\n This command requires Metrics Server to be correctly configured and working on the server.',
  group: 'Cluster Management Commands',
  commands: [node, pod],
}
