import { parseIntOrString } from '../../api/int-or-string.ts'
import type { JsonObject } from '../../api/objects.ts'
import { mergePatch } from '../../api/patch/merge.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { text } from '../flag-spec.ts'
import { Info } from '../info.ts'
import { dryRunOf, type Kubectl, type KubeLike } from '../kubectl.ts'
import { printFlags } from '../printers/output.ts'
import { fileSelection } from './manifest-options.ts'
import { parseLabels } from './run-pod.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, recordFlag, saveConfigFlag } from './shared-flags.ts'
import { labelsOf, printDone, withLastApplied, writeQuery } from './writing.ts'

export const expose: Command = {
  use: 'expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]',
  short:
    'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
  group: 'Basic Commands (Beginner)',
  flags: [
    ...printFlags,
    ...filenameFlags('identifying the resource to expose a service'),
    text(
      'port',
      'The port that the service should serve on. Copied from the resource being exposed, if unspecified',
    ),
    text(
      'target-port',
      'Name or number for the port on the container that the service should direct traffic to. Optional.',
    ),
    text('protocol', "The network protocol for the service to be created. Default is 'TCP'."),
    text(
      'type',
      "Type for this service: ClusterIP, NodePort, LoadBalancer, or ExternalName. Default is 'ClusterIP'.",
    ),
    text('name', 'The name for the newly created object.'),
    text(
      'selector',
      'A label selector to use for this service. Only equality-based selector requirements are supported.',
    ),
    text('labels', 'Labels to apply to the service created by this call.', { short: 'l' }),
    text(
      'external-ip',
      'Additional external IP address (not managed by Kubernetes) to accept for the service.',
    ),
    text('load-balancer-ip', 'IP to assign to the LoadBalancer.'),
    text(
      'cluster-ip',
      "ClusterIP to be assigned to the service. Leave empty to auto-allocate, or set to 'None' to create a headless service.",
    ),
    text(
      'session-affinity',
      "If non-empty, set the session affinity for the service to this; legal values: 'None', 'ClientIP'",
    ),
    text('overrides', 'An inline JSON override for the generated object.'),
    text('override-type', 'The method used to override the generated object: json, merge, or strategic.', {
      initial: 'merge',
    }),
    dryRunFlag,
    fieldManagerFlag('kubectl-expose'),
    saveConfigFlag,
    recordFlag,
  ],
  *run(kubectl, args) {
    const result = yield* select(kubectl, { ...fileSelection(kubectl), args, continueOnError: true })
    yield* result.visit((info) => exposeOne(kubectl, info))
    return 0
  },
}

function* exposeOne(kubectl: Kubectl, info: Info): Sys<void> {
  const { flags } = kubectl
  const object = info.object as KubeLike
  if (!/^(ReplicationController|Service|Pod|Deployment|ReplicaSet)$/.test(info.mapping.kind))
    throw new UserError(`cannot expose a ${info.mapping.kind}`)
  const name = flags.string('name') || info.name.slice(0, 63)
  const service = serviceFor(kubectl, object, name)
  const overrides = flags.string('overrides')
  const overridden = overrides ? (mergePatch(service, JSON.parse(overrides)) as KubeLike) : service
  const placed = {
    ...overridden,
    metadata: { ...overridden.metadata, namespace: kubectl.namespace },
  } as KubeLike
  const body = kubectl.flags.changed('namespace') || dryRunOf(kubectl) === 'client' ? placed : overridden
  const made = new Info(kubectl, serviceResource, kubectl.namespace, name)
  const given = flags.bool('save-config') ? withLastApplied(body) : body
  if (dryRunOf(kubectl) === 'client') made.keep(kubectl.flags.changed('namespace') ? given : overridden)
  else yield* made.create(given, writeQuery(kubectl, 'kubectl-expose'))
  yield* printDone(kubectl, 'exposed', made.object as KubeLike)
}

const serviceResource = {
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  namespaced: true,
  shortNames: [],
  categories: [],
  verbs: [],
  subresources: [],
}

interface Port {
  readonly port: number
  readonly protocol: string
  readonly targetPort: number | string
  readonly name?: string
}

/** kubectl: expose.go createService */
function serviceFor({ flags }: Kubectl, object: KubeLike, name: string): KubeLike {
  const selector = selectorFor(flags.string('selector'), object)
  const labels = flags.string('labels') ? parseLabels(flags.string('labels')) : labelsOf(object)
  const headless = flags.string('cluster-ip') === 'None'
  const ports = portsFor(
    flags.string('port'),
    flags.string('protocol'),
    flags.string('target-port'),
    object,
    headless,
  )
  const affinity = flags.string('session-affinity')
  if (affinity && affinity !== 'None' && affinity !== 'ClientIP')
    throw new UserError(`unknown session affinity: ${affinity}`)
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { creationTimestamp: null, ...(Object.keys(labels).length ? { labels } : {}), name },
    spec: {
      ...(ports.length ? { ports } : {}),
      selector,
      ...(flags.string('type') ? { type: flags.string('type') } : {}),
      ...(flags.string('external-ip') ? { externalIPs: [flags.string('external-ip')] } : {}),
      ...(flags.string('cluster-ip') ? { clusterIP: flags.string('cluster-ip') } : {}),
      ...(flags.string('load-balancer-ip') ? { loadBalancerIP: flags.string('load-balancer-ip') } : {}),
      ...(affinity ? { sessionAffinity: affinity } : {}),
    },
    status: { loadBalancer: {} },
  } as unknown as KubeLike
}

function selectorFor(flag: string, object: KubeLike): Record<string, string> {
  if (flag) return parseLabels(flag)
  const failed = (why: string) =>
    new UserError(`couldn't retrieve selectors via --selector flag or introspection: ${why}`)
  const { selector } = (object['spec'] ?? {}) as { selector?: JsonObject }
  switch (object.kind) {
    case 'Pod': {
      const labels = labelsOf(object)
      if (!Object.keys(labels).length) throw failed('the pod has no labels and cannot be exposed')
      return { ...labels }
    }
    case 'ReplicationController':
      return { ...((selector ?? {}) as Record<string, string>) }
    case 'Service': {
      if (!selector) throw failed('the service has no pod selector set')
      return { ...(selector as Record<string, string>) }
    }
  }
  const what = object.kind === 'Deployment' ? 'deployment' : 'replica set'
  const { matchLabels, matchExpressions } = (selector ?? {}) as {
    matchLabels?: Record<string, string>
    matchExpressions?: readonly unknown[]
  }
  if (!matchLabels || !Object.keys(matchLabels).length)
    throw failed(`invalid ${what}: no selectors, therefore cannot be exposed`)
  if (matchExpressions?.length)
    throw failed(
      `couldn't convert expressions - "${JSON.stringify(matchExpressions)}" to map-based selector format`,
    )
  return { ...matchLabels }
}

function portsFor(
  flag: string,
  protocol: string,
  target: string,
  object: KubeLike,
  headless: boolean,
): Port[] {
  const known = containerPorts(object)
  const numbers = flag ? flag.split(',') : [...new Set(known.map(({ port }) => String(port)))]
  if (!numbers.length && !headless) throw new UserError("couldn't find port via --port flag or introspection")
  return numbers.flatMap((text, i) => {
    if (!/^\d+$/.test(text)) throw new UserError(`strconv.Atoi: parsing "${text}": invalid syntax`)
    const port = Number(text)
    const protocols = protocol ? [protocol] : protocolsOf(known, port)
    return protocols.map((one) => {
      const many = numbers.length > 1 || protocols.length > 1
      const name = protocols.length > 1 ? `port-${i + 1}-${one.toLowerCase()}` : `port-${i + 1}`
      return {
        ...(many ? { name } : {}),
        port,
        protocol: one,
        targetPort: target ? parseIntOrString(target) : port,
      }
    })
  })
}

function protocolsOf(
  known: readonly { readonly port: number; readonly protocol: string }[],
  port: number,
): string[] {
  const found = [...new Set(known.filter((one) => one.port === port).map((one) => one.protocol))]
  return found.length ? found : ['TCP']
}

function containerPorts(object: KubeLike): { port: number; protocol: string }[] {
  const spec = (object['spec'] ?? {}) as {
    ports?: readonly { port: number; protocol?: string }[]
    containers?: readonly Ported[]
    template?: { spec?: { containers?: readonly Ported[] } }
  }
  if (object.kind === 'Service')
    return (spec.ports ?? []).map(({ port, protocol = 'TCP' }) => ({ port, protocol }))
  const containers = spec.containers ?? spec.template?.spec?.containers ?? []
  return containers.flatMap(({ ports = [] }) =>
    ports.map(({ containerPort, protocol = 'TCP' }) => ({ port: containerPort, protocol })),
  )
}

interface Ported {
  readonly ports?: readonly { readonly containerPort: number; readonly protocol?: string }[]
}
