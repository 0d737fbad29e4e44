import type { ClusterRole, Role, RoleBinding } from 'kubernetes-types/rbac/v1'
import type { RbacObjects } from '../../../src/kernel/apiserver/authz/rbac-rules.ts'

interface Named {
  readonly kind?: string
  readonly metadata?: { readonly name?: string; readonly namespace?: string }
}

/** Roles and bindings from a list of objects, by kind. */
export function rbacFixture(objects: readonly Named[]): RbacObjects {
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind)
  const placed = (kind: string, namespace: string, name: string) =>
    ofKind(kind).find(({ metadata }) => metadata?.name === name && (metadata?.namespace ?? '') === namespace)
  return {
    bindings: (namespace) =>
      (namespace
        ? ofKind('RoleBinding').filter(({ metadata }) => metadata?.namespace === namespace)
        : ofKind('ClusterRoleBinding')) as unknown as RoleBinding[],
    clusterRole: (name) => placed('ClusterRole', '', name) as unknown as ClusterRole | undefined,
    role: (namespace, name) => placed('Role', namespace, name) as unknown as Role | undefined,
  }
}
