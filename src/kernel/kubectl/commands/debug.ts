import type { Pod } from 'kubernetes-types/core/v1'
import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../errors.ts'
import { array, bool, text, type FlagSpec } from '../flag-spec.ts'
import { patchTypes, type Info } from '../info.ts'
import type { Kubectl } from '../kubectl.ts'
import { waitUntil } from '../wait-until.ts'
import { containerProfile, nodeProfile } from './debug-profiles.ts'
import { attachTo } from './exec.ts'

export const debug: Command = {
  use: 'debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  short: 'Create debugging sessions for troubleshooting workloads and nodes',
  group: 'Troubleshooting and Debugging Commands',
  flags: [
    text('image', 'Container image to use for debug container.'),
    text('container', 'Container name to use for debug container.', { short: 'c' }),
    text('copy-to', 'Create a copy of the target Pod with this name.'),
    text('target', 'When using an ephemeral container, target processes in this container name.'),
    text(
      'profile',
      'Options are "legacy", "general", "baseline", "netadmin", "restricted" or "sysadmin". Defaults to "legacy"',
      { initial: 'legacy' },
    ),
    text('image-pull-policy', 'The image pull policy for the container.'),
    array('env', 'Environment variables to set in the container.'),
    array(
      'set-image',
      "When used with --copy-to, a list of name=image pairs for changing container images, similar to how 'kubectl set image' works.",
      { type: 'stringToString' } as Partial<FlagSpec>,
    ),
    bool('stdin', 'Keep stdin open on the container(s) in the pod, even if nothing is attached.', {
      short: 'i',
    }),
    bool('tty', 'Allocate a TTY for the debugging container.', { short: 't' }),
    bool(
      'attach',
      "If true, wait for the container to start running, and then attach as if 'kubectl attach ...' were called.  Default false, unless '-i/--stdin' is set, in which case the default is true.",
    ),
    bool('quiet', 'If true, suppress informational messages.', { short: 'q' }),
    bool('replace', "When used with '--copy-to', delete the original Pod."),
    bool('same-node', "When used with '--copy-to', schedule the copy of target Pod on the same node."),
    bool('share-processes', "When used with '--copy-to', enable process namespace sharing in the copy.", {
      initial: 'true',
    }),
    bool(
      'arguments-only',
      'If specified, everything after -- will be passed to the new container as Args instead of Command.',
    ),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    const targets = kubectl.dash >= 0 ? args.slice(0, kubectl.dash) : args
    const command = kubectl.dash >= 0 ? args.slice(kubectl.dash) : []
    if (!targets.length) throw new UsageError('NAME or filename is required for debug')
    if (!flags.string('image') && !flags.list('set-image').length)
      throw new UserError('you must specify --image when not using --copy-to.')
    if (flags.bool('tty') && !flags.bool('stdin'))
      throw new UserError('-i/--stdin is required for containers with -t/--tty=true')
    if (flags.string('profile') === 'legacy')
      yield* kubectl.err(
        '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n',
      )
    const result = yield* select(kubectl, { names: { type: 'pods', names: targets } })
    yield* result.visit((info) => debugOne(kubectl, info, command))
    return 0
  },
}

function* debugOne(kubectl: Kubectl, info: Info, command: readonly string[]): Sys<void> {
  const { flags } = kubectl
  if (info.mapping.kind === 'Node') return yield* debugNode(kubectl, info.name, command)
  if (info.mapping.kind !== 'Pod')
    throw new UserError(`"${info.mapping.kind.toLowerCase()}" not supported by debug`)
  const pod = info.object as unknown as Pod
  const name = flags.string('copy-to')
    ? yield* copyPod(kubectl, pod, command)
    : yield* addContainer(kubectl, info, pod, command)
  const attach = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin')
  if (!attach) return
  if (flags.string('copy-to')) info.name = flags.string('copy-to')
  yield* waitUntil(info, 60_000, (event) => {
    if (event) info.keep(event.object)
    const { status } = info.object as unknown as Pod
    return [...(status?.containerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])].some(
      (one) => one.name === name && (one.state?.running || one.state?.terminated),
    )
  })
  yield* attachTo(kubectl, info.object as unknown as Pod, name)
}

const letters = 'bcdfghjklmnpqrstvwxz2456789'
const suffix = ({ os }: Kubectl) =>
  Array.from({ length: 5 }, () => letters[Math.floor(os.random() * letters.length)]).join('')

function* containerName(kubectl: Kubectl): Sys<string> {
  const given = kubectl.flags.string('container')
  if (given) return given
  const name = `debugger-${suffix(kubectl)}`
  if (!kubectl.flags.bool('quiet')) yield* kubectl.out(`Defaulting debug container name to ${name}.\n`)
  return name
}

function debugContainer({ flags }: Kubectl, name: string, command: readonly string[]): JsonObject {
  const env = flags
    .list('env')
    .map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1) }))
  return {
    name,
    image: flags.string('image'),
    ...(command.length ? { [flags.bool('arguments-only') ? 'args' : 'command']: command } : {}),
    ...(env.length ? { env } : {}),
    resources: {},
    ...(flags.string('image-pull-policy') ? { imagePullPolicy: flags.string('image-pull-policy') } : {}),
    ...(flags.bool('stdin') ? { stdin: true } : {}),
    terminationMessagePolicy: 'File',
    ...(flags.bool('tty') ? { tty: true } : {}),
  }
}

function* addContainer(kubectl: Kubectl, info: Info, pod: Pod, command: readonly string[]): Sys<string> {
  const { flags } = kubectl
  const name = yield* containerName(kubectl)
  const target = flags.string('target')
  if (target && !flags.bool('quiet'))
    yield* kubectl.out(
      `Targeting container ${JSON.stringify(target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
    )
  const container: JsonObject = {
    ...containerProfile(flags.string('profile'), debugContainer(kubectl, name, command)),
    ...(target ? { targetContainerName: target } : {}),
  }
  const known = (pod.spec?.ephemeralContainers ?? []) as unknown as JsonObject[]
  const order = known.length
    ? { '$setElementOrder/ephemeralContainers': [...known, container].map((one) => ({ name: one['name'] })) }
    : {}
  const path = info.path(info.name, 'ephemeralcontainers')
  yield* kubectl.api.call({
    method: 'PATCH',
    path,
    body: { spec: { ...order, ephemeralContainers: [container] } },
    contentType: patchTypes.strategic,
  })
  return name
}

function* copyPod(kubectl: Kubectl, { metadata = {}, spec }: Pod, command: readonly string[]): Sys<string> {
  const { flags } = kubectl
  const images = Object.fromEntries(
    flags
      .list('set-image')
      .flatMap((text) => text.split(','))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
  const { nodeName, ephemeralContainers: _, ...rest } = (spec ?? {}) as unknown as Record<string, unknown>
  const containers = ((spec?.containers ?? []) as unknown as JsonObject[]).map((container) => {
    const image = images[String(container['name'])] ?? images['*']
    return image ? { ...container, image } : container
  })
  const name = yield* copiedContainer(kubectl, containers, command)
  const body = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: flags.string('copy-to'),
      namespace: metadata.namespace,
      creationTimestamp: null,
      ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
    },
    spec: {
      ...rest,
      containers,
      ...(flags.bool('same-node') ? { nodeName } : {}),
      ...(flags.bool('share-processes') ? { shareProcessNamespace: true } : {}),
    },
  }
  yield* kubectl.api.call({ method: 'POST', path: `/api/v1/namespaces/${metadata.namespace}/pods`, body })
  if (flags.bool('replace'))
    yield* kubectl.api.call({
      method: 'DELETE',
      path: `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`,
    })
  return name
}

/** Add the debug container to the copy, or change the one that is named. */
function* copiedContainer(
  kubectl: Kubectl,
  containers: JsonObject[],
  command: readonly string[],
): Sys<string> {
  const { flags } = kubectl
  const at = containers.findIndex((container) => container['name'] === flags.string('container'))
  if (!flags.string('image')) return flags.string('container')
  if (at < 0) {
    const name = yield* containerName(kubectl)
    containers.push(containerProfile(flags.string('profile'), debugContainer(kubectl, name, command)))
    return name
  }
  containers[at] = {
    ...containers[at],
    image: flags.string('image'),
    ...(command.length ? { command } : {}),
    ...(flags.bool('stdin') ? { stdin: true } : {}),
    ...(flags.bool('tty') ? { tty: true } : {}),
  }
  return flags.string('container')
}

function* debugNode(kubectl: Kubectl, node: string, command: readonly string[]): Sys<void> {
  const { flags } = kubectl
  const container = flags.string('container') || 'debugger'
  const name = `node-debugger-${node}-${suffix(kubectl)}`
  if (!flags.bool('quiet'))
    yield* kubectl.out(`Creating debugging pod ${name} with container ${container} on node ${node}.\n`)
  const body = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, creationTimestamp: null },
    spec: nodeProfile(flags.string('profile'), {
      containers: [debugContainer(kubectl, container, command)],
      nodeName: node,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
    }),
    status: {},
  }
  const made = (yield* kubectl.api.call({
    method: 'POST',
    path: `/api/v1/namespaces/${kubectl.namespace}/pods`,
    body,
  })) as unknown as Pod
  const attach = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin')
  if (attach) yield* attachTo(kubectl, made, container)
}
