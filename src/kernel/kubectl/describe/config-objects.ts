import type {
  ConfigMap,
  LimitRange,
  Namespace,
  ResourceQuota,
  Secret,
  ServiceAccount,
} from 'kubernetes-types/core/v1'
import { decodeBase64 } from '../../api/base64.ts'
import { canonicalQuantity } from '../../api/quantity.ts'
import { decodeUtf8 } from '../utf8-text.ts'
import { describer, listOr } from './describer.ts'
import { describeEvents } from './events.ts'
import { describeHead } from './metadata.ts'
import { longTime, type Writer } from './writer.ts'

export const configMap = describer<ConfigMap>({
  group: '',
  kind: 'ConfigMap',
  *describe(w, { metadata, data = {}, binaryData = {} }, { events, now }) {
    describeHead(w, metadata)
    w.line(0, '\nData\n====')
    for (const key of Object.keys(data).sort()) w.line(0, `${key}:\n----\n${data[key]}\n`)
    w.line(0, '\nBinaryData\n====')
    for (const key of Object.keys(binaryData).sort()) w.line(0, `${key}: ${sizeOf(binaryData[key])} bytes`)
    w.line(0, '')
    describeEvents(w, events, now)
  },
})

function sizeOf(text = ''): number {
  const decoded = decodeBase64(text)
  return 'bytes' in decoded ? decoded.bytes.length : 0
}

export const secret = describer<Secret>({
  group: '',
  kind: 'Secret',
  *describe(w, { metadata, type, data = {} }) {
    describeHead(w, metadata)
    w.line(0, `\nType:\t${type}`)
    w.line(0, '\nData\n====')
    for (const key of Object.keys(data).sort()) {
      const decoded = decodeBase64(data[key] ?? '')
      const token = type === 'kubernetes.io/service-account-token' && key === 'token' && 'bytes' in decoded
      w.field(0, key, token ? decodeUtf8(decoded.bytes) : `${sizeOf(data[key])} bytes`)
    }
  },
})

export const serviceAccount = describer<ServiceAccount>({
  group: '',
  kind: 'ServiceAccount',
  *describe(w, { metadata = {}, secrets = [], imagePullSecrets = [] }, context) {
    const all = yield* listOr<Secret>(context, `/api/v1/namespaces/${metadata.namespace}/secrets`)
    const tokens = all.filter(
      ({ type, metadata: own }) =>
        type === 'kubernetes.io/service-account-token' &&
        own?.annotations?.['kubernetes.io/service-account.name'] === metadata.name &&
        own?.annotations?.['kubernetes.io/service-account.uid'] === metadata.uid,
    )
    describeHead(w, metadata)
    const known = new Set(all.map(({ metadata: own }) => own?.name))
    names(
      w,
      'Image pull secrets',
      imagePullSecrets.map(({ name = '' }) => name),
      known,
    )
    names(
      w,
      'Mountable secrets',
      secrets.map(({ name = '' }) => name),
      known,
    )
    names(
      w,
      'Tokens',
      tokens.map(({ metadata: own }) => own?.name ?? ''),
      known,
    )
    describeEvents(w, context.events, context.now)
  },
})

function names(
  w: Writer,
  title: string,
  list: readonly string[],
  known: ReadonlySet<string | undefined>,
): void {
  if (!list.length) return w.field(0, title, '<none>')
  for (const [i, name] of list.entries())
    w.line(0, `${i ? '                   ' : `${title}:`}\t${name}${known.has(name) ? '' : ' (not found)'}`)
}

export const namespace = describer<Namespace>({
  group: '',
  kind: 'Namespace',
  *describe(w, { metadata = {}, status = {} }, context) {
    const quotas = yield* listOr<ResourceQuota>(context, `/api/v1/namespaces/${metadata.name}/resourcequotas`)
    const ranges = yield* listOr<LimitRange>(context, `/api/v1/namespaces/${metadata.name}/limitranges`)
    describeHead(w, metadata)
    w.field(0, 'Status', status.phase ?? '')
    const conditions = status.conditions ?? []
    if (conditions.length) {
      w.line(
        0,
        'Conditions:\n  Type\tStatus\tLastTransitionTime\tReason\tMessage\n  ----\t------\t------------------\t------\t-------',
      )
      for (const { type, status: state, lastTransitionTime, reason = '', message = '' } of conditions)
        w.line(
          1,
          `${type} \t${state}\t${longTime(lastTransitionTime as unknown as string)}\t${reason}\t${message}`,
        )
    }
    describeQuotas(w, quotas)
    describeRanges(w, ranges)
  },
})

function describeQuotas(w: Writer, quotas: readonly ResourceQuota[]): void {
  if (!quotas.length) return w.line(0, '\nNo resource quota.')
  w.line(0, '\nResource Quotas')
  for (const { metadata, status = {} } of [...quotas].sort((a, b) =>
    (a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1,
  )) {
    w.line(0, ` Name:\t${metadata?.name}`)
    const hard = (status.hard ?? {}) as Record<string, string>
    const used = (status.used ?? {}) as Record<string, string>
    w.line(0, ' Resource\tUsed\tHard')
    w.line(0, ' --------\t---\t---')
    for (const key of Object.keys(hard).sort())
      w.line(
        0,
        ` ${key}\t${canonicalQuantity(String(used[key] ?? '0'))}\t${canonicalQuantity(String(hard[key]))}`,
      )
  }
}

function describeRanges(w: Writer, ranges: readonly LimitRange[]): void {
  if (!ranges.length) return w.line(0, '\nNo LimitRange resource.')
  w.line(
    0,
    '\nResource Limits\n Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n ----\t--------\t---\t---\t---------------\t-------------\t-----------------------',
  )
  for (const { spec } of ranges) limitRows(w, spec?.limits ?? [])
}

/** Rows of a LimitRange: each resource of each type. */
export function limitRows(w: Writer, limits: NonNullable<LimitRange['spec']>['limits']): void {
  for (const { type, min, max, default: limit, defaultRequest, maxLimitRequestRatio } of limits) {
    const lists = [min, max, defaultRequest, limit, maxLimitRequestRatio] as (
      | Readonly<Record<string, string>>
      | undefined
    )[]
    const resources = [...new Set(lists.flatMap((list) => Object.keys(list ?? {})))].sort()
    for (const name of resources)
      w.line(
        0,
        ` ${type}\t${name}\t${lists.map((list) => (list?.[name] === undefined ? '-' : canonicalQuantity(String(list[name])))).join('\t')}`,
      )
  }
}
