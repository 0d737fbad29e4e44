import type { ResourceQuota } from 'kubernetes-types/core/v1'
import { kinds } from '../../../src/kernel/api/kinds/index.ts'
import { canonicalQuantity } from '../../../src/kernel/api/quantity.ts'
import type { KubeObject } from '../../../src/kernel/api/objects.ts'
import { usedBy } from '../../../src/kernel/controllers/resource-quota.ts'
import { difference, notApplicable, type OracleSuite } from '../suite.ts'
import { vectorSuite } from '../vector.ts'

interface Row {
  readonly gvr: { readonly Group?: string; readonly Resource: string }
  readonly items?: KubeObject[]
  readonly quota: ResourceQuota
  readonly status?: ResourceQuota['status']
  readonly errorGVR?: unknown
  readonly expectedError?: unknown
}

const canonical = (amounts: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(
    Object.entries(amounts)
      .map(([name, amount]) => [name, canonicalQuantity(`${amount}`)])
      .sort(),
  )

const syncSuite = vectorSuite('pkg__controller__resourcequota__resource_quota_controller_test', {
  TestSyncResourceQuota: (c: Row) => {
    if (c.errorGVR || c.expectedError) return notApplicable('an error of a fake lister')
    const type = kinds.find(({ group, plural }) => group === (c.gvr.Group ?? '') && plural === c.gvr.Resource)
    if (!type) return `no resource ${c.gvr.Resource}`
    const used = usedBy(c.quota, [{ type, objects: c.items ?? [] }])
    return difference(canonical(used), canonical(c.status?.used))
  },
  TestAddQuota: 'in which of two queues a quota waits',
})

export const quotaSuites: readonly OracleSuite[] = [syncSuite]
