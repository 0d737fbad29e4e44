import { typed } from '../typed.ts'
import type { Service } from 'kubernetes-types/core/v1'
import type { Sys } from '../../host/sys.ts'
import type { Command } from '../command.ts'
import { list, text } from '../flag-spec.ts'
import type { Kubectl } from '../kubectl.ts'
import { jsonPrinter } from '../printers/json.ts'
import { yamlPrinter } from '../printers/yaml.ts'
import { allNamespacesFlag } from './shared-flags.ts'
import { absolute } from '../../host/filesystem.ts'
import type { KubeLike } from '../kubectl.ts'

export const clusterInfo: Command = {
  use: 'cluster-info',
  short: 'Display cluster information',
  long: "Display addresses of the control plane and services with label kubernetes.io/cluster-service=true. To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.",
  group: 'Cluster Management Commands',
  commands: [
    {
      use: 'dump',
      short: 'Dump relevant information for debugging and diagnosis',
      flags: [
        text(
          'output-directory',
          "Where to output the files.  If empty or '-' uses stdout, otherwise creates a directory hierarchy in that directory",
        ),
        text('output', 'Output format. One of: (json, yaml).', { short: 'o', initial: 'json' }),
        list('namespaces', 'A comma separated list of namespaces to dump.'),
        allNamespacesFlag,
        text('pod-running-timeout', '', { initial: '20s', hidden: true }),
      ],
      run: (kubectl) => dump(kubectl),
    },
  ],
  *run(kubectl) {
    const list = yield* kubectl.api.call({
      path: '/api/v1/namespaces/kube-system/services',
      query: { labelSelector: 'kubernetes.io/cluster-service=true' },
      accept: 'application/json, */*',
    })
    const host = kubectl.api.url.replace(/\/$/, '')
    yield* kubectl.out(line('Kubernetes control plane', host))
    for (const { metadata = {}, spec } of typed<{ items?: Service[] }>(list).items ?? []) {
      const name = metadata.labels?.['kubernetes.io/name'] ?? metadata.name ?? ''
      const port = spec?.ports?.[0]?.name ? `:${spec.ports[0].name}` : ''
      yield* kubectl.out(
        line(name, `${host}/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}${port}/proxy`),
      )
    }
    yield* kubectl.out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n")
    return 0
  },
}

const line = (name: string, url: string) => `${name} is running at ${url}\n`

const kinds = [
  '/api/v1 events',
  '/api/v1 replicationcontrollers',
  '/api/v1 services',
  '/apis/apps/v1 daemonsets',
  '/apis/apps/v1 deployments',
  '/apis/apps/v1 replicasets',
  '/api/v1 pods',
]

function* dump(kubectl: Kubectl): Sys<number> {
  const { flags } = kubectl
  const directory = flags.string('output-directory')
  const format = flags.string('output')
  const printer = format === 'yaml' ? yamlPrinter() : jsonPrinter()
  const put = function* (path: string, text: string): Sys<void> {
    if (!directory || directory === '-') return yield* kubectl.out(text)
    const full = absolute(kubectl.os.cwd, `${directory}/${path}`)
    kubectl.os.fs.mkdir(full.slice(0, full.lastIndexOf('/')), { recursive: true })
    kubectl.os.fs.write(full, text)
  }
  yield* put(
    `nodes.${format}`,
    printer.print((yield* kubectl.api.call({ path: '/api/v1/nodes' })) as KubeLike),
  )
  for (const namespace of yield* namespacesOf(kubectl)) {
    for (const kind of kinds) {
      const [head = '', plural = ''] = kind.split(' ')
      yield* put(
        `${namespace}/${plural}.${format}`,
        printer.print(
          (yield* kubectl.api.call({ path: `${head}/namespaces/${namespace}/${plural}` })) as KubeLike,
        ),
      )
    }
  }
  if (directory && directory !== '-') yield* kubectl.out(`Cluster info dumped to ${directory}\n`)
  return 0
}

function* namespacesOf(kubectl: Kubectl): Sys<string[]> {
  if (kubectl.flags.bool('all-namespaces')) {
    const all = yield* kubectl.api.call({ path: '/api/v1/namespaces' })
    return ((all['items'] ?? []) as readonly { metadata: { name: string } }[]).map(
      ({ metadata }) => metadata.name,
    )
  }
  const named = kubectl.flags.list('namespaces')
  return named.length ? named : ['kube-system', kubectl.namespace]
}
