import type { ClusterRole, PolicyRule } from 'kubernetes-types/rbac/v1'
import { equalJson } from '../api/json.ts'
import { matchesLabels, selectorFromObject, type LabelSelectorObject } from '../api/labels.ts'
import type { Json, KubeObject } from '../api/objects.ts'
import { patchContentTypes } from '../client/api-client.ts'
import { controller } from '../client/controller.ts'
import type { View } from '../client/informer.ts'
import { perform, request } from '../client/writes.ts'
import type { ControllerOptions } from './options.ts'

const NAME = 'clusterrole-aggregation-controller'

/** Roles whose rules are those of others (kubernetes: pkg/controller/clusterroleaggregation). */
export const clusterRoleAggregation = controller<'ClusterRole', ControllerOptions>({
  name: NAME,
  reconciles: 'ClusterRole',
  matters: ({ object }) => (object as ClusterRole).aggregationRule !== undefined,
  watches: {
    ClusterRole: (_role, view) =>
      rolesIn(view).flatMap(({ aggregationRule, metadata }) =>
        aggregationRule ? [metadata?.name ?? ''] : [],
      ),
  },
  *reconcile(object, view) {
    const role = object as ClusterRole & KubeObject
    if (!role.aggregationRule || role.metadata.deletionTimestamp) return
    const rules = aggregated(role, rolesIn(view))
    if (equalJson((role.rules ?? []) as unknown as Json, rules as unknown as Json)) return
    const { apiVersion, kind } = role
    const { name = '' } = role.metadata
    yield* perform(
      request({
        method: 'PATCH',
        path: `/apis/${apiVersion}/clusterroles/${name}`,
        query: { fieldManager: NAME, force: true },
        body: { apiVersion, kind, metadata: { name }, rules },
        contentType: patchContentTypes.apply,
      }),
    )
  },
})

const rolesIn = (view: View): ClusterRole[] => view.list('ClusterRole') as ClusterRole[]

/** Each rule once, role by role in the order of their names, selector by selector. */
function aggregated(role: ClusterRole, all: readonly ClusterRole[]): PolicyRule[] {
  const rules: PolicyRule[] = []
  const others = all
    .filter(({ metadata }) => metadata?.name !== role.metadata?.name)
    .sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1))
  for (const wanted of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = selectorFromObject(wanted as LabelSelectorObject)
    for (const other of others)
      if (matchesLabels(selector, other.metadata?.labels))
        for (const rule of other.rules ?? [])
          if (!rules.some((one) => equalJson(one as unknown as Json, rule as unknown as Json)))
            rules.push(rule)
  }
  return rules
}
