import type { ClusterRole, PolicyRule, Role, RoleBinding } from 'kubernetes-types/rbac/v1'
import { goQuote } from '../../api/go-quote.ts'
import { equalJson } from '../../api/json.ts'
import type { JsonObject, KubeObject } from '../../api/objects.ts'
import { notFound, StatusError } from '../../api/status.ts'
import type { Attributes as Wanted } from '../authz/authorizer.ts'
import { compactRules, goList, printRule } from '../authz/compact-rules.ts'
import { rulesCover } from '../authz/covers.ts'
import { rbacObjects, rulesOf } from '../authz/rbac-rules.ts'
import type { Api } from '../call.ts'
import type { AdmissionPlugin, Attributes } from './chain.ts'
import { forbiddenIn } from './pod.ts'

const group = 'rbac.authorization.k8s.io'

/**
 * Nobody gives away what they have not got (kubernetes: pkg/registry/rbac/role/policybased and its siblings). Upstream's
 * storage does this, whatever plugins are on.
 */
export const roleEscalation: AdmissionPlugin = {
  name: 'RoleEscalation',
  mutate(attributes, api): KubeObject | undefined {
    const { resource, object, old, user } = attributes
    const { definition } = resource
    if (definition.group !== group || !object || user.groups.includes('system:masters')) return object
    if (definition.kind.endsWith('Binding')) checkBinding(attributes, api, object as RoleBinding & KubeObject)
    else if (!old || !sameRules(object, old)) checkRole(attributes, api, object as Role & KubeObject)
    return object
  },
}

const everything: PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]

/** What its aggregation may make of a role is anything. */
function checkRole(attributes: Attributes, api: Api, role: Role & KubeObject): void {
  if (may(attributes, api, 'escalate', attributes.resource.definition.plural, attributes.name)) return
  confirm(attributes, api, role.rules ?? [])
  const { aggregationRule } = role as unknown as ClusterRole
  const before = (attributes.old as unknown as ClusterRole | undefined)?.aggregationRule
  const changed = JSON.stringify(aggregationRule) !== JSON.stringify(before)
  if (aggregationRule && changed) confirm(attributes, api, everything)
}

function checkBinding(attributes: Attributes, api: Api, binding: RoleBinding & KubeObject): void {
  const { old, namespace } = attributes
  if (old && same(binding, old, 'roleRef') && same(binding, old, 'subjects')) return
  const { kind, name } = binding.roleRef
  if (may(attributes, api, 'bind', kind === 'Role' ? 'roles' : 'clusterroles', name)) return
  const rules = rulesOf(rbacObjects(api.resources), binding.roleRef, namespace)
  if ('error' in rules) throw new StatusError(notFound({ group, name: kind.toLowerCase() }, name))
  confirm(attributes, api, rules)
}

function may(
  { user, namespace }: Attributes,
  api: Api,
  verb: string,
  resource: string,
  name: string,
): boolean {
  const wanted: Wanted = {
    user,
    verb,
    group,
    version: 'v1',
    resource,
    subresource: '',
    name,
    namespace,
    path: '',
    resourceRequest: true,
  }
  return api.authorization.authorize(wanted).verdict === 'allow'
}

/** Throws 403 with what the user has not got (pkg/registry/rbac/validation/rule.go ConfirmNoEscalation). */
function confirm(attributes: Attributes, api: Api, rules: readonly PolicyRule[]): void {
  const { user, namespace } = attributes
  const grants = api.authorization.rbac.grants(user, namespace)
  const missing = rulesCover(
    grants.flatMap(({ rule }) => rule ?? []),
    rules,
  )
  if (missing.length === 0) return
  const lines = [...new Set(compactRules(missing).map(printRule))].sort()
  const errors = grants.flatMap(({ error }) => error ?? [])
  const unresolved = errors.length
    ? `; resolution errors: [${errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`}]`
    : ''
  throw forbiddenIn(
    attributes,
    `user ${goQuote(user.name)} (groups=${goList(user.groups)}) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}${unresolved}`,
  )
}

const sameRules = (a: KubeObject, b: KubeObject): boolean =>
  same(a, b, 'rules') && same(a, b, 'aggregationRule')

const same = (a: object, b: object, key: string): boolean =>
  equalJson((a as JsonObject)[key] ?? null, (b as JsonObject)[key] ?? null)
