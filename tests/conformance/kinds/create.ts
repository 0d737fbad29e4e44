import jsonPatch, { type Operation } from 'fast-json-patch'
import { groupVersionOf, type Json, type KubeObject } from '../../../src/kernel/api/objects.ts'
import { resourceOf } from '../../../src/kernel/api/kinds/index.ts'
import { beforeCreate, decodeObject, encodeObject } from '../../../src/kernel/api/kinds/strategy.ts'
import type { KindDefinition } from '../../../src/kernel/api/kind.ts'
import type { Status } from '../../../src/kernel/api/status.ts'
import {
  difference,
  jsonLines,
  notApplicable,
  show,
  tally,
  type OracleSuite,
  type Verdict,
} from '../suite.ts'

/** A POST with `dryRun=All`, as it was answered. */
interface CreateCase {
  readonly src: string
  readonly doc: number
  readonly path: string
  readonly body: Json
  readonly status: number
  readonly response: Json
}

interface MutationBase {
  readonly base: number
  readonly path: string
  readonly body: Json
}

interface MutationCase {
  readonly base: number
  readonly op: Operation
  readonly status: number
  readonly reason?: string
  readonly message?: string
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field: string }[]
}

/** Creates through the strategies of our kinds alone, without admission and allocation. */
export const createSuite: OracleSuite = {
  pattern: /^apiserver-golden\/create-dryrun\.jsonl\.gz$/,
  run: (_path, text) => tally(jsonLines<CreateCase>(text), ({ src, doc }) => `${src}#${doc}`, judgeCreate),
}

/** The same of bodies with one JSON patch operation applied. */
export const mutationSuite: OracleSuite = {
  pattern: /^apiserver-golden\/mutations\.jsonl\.gz$/,
  run: (path, text, read) => {
    const bases = jsonLines<MutationBase>(read(path.replace('mutations', 'mutation-bases')) ?? '')
    return tally(
      jsonLines<MutationCase>(text),
      ({ base, op }) => `${resourcePath(bases[base]!.path)} base ${base} ${show(op).slice(0, 160)}`,
      (item) => judgeMutation(bases[item.base]!, item),
    )
  },
}

const stamp = '2024-01-01T00:00:00Z'

type Answer = { readonly object: KubeObject } | { readonly status: Status }

function create(definition: KindDefinition, namespace: string, body: Json): Answer {
  const decoded = decodeObject(definition, body, 'Strict')
  if ('status' in decoded) return decoded
  const context = { namespace, now: Date.parse(stamp), uid: 'a-uid', random: () => 0 }
  // The field manager replaces what it cannot read before anybody validates it.
  const { managedFields, ...metadata } = decoded.object.metadata
  const given = { ...decoded.object, metadata }
  const { storedAs } = definition
  const created = storedAs
    ? beforeCreate(storedAs.definition, storedAs.toStored(given), context)
    : beforeCreate(definition, given, context)
  if ('status' in created) return created
  const shown = storedAs?.fromStored(created.object) ?? created.object
  return { object: encodeObject(definition, shown) }
}

function judgeCreate({ path, body, status, response }: CreateCase): Verdict {
  const { definition, namespace } = target(path)
  if (status === 409) return notApplicable('the recorded server held an object of that name already')
  if (!definition) return 'not yet served'
  const answer = create(definition, namespace, body)
  if ('status' in answer)
    return status < 400 ? `refused: ${answer.status.message}` : difference(answer.status, response)
  if (status >= 400) return `accepted, but ${(response as { message?: string }).message}`
  return difference(masked(answer.object as never, body), masked(response as never, body))
}

/** Ids that stand in other places than metadata, e.g. in a job's labels. */
const uids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

function judgeMutation({ path, body }: MutationBase, item: MutationCase): Verdict {
  const { definition, namespace } = target(path)
  if (item.status === 409) return notApplicable('the recorded server held an object of that name already')
  if (!definition) return 'not yet served'
  const mutated = jsonPatch.applyOperation(structuredClone(body), structuredClone(item.op)).newDocument
  const answer = create(definition, namespace, mutated)
  if (!('status' in answer)) return item.status === 201 ? undefined : `accepted, but ${item.message}`
  const { code, reason, message = '', details } = answer.status
  if (item.status !== code) return `${code} ${message}, want ${item.status} ${item.message ?? ''}`
  if (reason !== item.reason) return `reason ${reason}, want ${item.reason}`
  // Go walks maps in no order, so errors about keys of a map may come in any.
  const same = difference(sorted(details?.causes ?? []), sorted(item.causes ?? []))
  if (same) return same
  return message.length === item.message?.length ? undefined : `message ${message}, want ${item.message}`
}

const sorted = (causes: readonly unknown[]): string[] =>
  causes.map((cause) => JSON.stringify(sortKeys(cause)).replaceAll(address, '(0xc000000000)')).sort()

/** Pointers print where the recorded server's memory held what they point to. */
const address = /\(0xc[0-9a-f]{9}\)/g

const sortKeys = (value: unknown): unknown => Object.fromEntries(Object.entries(value as object).sort())

const resourcePath = (path: string): string => path.split('?', 1)[0]!.split('/').at(-1)!

/** `/apis/apps/v1/namespaces/x/deployments` -> the kind and the namespace. */
function target(path: string): {
  readonly definition: KindDefinition | undefined
  readonly namespace: string
} {
  const parts = path.split('?', 1)[0]!.split('/').slice(2)
  const [group, version] = path.startsWith('/api/')
    ? ['', parts[0]!]
    : groupVersionOf(`${parts[0]}/${parts[1]}`)
  const rest = parts.slice(path.startsWith('/api/') ? 1 : 2)
  const namespaced = rest[0] === 'namespaces' && rest.length > 2
  return { definition: resourceOf(group, version, rest.at(-1)!), namespace: namespaced ? rest[1]! : '' }
}

type Loose = { [key: string]: unknown }

/**
 * Both answers without what admission plugins and allocators add: managed fields, masked ids and times, the service account's
 * token volume, default tolerations, priority, addresses, ports and families of services, protection of volumes in use.
 */
function masked(answer: Loose, body: Json): Loose {
  const copy = JSON.parse(JSON.stringify(answer).replaceAll(uids, 'a-uid')) as Loose
  const metadata = copy['metadata'] as Loose
  for (const key of ['managedFields', 'uid', 'creationTimestamp', 'resourceVersion']) delete metadata[key]
  if (metadata['generateName']) delete metadata['name']
  // Admission protects what is in use; a phase begins when the object does.
  const protections = ['kubernetes.io/pvc-protection', 'kubernetes.io/pv-protection']
  const finalizers = ((metadata['finalizers'] ?? []) as string[]).filter(
    (name) => !protections.includes(name),
  )
  setOrDrop(metadata, 'finalizers', finalizers)
  delete (copy['status'] as Loose | undefined)?.['lastPhaseTransitionTime']
  const mask = masks[String(copy['kind'])]
  mask?.(copy['spec'] as Loose, ((body as Loose)['spec'] ?? {}) as Loose)
  return copy
}

const masks: Readonly<Record<string, (spec: Loose, given: Loose) => void>> = {
  Pod: (spec, given) => {
    const isToken = ({ name }: { name: string }) => name.startsWith('kube-api-access-')
    const without = (list: unknown) => ((list ?? []) as { name: string }[]).filter((item) => !isToken(item))
    setOrDrop(spec, 'volumes', without(spec['volumes']))
    for (const container of [
      ...((spec['containers'] ?? []) as Loose[]),
      ...((spec['initContainers'] ?? []) as Loose[]),
    ]) {
      setOrDrop(container, 'volumeMounts', without(container['volumeMounts']))
    }
    const added = ({ key, operator, effect, tolerationSeconds }: Loose) =>
      /^node\.kubernetes\.io\/(not-ready|unreachable)$/.test(String(key)) &&
      operator === 'Exists' &&
      effect === 'NoExecute' &&
      tolerationSeconds === 300
    setOrDrop(
      spec,
      'tolerations',
      ((spec['tolerations'] ?? []) as Loose[]).filter((one) => !added(one)),
    )
    for (const key of ['priority', 'preemptionPolicy']) if (given[key] === undefined) delete spec[key]
    if (!given['serviceAccountName'] && !given['serviceAccount']) {
      delete spec['serviceAccountName']
      delete spec['serviceAccount']
    }
  },
  Service: (spec, given) => {
    for (const key of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort']) {
      if (given[key] === undefined) delete spec[key]
    }
    for (const [i, port] of ((spec['ports'] ?? []) as Loose[]).entries()) {
      if (!(given['ports'] as Loose[] | undefined)?.[i]?.['nodePort']) delete port['nodePort']
    }
  },
}

function setOrDrop(object: Loose, key: string, list: readonly unknown[]): void {
  if (list.length > 0) object[key] = list
  else delete object[key]
}
