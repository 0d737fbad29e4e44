import type { ResourceQuota } from 'kubernetes-types/core/v1'
import { amountsOf, type Amounts } from '../../api/kinds/pod/amounts.ts'
import type { JsonObject } from '../../api/objects.ts'
import {
  addQuantities,
  compareQuantities,
  parseQuantity,
  printQuantity,
  type Quantity,
} from '../../api/quantity.ts'
import { inScopes } from '../../api/quota/scopes.ts'
import { missingAmounts, usageOf } from '../../api/quota/usage.ts'
import type { Entry } from '../entry.ts'
import { trackedOwnStatus } from '../field-tracking.ts'
import type { Outcome } from '../storage.ts'
import type { Task } from '../task.ts'
import type { AdmissionPlugin, Attributes } from './chain.ts'
import { forbiddenIn, podIn } from './pod.ts'

/** What a namespace may hold (kubernetes: apiserver pkg/admission/plugin/resourcequota). The last of the plugins: it writes. */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  *validate(attributes, api): Task<void> {
    const { operation, subresource, object, namespace } = attributes
    const resource = api.resources.ofKind('', 'ResourceQuota')
    const cache = resource?.cache
    if (operation !== 'CREATE' || subresource || !object || !namespace || !cache) return
    const usage = usageOf(attributes.resource.definition, object)
    const concerned = cache
      .list(namespace)
      .filter(({ object: quota }) => concerns(quota as ResourceQuota, attributes, usage))
    // All must have room before any is charged.
    for (const entry of concerned) charged(attributes, entry, usage)
    if (attributes.dryRun) return
    for (const { key } of concerned)
      yield* api.storage.update(cache, key, (current): Outcome => {
        const put = current && charged(attributes, current, usage)
        return put ? { put: trackedOwnStatus(resource, current, put, api.os.clock) } : { same: true }
      })
  },
}

function concerns(quota: ResourceQuota, attributes: Attributes, usage: Amounts): boolean {
  const { hard = {} } = quota.status ?? {}
  if (!inScopes(quota, podIn(attributes))) return false
  return (
    Object.keys(hard).some((name) => usage.has(name)) ||
    (podIn(attributes) !== undefined && Object.keys(hard).length > 0)
  )
}

/** The quota with the usage added; throws 403 when it is too much. Undefined: it counts nothing of this. */
function charged(attributes: Attributes, { object }: Entry, usage: Amounts): JsonObject | undefined {
  const quota = object as ResourceQuota
  const hard = amountsOf(quota.status?.hard)
  const name = quota.metadata?.name ?? ''
  const pod = podIn(attributes)
  const missing = pod && missingAmounts(pod, [...hard.keys()])
  if (missing) throw forbiddenIn(attributes, `failed quota: ${name}: ${missing}`)
  const counted = [...hard.keys()].filter((key) => usage.has(key)).sort()
  if (counted.length === 0) return undefined
  const used = amountsOf(quota.status?.used)
  const before = (key: string) => used.get(key) ?? parseQuantity('0')
  const after = new Map(counted.map((key) => [key, addQuantities(before(key), usage.get(key)!)]))
  const exceeded = counted.filter((key) => compareQuantities(after.get(key)!, hard.get(key)!) > 0)
  if (exceeded.length) {
    const shown = (of: (key: string) => Quantity) =>
      exceeded.map((key) => `${key}=${printQuantity(of(key))}`).join(',')
    const [requested, now, limited] = [
      shown((key) => usage.get(key)!),
      shown(before),
      shown((key) => hard.get(key)!),
    ]
    throw forbiddenIn(
      attributes,
      `exceeded quota: ${name}, requested: ${requested}, used: ${now}, limited: ${limited}`,
    )
  }
  const total = Object.fromEntries([...after].map(([key, value]) => [key, printQuantity(value)]))
  return {
    ...quota,
    status: { ...quota.status, used: { ...quota.status?.used, ...total } },
  } as unknown as JsonObject
}
