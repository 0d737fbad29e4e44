import { typed } from '../typed.ts'
import type { Pod } from 'kubernetes-types/core/v1'
import { StatusError } from '../../api/status.ts'
import { goQuote } from '../../api/go-quote.ts'
import { parseTime } from '../../api/time.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { isNotFound, UsageError } from '../errors.ts'
import { bool, duration, int, int64, text } from '../flag-spec.ts'
import type { Info } from '../info.ts'
import type { Kubectl } from '../kubectl.ts'
import { Mailbox } from '../mailbox.ts'
import { chosenContainer, containersOf } from '../pods.ts'
import { onePodOf, podsOf } from '../pod-of.ts'
import type { ApiRequest, Event } from '../transport.ts'
import { selectorFlag } from './shared-flags.ts'

export const logs: Command = {
  use: 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  short: 'Print the logs for a container in a pod',
  example: `  # Return snapshot logs from pod nginx with only one container
  kubectl logs nginx

  # Begin streaming the logs of the ruby container in pod web-1
  kubectl logs -f -c ruby web-1

  # Return snapshot logs from container nginx-1 of a deployment named nginx
  kubectl logs deployment/nginx -c nginx-1`,
  group: 'Troubleshooting and Debugging Commands',
  flags: [
    bool('follow', 'Specify if the logs should be streamed.', { short: 'f' }),
    text('container', 'Print the logs of this container', { short: 'c' }),
    bool(
      'previous',
      'If true, print the logs for the previous instance of the container in a pod if it exists.',
      { short: 'p' },
    ),
    bool('timestamps', 'Include timestamps on each line in the log output'),
    bool('all-containers', "Get all containers' logs in the pod(s)."),
    bool('all-pods', 'Get logs from all pod(s). Sets prefix to true.'),
    bool('prefix', 'Prefix each log line with the log source (pod name and container name)'),
    bool(
      'ignore-errors',
      'If watching / following pod logs, allow for any errors that occur to be non-fatal',
    ),
    bool(
      'insecure-skip-tls-verify-backend',
      'Skip verifying the identity of the kubelet that logs are requested from.',
    ),
    int64(
      'tail',
      'Lines of recent log file to display. Defaults to -1 with no selector, showing all log lines otherwise 10, if a selector is provided.',
      { initial: '-1' },
    ),
    int64('limit-bytes', 'Maximum bytes of logs to return. Defaults to no limit.'),
    duration(
      'since',
      'Only return logs newer than a relative duration like 5s, 2m, or 3h. Defaults to all logs. Only one of since-time / since may be used.',
    ),
    text(
      'since-time',
      'Only return logs after a specific date (RFC3339). Defaults to all logs. Only one of since-time / since may be used.',
    ),
    int(
      'max-log-requests',
      'Specify maximum number of concurrent logs to follow when using by a selector. Defaults to 5.',
      { initial: '5' },
    ),
    duration(
      'pod-running-timeout',
      'The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running',
      { initial: '20s' },
    ),
    selectorFlag,
  ],
  *run(kubectl, args) {
    checkArguments(kubectl, args)
    const targets = yield* targetsOf(kubectl, args)
    const { flags } = kubectl
    if (targets.length > 1 && flags.bool('follow')) {
      const limit = flags.int('max-log-requests')
      if (targets.length > limit)
        throw new UserError(
          `you are attempting to follow ${targets.length} log streams, but maximum allowed concurrency is ${limit}, use --max-log-requests to increase the limit`,
        )
      yield* followAll(kubectl, targets)
    } else for (const target of targets) yield* printOne(kubectl, target)
    return 0
  },
}

function checkArguments({ flags }: Kubectl, args: readonly string[]): void {
  const selector = flags.string('selector')
  if (!args.length && !selector) throw new UsageError(usage)
  if (args.length && selector) throw new UsageError('only a selector (-l) or a POD name is allowed')
  if (args.length > 2) throw new UsageError(usage)
  if (args.length > 1 && flags.string('container'))
    throw new UsageError('only one of -c or an inline [CONTAINER] arg is allowed')
  if (flags.changed('since') && flags.string('since-time'))
    throw new UserError('at most one of `sinceTime` or `sinceSeconds` may be specified')
  if (flags.bool('all-containers') && flags.string('container'))
    throw new UserError(
      `--all-containers=true should not be specified with container name ${flags.string('container')}`,
    )
  if (flags.string('since-time') && parseTime(flags.string('since-time')) === undefined)
    throw new UserError(timeProblem(flags.string('since-time')))
  if (flags.int('tail') < -1) throw new UserError('--tail must be greater than or equal to -1')
  if (flags.changed('since') && flags.ms('since') <= 0) throw new UserError('--since must be greater than 0')
  if (flags.changed('limit-bytes') && flags.int('limit-bytes') < 1)
    throw new UserError('--limit-bytes must be greater than 0')
}

/** Go: time.ParseError, for a text that does not begin with a year. */
const timeProblem = (text: string): string =>
  `parsing time ${goQuote(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${goQuote(text)} as "2006"`

const usage =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"

interface Target {
  readonly request: ApiRequest
  /** `[pod/web-1/nginx] `, or nothing. */
  readonly prefix: string
}

function* targetsOf(kubectl: Kubectl, args: readonly string[]): Sys<Target[]> {
  const { flags } = kubectl
  const container = flags.string('container') || args[1] || ''
  const prefixed = flags.bool('prefix') || flags.bool('all-pods')
  const pods = yield* podsFor(kubectl, args)
  const targets: Target[] = []
  for (const pod of pods) {
    const names = flags.bool('all-containers')
      ? logOrder(pod)
      : [yield* containerFor(kubectl, pod, container)]
    for (const name of names)
      targets.push({
        request: logRequest(kubectl, pod, name),
        prefix: prefixed ? `[pod/${pod.metadata?.name}/${name}] ` : '',
      })
  }
  return targets
}

/** Init containers come first (polymorphichelpers: logsForObjectWithClient). */
const logOrder = (pod: Pod): string[] => {
  const all = containersOf(pod)
  return ['init', '', 'ephem'].flatMap((kind) =>
    all.filter((one) => one.kind === kind).map(({ name }) => name),
  )
}

function* containerFor(kubectl: Kubectl, pod: Pod, name: string): Sys<string> {
  if (name) {
    if (!containersOf(pod).some((one) => one.name === name))
      throw new UserError(`container ${name} is not valid for pod ${pod.metadata?.name}`)
    return name
  }
  const { container, note } = chosenContainer(pod, '')
  if (note) yield* kubectl.err(note)
  return container.name
}

function* podsFor(kubectl: Kubectl, args: readonly string[]): Sys<Pod[]> {
  const { flags } = kubectl
  const selector = flags.string('selector')
  if (selector) {
    const list = yield* kubectl.api.call({
      path: `/api/v1/namespaces/${kubectl.namespace}/pods`,
      query: { labelSelector: selector },
    })
    const pods = typed<{ items?: Pod[] }>(list).items ?? []
    if (!pods.length) yield* kubectl.err(`No resources found in ${kubectl.namespace} namespace.\n`)
    return pods
  }
  const info = yield* objectFor(kubectl, args[0] as string)
  if (info.object?.kind === 'Pod') return [info.object as unknown as Pod]
  if (flags.bool('all-pods')) return yield* podsOf(kubectl, info)
  const { pod, count } = yield* onePodOf(kubectl, info, flags.ms('pod-running-timeout'))
  if (count > 1) yield* kubectl.err(`Found ${count} pods, using pod/${pod.metadata?.name}\n`)
  return [pod]
}

function* objectFor(kubectl: Kubectl, argument: string): Sys<Info> {
  try {
    const result = yield* select(kubectl, { names: { type: 'pods', names: [argument] }, singleType: true })
    const [info] = yield* result.infos()
    if (!info) throw new UserError('expected a resource')
    return info
  } catch (error) {
    if (!isNotFound(error) || !(error instanceof StatusError)) throw error
    throw new UserError(`error from server (NotFound): ${error.message} in namespace "${kubectl.namespace}"`)
  }
}

function logRequest(kubectl: Kubectl, pod: Pod, container: string): ApiRequest {
  const { flags } = kubectl
  const { name = '', namespace = '' } = pod.metadata ?? {}
  const tail = flags.int('tail')
  const on = (flag: string) => flags.bool(flag) || undefined
  return {
    path: `/api/v1/namespaces/${namespace}/pods/${name}/log`,
    accept: 'application/json, */*',
    query: {
      container,
      follow: on('follow'),
      previous: on('previous'),
      timestamps: on('timestamps'),
      limitBytes: flags.int('limit-bytes') || undefined,
      sinceSeconds: flags.changed('since') ? Math.ceil(flags.ms('since') / 1000) : undefined,
      sinceTime: flags.string('since-time') || undefined,
      tailLines: tail >= 0 ? tail : flags.string('selector') && !flags.changed('tail') ? 10 : undefined,
    },
  }
}

function* printOne(kubectl: Kubectl, { request, prefix }: Target): Sys<void> {
  const lines = new Prefixer(prefix)
  try {
    const stream = yield* kubectl.api.open(request)
    if (typeof stream.response.body === 'string') yield* kubectl.out(lines.feed(stream.response.body))
    for (let next = yield* stream.next(); next !== 'ended' && next !== 'timeout'; next = yield* stream.next())
      yield* kubectl.out(lines.feed(String(next.data)))
    yield* kubectl.out(lines.rest())
  } catch (error) {
    if (!kubectl.flags.bool('ignore-errors') || !(error instanceof UserError)) throw error
    yield* kubectl.err(`error: ${error.message}\n`)
  }
}

/** Several streams at once, lines as they come. */
function* followAll(kubectl: Kubectl, targets: readonly Target[]): Sys<void> {
  const mailbox = new Mailbox<{ readonly event: Event; readonly lines: Prefixer }>()
  for (const { request, prefix } of targets) {
    const lines = new Prefixer(prefix)
    kubectl.api.listen(request, (event) => mailbox.put({ event, lines }))
  }
  let open = targets.length
  while (open) {
    const { event, lines } = yield* mailbox.take()
    if ('data' in event) yield* kubectl.out(lines.feed(String(event.data)))
    else if ('response' in event && typeof event.response.body === 'string')
      yield* kubectl.out(lines.feed(event.response.body))
    else if ('ended' in event) {
      open--
      yield* kubectl.out(lines.rest())
    } else if ('refused' in event) {
      open--
      if (!kubectl.flags.bool('ignore-errors')) throw event.refused
      yield* kubectl.err(`error: ${event.refused.message}\n`)
    }
  }
}

/** Puts a prefix before each line. */
class Prefixer {
  readonly #prefix: string
  #partial = ''

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  feed(text: string): string {
    if (!this.#prefix) return text
    const lines = (this.#partial + text).split('\n')
    this.#partial = lines.pop() ?? ''
    return lines.map((line) => `${this.#prefix}${line}\n`).join('')
  }

  rest(): string {
    const rest = this.#partial
    this.#partial = ''
    return rest ? `${this.#prefix}${rest}` : ''
  }
}
