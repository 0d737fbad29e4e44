import type { ClusterRole } from 'kubernetes-types/rbac/v1'
import { required, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateLabelSelector } from '../label-validation.ts'
import { validatePathSegmentName } from '../names.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { validatePolicyRule } from './validation/rbac.ts'

/** kubernetes: pkg/registry/rbac/clusterrole/strategy.go */
export const clusterRole = kind<Typed<ClusterRole>>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  singular: 'clusterrole',
  namespaced: false,
  allowCreateOnUpdate: true,
  validate,
  // Twice: the strategy asks both ValidateClusterRole and ValidateClusterRoleUpdate, which asks ValidateClusterRole again.
  validateUpdate: (object, old) => [
    ...validate(object),
    ...validate(object),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
  ],
})

/** kubernetes: pkg/apis/rbac/validation/validation.go ValidateClusterRole. */
function validate({ metadata, rules, aggregationRule }: Typed<ClusterRole>): FieldError[] {
  const path = 'aggregationRule.clusterRoleSelectors'
  const selectors = aggregationRule?.clusterRoleSelectors ?? []
  return [
    ...validateObjectMeta(metadata, false, validatePathSegmentName),
    ...(rules ?? []).flatMap((rule, i) => validatePolicyRule(rule, false, `rules[${i}]`)),
    ...(aggregationRule && selectors.length === 0
      ? [required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')]
      : []),
    ...selectors.flatMap((selector, i) => validateLabelSelector(selector, `${path}[${i}]`)),
  ]
}
