import { parseIntOrString } from '../../api/int-or-string.ts'
import { UserError } from '../../api/user-error.ts'
import type { Command } from '../command.ts'
import { int, list, text, type FlagSpec } from '../flag-spec.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { generatorCommand } from './create-generic.ts'

const tcp = list('tcp', "Port pairs can be specified as '<port>:<targetPort>'.")

/** kubectl: create_service.go parsePorts */
function ports(pairs: readonly string[], nodePort: number) {
  return pairs.map((pair) => {
    const [port = '', target] = pair.split(':')
    const number = portNumber(port)
    const targetPort = target === undefined ? number : parseIntOrString(target)
    const name = pair.replaceAll(':', '-')
    return { name, protocol: 'TCP', port: number, targetPort, ...(nodePort ? { nodePort } : {}) }
  })
}

function portNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text))
    throw new UserError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  const port = Number(text)
  if (port < 0 || port > 65535) throw new UserError('must be between 0 and 65535, inclusive')
  return port
}

function service(name: string, spec: Record<string, unknown>): KubeLike {
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name, creationTimestamp: null, labels: { app: name } },
    spec: { ...spec, selector: { app: name } },
    status: { loadBalancer: {} },
  } as unknown as KubeLike
}

/** The type's own words and what else its spec has. */
function serviceCommand(
  type: string,
  short: string,
  flags: readonly FlagSpec[],
  more: (kubectl: Kubectl) => Record<string, unknown> = () => ({}),
): Command {
  const lower = type.toLowerCase()
  return generatorCommand({
    use: `${lower} NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]`,
    short,
    flags: [tcp, ...flags],
    namespaced: true,
    failure: `failed to create ${type} service: `,
    build(kubectl, name) {
      const pairs = kubectl.flags.list('tcp')
      const headless = kubectl.flags.string('clusterip') === 'None'
      if (!pairs.length && !headless && type !== 'ExternalName')
        throw new UserError('at least one tcp port specifier must be provided')
      const nodePort = kubectl.flags.find('node-port') ? kubectl.flags.int('node-port') : 0
      const list = pairs.length ? { ports: ports(pairs, nodePort) } : {}
      return service(name, { ...list, type, ...more(kubectl) })
    },
  })
}

export const createService: Command = {
  use: 'service',
  aliases: ['svc'],
  short: 'Create a service using a specified subcommand',
  commands: [
    serviceCommand(
      'ClusterIP',
      'Create a ClusterIP service',
      [
        text(
          'clusterip',
          "Assign your own ClusterIP or set to 'None' for a 'headless' service (no loadbalancing).",
        ),
      ],
      ({ flags }) => (flags.string('clusterip') ? { clusterIP: flags.string('clusterip') } : {}),
    ),
    serviceCommand(
      'ExternalName',
      'Create an ExternalName service',
      [text('external-name', 'External name of service', { required: true })],
      ({ flags }) => ({
        externalName: flags.string('external-name'),
      }),
    ),
    serviceCommand('LoadBalancer', 'Create a LoadBalancer service', []),
    serviceCommand('NodePort', 'Create a NodePort service', [
      int('node-port', 'Port used to expose the service on each node in a cluster.'),
    ]),
  ],
}
