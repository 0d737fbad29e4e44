import type { ClusterRoleBinding } from 'kubernetes-types/rbac/v1'
import { kind, type Typed } from '../kind.ts'
import { validatePathSegmentName } from '../names.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { bindingColumns, roleRefChange, withDefaultGroups } from './binding-parts.ts'
import { validateBinding } from './validation/rbac.ts'

/** kubernetes: pkg/registry/rbac/clusterrolebinding/strategy.go */
export const clusterRoleBinding = kind<Typed<ClusterRoleBinding>>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  namespaced: false,
  allowCreateOnUpdate: true,
  defaults: withDefaultGroups,
  validate,
  // Twice: the strategy asks both ValidateClusterRoleBinding and ValidateClusterRoleBindingUpdate, which asks ValidateClusterRoleBinding again.
  validateUpdate: (object, old) => [
    ...validate(object),
    ...validate(object),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...roleRefChange(object, old),
  ],
  columns: bindingColumns(
    'RoleRef can only reference a ClusterRole in the global namespace.',
    'clusterRoleBinding',
  ),
})

function validate({ metadata, roleRef, subjects }: Typed<ClusterRoleBinding>) {
  return [
    ...validateObjectMeta(metadata, false, validatePathSegmentName),
    ...validateBinding(roleRef, subjects, false),
  ]
}
