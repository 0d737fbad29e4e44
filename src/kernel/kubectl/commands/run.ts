import type { Pod } from 'kubernetes-types/core/v1'
import { goQuote } from '../../api/go-quote.ts'
import type { JsonObject } from '../../api/objects.ts'
import { mergePatch } from '../../api/patch/merge.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import type { Command } from '../command.ts'
import type { Resource } from '../discovery.ts'
import { Exit, UsageError } from '../errors.ts'
import { array, bool, duration, text } from '../flag-spec.ts'
import { Info } from '../info.ts'
import { dryRunOf, type Kubectl, type KubeLike } from '../kubectl.ts'
import { printFlags } from '../printers/output.ts'
import { waitUntil } from '../wait-until.ts'
import { attachTo } from './exec.ts'
import { awaitDeleted } from './delete.ts'
import { imageNameError } from './image-name.ts'
import { podToRun } from './run-pod.ts'
import { dryRunFlag, fieldManagerFlag, recordFlag, saveConfigFlag } from './shared-flags.ts'
import { printDone, recorded, withLastApplied, writeQuery } from './writing.ts'

export const run: Command = {
  use: 'run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  short: 'Run a particular image on the cluster',
  long: 'Create and run a particular image in a pod.',
  example: `  # Start a nginx pod
  kubectl run nginx --image=nginx

  # Start a busybox pod and keep it in the foreground, don't restart it if it exits
  kubectl run -i -t busybox --image=busybox --restart=Never`,
  group: 'Basic Commands (Beginner)',
  flags: [
    ...printFlags,
    text('image', 'The image for the container to run.', { required: true }),
    text(
      'image-pull-policy',
      'The image pull policy for the container.  If left empty, this value will not be specified by the client and defaulted by the server.',
    ),
    array('env', 'Environment variables to set in the container.'),
    array('annotations', 'Annotations to apply to the pod.'),
    text('labels', 'Comma separated labels to apply to the pod. Will override previous values.', {
      short: 'l',
    }),
    text('port', 'The port that this container exposes.'),
    bool('expose', 'If true, create a ClusterIP service associated with the pod.  Requires `--port`.'),
    text('restart', 'The restart policy for this Pod.  Legal values [Always, OnFailure, Never].', {
      initial: 'Always',
    }),
    bool(
      'command',
      "If true and extra arguments are present, use them as the 'command' field in the container, rather than the 'args' field which is the default.",
    ),
    bool('stdin', 'Keep stdin open on the container in the pod, even if nothing is attached.', {
      short: 'i',
    }),
    bool('tty', 'Allocate a TTY for the container in the pod.', { short: 't' }),
    bool(
      'attach',
      "If true, wait for the Pod to start running, and then attach to the Pod as if 'kubectl attach ...' were called.",
    ),
    bool(
      'leave-stdin-open',
      'If the pod is started in interactive mode or with stdin, leave stdin open after the first attach completes.',
    ),
    bool(
      'rm',
      "If true, delete the pod after it exits.  Only valid when attaching to the container, e.g. with '--attach' or with '-i/--stdin'.",
    ),
    bool('quiet', 'If true, suppress prompt messages.', { short: 'q' }),
    bool('privileged', 'If true, run the container in privileged mode.'),
    text('overrides', 'An inline JSON override for the generated object.'),
    text('override-type', 'The method used to override the generated object: json, merge, or strategic.', {
      initial: 'merge',
    }),
    duration(
      'pod-running-timeout',
      'The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running',
      { initial: '1m0s' },
    ),
    text('container', '', { hidden: true }),
    dryRunFlag,
    fieldManagerFlag('kubectl-run'),
    saveConfigFlag,
    recordFlag,
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    if (!args.length || kubectl.dash === 0) throw new UsageError('NAME is required for run')
    checkFlags(kubectl)
    const interactive = flags.changed('attach')
      ? flags.bool('attach')
      : flags.bool('stdin') || flags.bool('tty')
    const pod = overridden(kubectl, podOf(kubectl, args))
    if (flags.bool('expose')) yield* exposePod(kubectl, args[0] as string)
    const info = yield* create(kubectl, podResource, pod, args)
    if (interactive && dryRunOf(kubectl) === 'none') yield* attachAndWait(kubectl, info)
    else yield* printDone(kubectl, 'created', info.object as KubeLike)
    return 0
  },
}

function checkFlags(kubectl: Kubectl): void {
  const { flags } = kubectl
  const image = flags.string('image')
  const why = imageNameError(image)
  if (!image) throw new UserError('--image is required')
  if (why) throw new UserError(`Invalid image name ${goQuote(image)}: ${why}`)
  if (flags.bool('tty') && !flags.bool('stdin'))
    throw new UserError('stdin is required for containers with -t/--tty')
  if (flags.bool('expose') && !flags.string('port'))
    throw new UserError('--port must be set when exposing a service')
  const attached = flags.bool('attach') || flags.bool('stdin')
  if (!attached && flags.bool('rm')) throw new UsageError('--rm should only be used for attached containers')
  if (attached && dryRunOf(kubectl) !== 'none' && (flags.bool('attach') || flags.bool('rm')))
    throw new UserError(
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    )
  const restart = flags.string('restart')
  if (!/^(Always|OnFailure|Never)$/.test(restart)) throw new UsageError(`invalid restart policy: ${restart}`)
}

function podOf({ flags }: Kubectl, args: readonly string[]): JsonObject {
  return podToRun({
    name: args[0] as string,
    image: flags.string('image'),
    args: args.slice(1),
    command: flags.bool('command'),
    labels: flags.string('labels'),
    env: flags.list('env'),
    port: flags.string('port'),
    restart: flags.string('restart'),
    pullPolicy: flags.string('image-pull-policy'),
    stdin: flags.bool('stdin'),
    tty: flags.bool('tty'),
    attachable: !flags.bool('leave-stdin-open'),
    annotations: flags.list('annotations'),
    privileged: flags.bool('privileged'),
  })
}

function overridden({ flags }: Kubectl, pod: JsonObject): JsonObject {
  const overrides = flags.string('overrides')
  if (!overrides) return pod
  try {
    return mergePatch(pod, JSON.parse(overrides)) as JsonObject
  } catch (error) {
    throw new UserError(`Invalid --overrides: ${(error as Error).message}`)
  }
}

const builtin = (kind: string, plural: string): Resource => ({
  group: '',
  version: 'v1',
  kind,
  plural,
  singular: kind.toLowerCase(),
  namespaced: true,
  shortNames: [],
  categories: [],
  verbs: [],
  subresources: [],
})
const podResource = builtin('Pod', 'pods')
const serviceResource = builtin('Service', 'services')

function* create(
  kubectl: Kubectl,
  resource: Resource,
  object: JsonObject,
  args: readonly string[],
): Sys<Info> {
  const info = new Info(kubectl, resource, kubectl.namespace, '')
  const placed = kubectl.flags.changed('namespace')
    ? { ...object, metadata: { ...(object['metadata'] as JsonObject), namespace: kubectl.namespace } }
    : object
  const given = recorded(
    kubectl,
    args,
    (kubectl.flags.bool('save-config') ? withLastApplied(placed as KubeLike) : placed) as KubeLike,
  )
  if (dryRunOf(kubectl) === 'client') info.keep(given)
  else yield* info.create(given, writeQuery(kubectl, 'kubectl-run'))
  return info
}

function* exposePod(kubectl: Kubectl, name: string): Sys<void> {
  const port = Number(kubectl.flags.string('port'))
  const labels = kubectl.flags.string('labels')
    ? (Object.fromEntries(
        kubectl.flags
          .string('labels')
          .split(',')
          .map((pair) => pair.split('=')),
      ) as JsonObject)
    : { run: name }
  const service = {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name, creationTimestamp: null },
    spec: { ports: [{ protocol: 'TCP', port, targetPort: port }], selector: labels },
    status: { loadBalancer: {} },
  }
  const info = yield* create(kubectl, serviceResource, service as unknown as JsonObject, [])
  yield* printDone(kubectl, 'created', info.object as KubeLike)
  // Once from kubectl run, once from the printer (kubectl: run.go generateService).
  if (kubectl.flags.string('output') === 'yaml') yield* kubectl.out('---\n---\n')
}

const podIn = (info: Info): Pod => info.object as unknown as Pod

/** Attach once it runs, then end with its exit status; with --rm it is deleted in any case. */
function* attachAndWait(kubectl: Kubectl, info: Info): Sys<void> {
  const { flags } = kubectl
  try {
    const timeoutMs = flags.ms('pod-running-timeout')
    const outcome = yield* waitUntil(info, timeoutMs, (event) => {
      if (event) info.keep(event.object)
      const phase = podIn(info).status?.phase
      return phase === 'Running' || phase === 'Succeeded' || phase === 'Failed'
    })
    if (outcome === 'timeout') throw new UserError('timed out waiting for the condition')
    yield* attachOrLog(kubectl, info)
    yield* concluded(kubectl, info)
  } finally {
    if (flags.bool('rm')) yield* removed(kubectl, info)
  }
}

function* attachOrLog(kubectl: Kubectl, info: Info): Sys<void> {
  const pod = podIn(info)
  if (pod.status?.phase === 'Running') {
    try {
      return yield* attachTo(kubectl, pod, '')
    } catch (error) {
      if (!(error instanceof UserError) || error instanceof Exit) throw error
      yield* kubectl.err(
        `warning: couldn't attach to pod/${info.name}, falling back to streaming logs: ${error.message}\n`,
      )
    }
  }
  const stream = yield* kubectl.api.open({
    path: `${info.path()}/log`,
    query: { container: pod.spec?.containers[0]?.name },
    accept: 'application/json, */*',
  })
  if (typeof stream.response.body === 'string') yield* kubectl.out(stream.response.body)
  for (let next = yield* stream.next(); typeof next === 'object'; next = yield* stream.next())
    yield* kubectl.out(String(next.data))
}

function* concluded(kubectl: Kubectl, info: Info): Sys<void> {
  const { flags } = kubectl
  const restart = podIn(info).spec?.restartPolicy
  if (flags.bool('leave-stdin-open') || restart === 'Always') return
  yield* waitUntil(info, flags.ms('pod-running-timeout'), (event) => {
    if (event) info.keep(event.object)
    const phase = podIn(info).status?.phase
    return phase === 'Succeeded' || (restart === 'Never' && phase === 'Failed') || event?.type === 'DELETED'
  })
  const { status, metadata } = podIn(info)
  if (status?.phase === 'Succeeded') return
  const label = `${metadata?.namespace}/${metadata?.name}`
  if (status?.phase !== 'Failed') throw new UserError(`pod ${label} left in phase ${status?.phase}`)
  const terminated = status.containerStatuses?.[0]?.state?.terminated
  if (!terminated?.exitCode) throw new UserError(`pod ${label} failed with unknown exit code`)
  throw new Exit(
    terminated.exitCode,
    `pod ${label} terminated (${terminated.reason ?? ''})${terminated.message ? `\n${terminated.message}` : ''}`,
  )
}

function* removed(kubectl: Kubectl, info: Info): Sys<void> {
  yield* info.delete({ propagationPolicy: 'Background' })
  if (!kubectl.flags.bool('quiet')) yield* kubectl.out(`pod "${info.name}" deleted\n`)
  yield* awaitDeleted(info, String(info.metadata['uid'] ?? ''), 60_000)
}
