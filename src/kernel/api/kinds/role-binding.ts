import type { RoleBinding } from 'kubernetes-types/rbac/v1'
import { kind, type Typed } from '../kind.ts'
import { validatePathSegmentName } from '../names.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { bindingColumns, roleRefChange, withDefaultGroups } from './binding-parts.ts'
import { validateBinding } from './validation/rbac.ts'

/** kubernetes: pkg/registry/rbac/rolebinding/strategy.go */
export const roleBinding = kind<Typed<RoleBinding>>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  singular: 'rolebinding',
  namespaced: true,
  allowCreateOnUpdate: true,
  defaults: withDefaultGroups,
  validate,
  // Twice: the strategy asks both ValidateRoleBinding and ValidateRoleBindingUpdate, which asks ValidateRoleBinding again.
  validateUpdate: (object, old) => [
    ...validate(object),
    ...validate(object),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...roleRefChange(object, old),
  ],
  columns: bindingColumns(
    'RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace.',
    'roleBinding',
  ),
})

function validate({ metadata, roleRef, subjects }: Typed<RoleBinding>) {
  return [
    ...validateObjectMeta(metadata, true, validatePathSegmentName),
    ...validateBinding(roleRef, subjects, true),
  ]
}
