import { goQuote } from '../../api/go-quote.ts'
import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { sleep } from '../../host/sys.ts'
import { select } from '../builder.ts'
import type { Command } from '../command.ts'
import { throwAll, UsageError } from '../errors.ts'
import { bool, duration, text } from '../flag-spec.ts'
import type { Info } from '../info.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { fieldPath, findValues } from '../printers/jsonpath.ts'
import { printerFor, printFlags } from '../printers/output.ts'
import { waitUntil } from '../wait-until.ts'
import { awaitDeleted, ignoring } from './delete.ts'
import { fileSelection } from './manifest-options.ts'
import { allNamespacesFlag, fieldSelectorFlag, filenameFlags, selectorFlag } from './shared-flags.ts'

export const wait: Command = {
  use: "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  short: 'Experimental: Wait for a specific condition on one or many resources',
  example: `  # Wait for the pod "busybox1" to contain the status condition of type "Ready"
  kubectl wait --for=condition=Ready pod/busybox1

  # Wait for pod "busybox1" to be running
  kubectl wait --for=jsonpath='{.status.phase}'=Running pod/busybox1`,
  group: 'Advanced Commands',
  flags: [
    ...printFlags,
    ...filenameFlags('identifying the resource.'),
    text(
      'for',
      "The condition to wait on: [create|delete|condition=condition-name[=condition-value]|jsonpath='{JSONPath expression}'=[JSONPath value]]. The default condition-value is true. Condition values are compared after Unicode simple case folding, which is a more general form of case-insensitivity.",
    ),
    duration(
      'timeout',
      "The length of time to wait before giving up.  Zero means check once and don't wait, negative means wait for a week.",
      { initial: '30s' },
    ),
    bool('all', 'Select all resources in the namespace of the specified resource types'),
    bool('local', 'If true, annotation will NOT contact api-server but run locally.'),
    allNamespacesFlag,
    selectorFlag,
    fieldSelectorFlag,
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    const condition = parseCondition(flags.string('for'))
    const timeoutMs = flags.ms('timeout') < 0 ? WEEK_MS : flags.ms('timeout')
    const deadline = kubectl.os.now + timeoutMs
    const infos = yield* resolved(kubectl, args, condition.type, deadline)
    if (!infos.length && condition.type !== 'delete') throw new UserError('no matching resources found')
    const errors: Error[] = []
    for (const info of infos) {
      try {
        yield* waitFor(kubectl, info, condition, Math.max(0, deadline - kubectl.os.now))
        yield* kubectl.out(printerFor(kubectl, 'condition met').print(info.object ?? bareObject(info)))
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        errors.push(error)
      }
    }
    throwAll(errors)
    return 0
  },
}

const WEEK_MS = 168 * 3600 * 1000

const bareObject = ({ mapping, name }: Info): KubeLike =>
  ({
    apiVersion: mapping.group ? `${mapping.group}/${mapping.version}` : mapping.version,
    kind: mapping.kind,
    metadata: { name },
  }) as KubeLike

interface Condition {
  readonly type: 'create' | 'delete' | 'condition' | 'jsonpath'
  readonly name: string
  readonly value: string | undefined
}

/** kubectl: wait.go conditionFuncFor */
function parseCondition(text: string): Condition {
  const lower = text.toLowerCase()
  if (lower === 'create' || lower === 'delete') return { type: lower, name: '', value: undefined }
  if (text.startsWith('condition=')) {
    const [name = '', ...rest] = text.slice('condition='.length).split('=')
    return { type: 'condition', name, value: rest.length ? rest.join('=') : 'true' }
  }
  if (text.startsWith('jsonpath=')) return jsonPathCondition(text.slice('jsonpath='.length))
  throw new UserError(`unrecognized condition: ${goQuote(text)}`)
}

function jsonPathCondition(text: string): Condition {
  const at = assignment(text)
  const path = (at < 0 ? text : text.slice(0, at)).replace(/^(['"])(.*)\1$/s, '$2')
  const value = at < 0 ? undefined : text.slice(at + 1)
  if (!path)
    throw new UserError(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    )
  if (value === '')
    throw new UserError(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    )
  return { type: 'jsonpath', name: fieldPath(path), value: value?.replace(/^(['"])(.*)\1$/s, '$2') }
}

/** Where the value begins: an equal sign outside of all brackets. */
function assignment(text: string): number {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string
    if ('{[('.includes(c)) depth++
    else if ('}])'.includes(c)) depth--
    else if (c === '=' && depth === 0) return i
  }
  return -1
}

function* resolved(kubectl: Kubectl, args: readonly string[], type: string, deadline: number): Sys<Info[]> {
  const { flags } = kubectl
  const selection = {
    ...fileSelection(kubectl),
    args,
    latest: true,
    all: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    continueOnError: true,
  }
  if (!args.length && !flags.list('filename').length)
    throw new UsageError('you must provide one or more resources')
  for (;;) {
    const infos: Info[] = []
    const result = yield* select(kubectl, selection)
    const visiting = result.visit(function* (info) {
      infos.push(info)
    })
    const errors = yield* ignoring(type === 'delete' || type === 'create', visiting)
    throwAll(errors)
    if (type !== 'create' || infos.length || kubectl.os.now >= deadline) {
      if (type === 'create' && !infos.length) throw new UserError('timed out waiting for the condition')
      return infos
    }
    yield* sleep(500)
  }
}

function* waitFor(_kubectl: Kubectl, info: Info, condition: Condition, timeoutMs: number): Sys<void> {
  if (condition.type === 'create') return
  if (condition.type === 'delete') return yield* deleted(info, timeoutMs)
  if (info.object && holds(condition, info.object)) return
  if (timeoutMs === 0) throw new UserError(timedOut(info))
  const outcome = yield* waitUntil(info, timeoutMs, (event) => {
    if (!event || event.type === 'DELETED') return false
    if (!holds(condition, event.object)) return false
    info.keep({ apiVersion: info.object?.apiVersion, kind: info.mapping.kind, ...event.object })
    return true
  })
  if (outcome === 'timeout') throw new UserError(timedOut(info))
}

const timedOut = (info: Info) => `timed out waiting for the condition on ${info.mapping.plural}/${info.name}`

function* deleted(info: Info, timeoutMs: number): Sys<void> {
  yield* awaitDeleted(info, String(info.metadata['uid'] ?? ''), timeoutMs)
}

function holds({ type, name, value }: Condition, object: KubeLike): boolean {
  if (type === 'jsonpath') return pathHolds(name, value, object)
  const { metadata, status } = object as {
    metadata?: { generation?: number }
    status?: { conditions?: readonly JsonObject[]; observedGeneration?: number }
  }
  const found = status?.conditions?.find((one) => String(one['type']).toLowerCase() === name.toLowerCase())
  if (!found) return false
  const observed = (found['observedGeneration'] ?? status?.observedGeneration) as number | undefined
  if (observed !== undefined && metadata?.generation !== undefined && observed < metadata.generation)
    return false
  return String(found['status']).toLowerCase() === (value ?? 'true').toLowerCase()
}

function pathHolds(path: string, value: string | undefined, object: KubeLike): boolean {
  const values = findValues(path, object)
  if (!values.length || !values[0]?.length) return false
  if (values.length > 1) throw new UserError('given jsonpath expression matches more than one list')
  if (values[0].length > 1) throw new UserError('given jsonpath expression matches more than one value')
  const [found] = values[0]
  if (value === undefined) return true
  if (typeof found === 'object')
    throw new UserError(`jsonpath leads to a nested object or list which is not supported`)
  return String(found).trim() === value.trim()
}
