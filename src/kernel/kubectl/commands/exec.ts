import type { Pod } from 'kubernetes-types/core/v1'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../errors.ts'
import { bool, duration, list, text, type FlagSpec } from '../flag-spec.ts'
import type { Kubectl } from '../kubectl.ts'
import { chosenContainer } from '../pods.ts'
import { onePodOf } from '../pod-of.ts'
import { remoteCommand, terminalOr } from '../remote-command.ts'

const streamFlags: readonly FlagSpec[] = [
  text(
    'container',
    'Container name. If omitted, use the kubectl.kubernetes.io/default-container annotation for selecting the container to be attached or the first container in the pod will be chosen',
    { short: 'c' },
  ),
  bool('stdin', 'Pass stdin to the container', { short: 'i' }),
  bool('tty', 'Stdin is a TTY', { short: 't' }),
  bool('quiet', 'Only print output from the remote session', { short: 'q' }),
  duration(
    'pod-running-timeout',
    'The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running',
    { initial: '1m0s' },
  ),
]

export const exec: Command = {
  use: 'exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  short: 'Execute a command in a container',
  example: `  # Get output from running the 'date' command from pod mypod, using the first container by default
  kubectl exec mypod -- date

  # Switch to raw terminal mode; sends stdin to 'bash' in ruby-container from pod mypod
  kubectl exec mypod -c ruby-container -i -t -- bash -il`,
  group: 'Troubleshooting and Debugging Commands',
  flags: [...streamFlags, list('filename', 'to use to exec into the resource', { short: 'f' })],
  *run(kubectl, args) {
    const { flags } = kubectl
    const fromFile = flags.list('filename').length > 0
    if (kubectl.dash === 0 && args.length === 0)
      throw new UsageError(
        'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead',
      )
    const count = fromFile ? 0 : 1
    if (!fromFile && (!args.length || kubectl.dash === 0))
      throw new UserError('pod, type/name or --filename must be specified')
    const command = args.slice(count)
    if (command.length && kubectl.dash !== count)
      throw new UsageError(
        'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead',
      )
    if (!command.length) throw new UserError('you must specify at least one command for the container')
    const pod = yield* podFor(kubectl, fromFile ? undefined : (args[0] as string))
    const phase = pod.status?.phase
    if (phase === 'Succeeded' || phase === 'Failed')
      throw new UserError(`cannot exec into a container in a completed pod; current phase is ${phase}`)
    // A container that is named is the server's to find.
    const named = flags.string('container')
    const { container, note } = named ? { container: { name: named }, note: '' } : chosenContainer(pod, named)
    if (note && !flags.bool('quiet')) yield* kubectl.err(note)
    const tty = yield* terminalOr(kubectl, flags.bool('tty'))
    yield* remoteCommand(
      kubectl,
      `${podPath(pod)}/exec`,
      { command, container: container.name },
      { stdin: flags.bool('stdin'), tty },
    )
    return 0
  },
}

export const podPath = (pod: Pod): string =>
  `/api/v1/namespaces/${pod.metadata?.namespace}/pods/${pod.metadata?.name}`

function* podFor(kubectl: Kubectl, argument: string | undefined): Sys<Pod> {
  const { flags } = kubectl
  const result = yield* select(
    kubectl,
    argument === undefined
      ? { filenames: flags.list('filename'), latest: true }
      : { names: { type: 'pods', names: [argument] } },
  )
  const [info] = yield* result.infos()
  if (!info) throw new UserError('pod, type/name or --filename must be specified')
  const { pod } = yield* onePodOf(kubectl, info, flags.ms('pod-running-timeout'))
  return pod
}

export const attach: Command = {
  use: 'attach (POD | TYPE/NAME) -c CONTAINER',
  short: 'Attach to a running container',
  example: '  # Get output from running pod mypod\n  kubectl attach mypod',
  group: 'Troubleshooting and Debugging Commands',
  flags: streamFlags,
  *run(kubectl, args) {
    if (!args.length) throw new UsageError('at least 1 argument is required for attach')
    if (args.length > 1)
      throw new UsageError(
        `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`,
      )
    const pod = yield* podFor(kubectl, args[0] as string)
    yield* attachTo(kubectl, pod, kubectl.flags.string('container'))
    return 0
  },
}

/** kubectl: attach.go Run */
export function* attachTo(kubectl: Kubectl, pod: Pod, containerName: string): Sys<void> {
  const { flags } = kubectl
  const phase = pod.status?.phase
  if (phase === 'Succeeded' || phase === 'Failed')
    throw new UserError(`cannot attach a container in a completed pod; current phase is ${phase}`)
  const { container, note } = chosenContainer(pod, containerName)
  if (note && !flags.bool('quiet')) yield* kubectl.err(note)
  let tty = flags.bool('tty')
  if (tty && !container.tty) {
    if (!flags.bool('quiet'))
      yield* kubectl.err(`error: Unable to use a TTY - container ${container.name} did not allocate one\n`)
    tty = false
  } else if (container.tty) tty = true
  const raw = tty && (yield* terminalOr(kubectl, flags.bool('tty')))
  if (!flags.bool('quiet')) yield* kubectl.err("If you don't see a command prompt, try pressing enter.\n")
  yield* remoteCommand(
    kubectl,
    `${podPath(pod)}/attach`,
    { container: container.name },
    { stdin: flags.bool('stdin'), tty: raw || tty },
  )
  if (flags.bool('stdin') && raw && pod.spec?.restartPolicy === 'Always' && !flags.bool('quiet'))
    yield* kubectl.err(
      `Session ended, resume using 'kubectl attach ${pod.metadata?.name} -c ${container.name} -i -t' command when the pod is running\n`,
    )
}
