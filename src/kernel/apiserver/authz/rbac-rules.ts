import type { ClusterRole, PolicyRule, Role, RoleBinding, Subject } from 'kubernetes-types/rbac/v1'
import { goQuote } from '../../api/go-quote.ts'
import type { User } from '../call.ts'
import type { Resources } from '../resources.ts'

/** A rule that a user has, or why a binding gives none. */
export interface Grant {
  readonly rule?: PolicyRule
  /** The binding that gives it, in words; made when somebody asks. */
  source(): string
  readonly error?: string
}

/** Where roles and bindings are read from: by namespace, '' for those of the cluster. */
export interface RbacObjects {
  bindings(namespace: string): readonly RoleBinding[]
  clusterRole(name: string): ClusterRole | undefined
  role(namespace: string, name: string): Role | undefined
}

const GROUP = 'rbac.authorization.k8s.io'

/** The roles and bindings of the caches. */
export function rbacObjects(resources: Resources): RbacObjects {
  const cache = (kind: string) => resources.ofKind(GROUP, kind)?.cache
  const [roles, bindings] = [cache('Role'), cache('RoleBinding')]
  const [clusterRoles, clusterBindings] = [cache('ClusterRole'), cache('ClusterRoleBinding')]
  return {
    bindings: (namespace) =>
      ((namespace ? bindings?.list(namespace) : clusterBindings?.list()) ?? []).map(
        ({ object }) => object as RoleBinding,
      ),
    clusterRole: (name) => clusterRoles?.get(name)?.object as ClusterRole | undefined,
    role: (namespace, name) => roles?.get(`${namespace}/${name}`)?.object as Role | undefined,
  }
}

/** Call back whenever a role or a binding changes. */
export function onRbacChange(resources: Resources, changed: () => void): void {
  for (const kind of ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'])
    resources.ofKind(GROUP, kind)?.cache.follow(changed)
}

/** Every rule that bindings in the cluster or in a namespace give a user (kubernetes: pkg/registry/rbac/validation/rule.go). */
export function grantsOf(objects: RbacObjects, user: User, namespace: string): Grant[] {
  const ofCluster = boundIn(objects, user, '')
  return namespace ? [...ofCluster, ...boundIn(objects, user, namespace)] : ofCluster
}

function boundIn(objects: RbacObjects, user: User, namespace: string): Grant[] {
  return objects.bindings(namespace).flatMap((binding) => {
    const subject = binding.subjects?.find((one) => appliesTo(one, user, namespace))
    if (!subject) return []
    const source = () => describe(binding, subject, namespace)
    const rules = rulesOf(objects, binding.roleRef, namespace)
    if ('error' in rules) return [{ source, error: rules.error }]
    return rules.map((rule): Grant => ({ rule, source }))
  })
}

/** The rules that a reference to a role stands for. */
export function rulesOf(
  objects: RbacObjects,
  { kind, name }: RoleBinding['roleRef'],
  namespace: string,
): readonly PolicyRule[] | { readonly error: string } {
  if (kind !== 'Role' && kind !== 'ClusterRole')
    return { error: `unsupported role reference kind: ${goQuote(kind)}` }
  const role = kind === 'Role' ? objects.role(namespace, name) : objects.clusterRole(name)
  if (!role) return { error: `${kind.toLowerCase()}.${GROUP} ${goQuote(name)} not found` }
  return role.rules ?? []
}

/** Whether a subject of a binding means this user. */
export function appliesTo({ kind, name, namespace }: Subject, user: User, bindingNamespace: string): boolean {
  if (kind === 'User') return user.name === name
  if (kind === 'Group') return user.groups.includes(name)
  const of = namespace || bindingNamespace
  return kind === 'ServiceAccount' && of !== '' && user.name === `system:serviceaccount:${of}:${name}`
}

function describe({ metadata, roleRef }: RoleBinding, subject: Subject, namespace: string): string {
  const { kind, name } = subject
  const of = subject.namespace || namespace
  const whom = `${kind} ${goQuote(kind === 'ServiceAccount' && of ? `${name}/${of}` : name)}`
  const binding = namespace
    ? `RoleBinding ${goQuote(`${metadata?.name}/${namespace}`)}`
    : `ClusterRoleBinding ${goQuote(metadata?.name ?? '')}`
  return `${binding} of ${roleRef.kind} ${goQuote(roleRef.name)} to ${whom}`
}
