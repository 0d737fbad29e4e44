import type { Pod, Service } from 'kubernetes-types/core/v1'
import { UserError } from '../../api/user-error.ts'
import { goWords } from '../../host/errno.ts'
import type { Connection } from '../../host/net/connection.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../errors.ts'
import { duration, list } from '../flag-spec.ts'
import type { Info } from '../info.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { Mailbox } from '../mailbox.ts'
import { onePodOf } from '../pod-of.ts'
import { podPath } from './exec.ts'

export const portForward: Command = {
  use: 'port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  short: 'Forward one or more local ports to a pod',
  example: `  # Listen on ports 5000 and 6000 locally, forwarding data to/from ports 5000 and 6000 in the pod
  kubectl port-forward pod/mypod 5000 6000

  # Listen on port 8888 locally, forwarding to 5000 in the pod
  kubectl port-forward pod/mypod 8888:5000`,
  group: 'Troubleshooting and Debugging Commands',
  flags: [
    list(
      'address',
      'Addresses to listen on (comma separated). Only accepts IP addresses or localhost as a value.',
      { initial: 'localhost' },
    ),
    duration(
      'pod-running-timeout',
      'The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running',
      { initial: '1m0s' },
    ),
  ],
  *run(kubectl, args) {
    if (args.length < 2) throw new UsageError('TYPE/NAME and list of ports are required for port-forward')
    const [info] = yield* (yield* select(kubectl, {
      names: { type: 'pods', names: [args[0] as string] },
    })).infos()
    const target = info as Info
    const { pod } = yield* onePodOf(kubectl, target, kubectl.flags.ms('pod-running-timeout'))
    if (pod.status?.phase !== 'Running')
      throw new UserError(
        `unable to forward port because pod is not running. Current status=${pod.status?.phase}`,
      )
    const pairs = args.slice(1).map((text) => portPair(text, target.object as KubeLike, pod))
    const failed = new Mailbox<UserError>()
    for (const pair of pairs) yield* forward(kubectl, pod, pair, failed)
    throw yield* failed.take()
  },
}

interface Pair {
  readonly local: number
  readonly remote: number
}

/** `8080:80`, `:80`, `80`, names of ports too (kubectl: portforward.go convertPodNamedPortToNumber). */
function portPair(text: string, object: KubeLike, pod: Pod): Pair {
  const parts = text.split(':')
  if (parts.length > 2) throw new UserError(`invalid port format '${text}'`)
  const [first = '', second] = parts
  const remote = remotePort(second ?? first, object, pod)
  const local = second === undefined ? (/^\d+$/.test(first) ? Number(first) : remote) : Number(first || 0)
  if (Number.isNaN(local))
    throw new UserError(
      `error parsing local port '${first}': strconv.ParseUint: parsing "${first}": invalid syntax`,
    )
  return { local, remote }
}

function remotePort(text: string, object: KubeLike, pod: Pod): number {
  const named = (name: string) =>
    pod.spec?.containers.flatMap(({ ports = [] }) => ports).find((port) => port.name === name)?.containerPort
  if (object.kind !== 'Service') {
    const port = /^\d+$/.test(text) ? Number(text) : named(text)
    if (!port) throw new UserError(`Pod '${pod.metadata?.name}' does not have a named port '${text}'`)
    return port
  }
  const service = object as unknown as Service
  const found = service.spec?.ports?.find(({ port, name }) => String(port) === text || name === text)
  if (!found) throw new UserError(`Service ${service.metadata?.name} does not have a service port ${text}`)
  const { targetPort = found.port } = found
  return typeof targetPort === 'number' ? targetPort : (named(targetPort) ?? found.port)
}

/** Listen, and give each connection a stream of its own to the pod. */
function* forward(
  kubectl: Kubectl,
  pod: Pod,
  { local, remote }: Pair,
  failed: Mailbox<UserError>,
): Sys<void> {
  for (const address of kubectl.flags
    .list('address')
    .map((one) => (one === 'localhost' ? '127.0.0.1' : one))) {
    let port = local
    try {
      const listener = kubectl.os.listen(
        local,
        (connection) => tunnel(kubectl, pod, remote, connection, failed, port),
        { address },
      )
      port = (listener as { readonly port?: number }).port ?? local
    } catch (error) {
      throw new UserError(
        `unable to listen on port ${local}: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 ${address}:${local}: bind: ${goWords(error)}]`,
      )
    }
    yield* kubectl.out(`Forwarding from ${address}:${port} -> ${remote}\n`)
  }
}

function tunnel(
  kubectl: Kubectl,
  pod: Pod,
  remote: number,
  connection: Connection,
  failed: Mailbox<UserError>,
  local: number,
): void {
  kubectl.os.stdout(`Handling connection for ${local}\n`)
  const pending = kubectl.api.connect(
    {
      path: `${podPath(pod)}/portforward`,
      query: { ports: remote },
      headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-protocol': 'v4.channel.k8s.io' },
    },
    {
      data: (data) => connection.send(data),
      closed: (error) => {
        connection.close()
        if (error) failed.put(new UserError(`error upgrading connection: ${error.message}`))
      },
    },
  )
  connection.handle({ message: (message) => pending.send(message), closed: () => pending.end() })
}
