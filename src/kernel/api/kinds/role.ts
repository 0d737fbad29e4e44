import type { Role } from 'kubernetes-types/rbac/v1'
import type { FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validatePathSegmentName } from '../names.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { validatePolicyRule } from './validation/rbac.ts'

/** kubernetes: pkg/registry/rbac/role/strategy.go */
export const role = kind<Typed<Role>>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  singular: 'role',
  namespaced: true,
  allowCreateOnUpdate: true,
  validate,
  // Twice: the strategy asks both ValidateRole and ValidateRoleUpdate, which asks ValidateRole again.
  validateUpdate: (object, old) => [
    ...validate(object),
    ...validate(object),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
  ],
})

function validate({ metadata, rules }: Typed<Role>): FieldError[] {
  return [
    ...validateObjectMeta(metadata, true, validatePathSegmentName),
    ...(rules ?? []).flatMap((rule, i) => validatePolicyRule(rule, true, `rules[${i}]`)),
  ]
}
