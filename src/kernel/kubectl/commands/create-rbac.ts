import { UserError } from '../../api/user-error.ts'
import type { JsonObject } from '../../api/objects.ts'
import type { Sys } from '../../host/sys.ts'
import type { Command } from '../command.ts'
import { array, list, text, type FlagSpec } from '../flag-spec.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'
import { generatorCommand } from './create-generic.ts'

const API = 'rbac.authorization.k8s.io/v1'

const ruleFlags: readonly FlagSpec[] = [
  list('verb', 'Verb that applies to the resources contained in the rule'),
  list('resource', 'Resource that the rule applies to'),
  array(
    'resource-name',
    'Resource in the white list that the rule applies to, repeat this flag for multiple items',
  ),
]

const known = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'use',
  'bind',
  'escalate',
  'impersonate',
  'proxy',
  'approve',
  'sign',
  'attest',
  'link',
  '*',
]

function verbsOf({ flags }: Kubectl): string[] {
  const verbs = flags.list('verb')
  return verbs.includes('*') ? ['*'] : [...new Set(verbs)]
}

/** One rule for each API group among the resources (kubectl: create_role.go generateResourcePolicyRules). */
function* rules(kubectl: Kubectl): Sys<JsonObject[]> {
  const { flags } = kubectl
  const mapper = yield* kubectl.mapper()
  const groups = new Map<string, string[]>()
  for (const text of flags.list('resource')) {
    const [named = '', subresource] = text.split('/')
    const resource = named === '*' ? { group: '', plural: '*' } : mapper.named(named)
    const name = subresource ? `${resource.plural}/${subresource}` : resource.plural
    groups.set(resource.group, [...(groups.get(resource.group) ?? []), name])
  }
  const resourceNames = flags.list('resource-name')
  return [...groups].map(([group, resources]) => ({
    verbs: verbsOf(kubectl),
    apiGroups: [group],
    resources,
    ...(resourceNames.length ? { resourceNames } : {}),
  }))
}

function checkVerbs({ flags, warn }: Kubectl): void {
  if (!flags.list('verb').length) throw new UserError('at least one verb must be specified')
  for (const verb of flags.list('verb'))
    if (!known.includes(verb)) warn(`'${verb}' is not a standard resource verb`)
}

const role = generatorCommand({
  use: 'role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]',
  short: 'Create a role with single rule',
  flags: ruleFlags,
  namespaced: true,
  *build(kubectl, name) {
    checkVerbs(kubectl)
    if (!kubectl.flags.list('resource').length) throw new UserError('at least one resource must be specified')
    return {
      kind: 'Role',
      apiVersion: API,
      metadata: { name, creationTimestamp: null },
      rules: yield* rules(kubectl),
    } as KubeLike
  },
})

const clusterRole = generatorCommand({
  use: 'clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]',
  short: 'Create a cluster role',
  flags: [
    ...ruleFlags,
    list('non-resource-url', 'A partial url that user should have access to.'),
    array('aggregation-rule', 'An aggregation label selector for combining ClusterRoles.', {
      type: 'stringToString',
    } as Partial<FlagSpec>),
  ],
  namespaced: false,
  *build(kubectl, name) {
    const { flags } = kubectl
    const head = { kind: 'ClusterRole', apiVersion: API, metadata: { name, creationTimestamp: null } }
    const aggregation = flags.list('aggregation-rule')
    if (aggregation.length) {
      const matchLabels = Object.fromEntries(
        aggregation.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
      )
      return {
        ...head,
        aggregationRule: { clusterRoleSelectors: [{ matchLabels }] },
        rules: null,
      } as unknown as KubeLike
    }
    checkVerbs(kubectl)
    const urls = flags.list('non-resource-url')
    if (!flags.list('resource').length && !urls.length)
      throw new UserError('one of resource or nonResourceURL must be specified')
    if (flags.list('resource-name').length && !flags.list('resource').length)
      throw new UserError('invalid verb')
    const resourceRules = flags.list('resource').length ? yield* rules(kubectl) : []
    const urlRules = urls.length ? [{ verbs: verbsOf(kubectl), nonResourceURLs: urls }] : []
    return { ...head, rules: [...resourceRules, ...urlRules] } as unknown as KubeLike
  },
})

const subjectFlags: readonly FlagSpec[] = [
  array('user', 'Usernames to bind to the role. The flag can be repeated to add multiple users.'),
  array('group', 'Groups to bind to the role. The flag can be repeated to add multiple groups.'),
  array(
    'serviceaccount',
    'Service accounts to bind to the role, in the format <namespace>:<name>. The flag can be repeated to add multiple service accounts.',
  ),
]

export function subjectsOf({ flags }: Kubectl, withGroup = true): JsonObject[] {
  const subject = (kind: string) => (name: string) => ({
    kind,
    ...(withGroup ? { apiGroup: 'rbac.authorization.k8s.io' } : {}),
    name,
  })
  return [
    ...flags.list('user').map(subject('User')),
    ...flags.list('group').map(subject('Group')),
    ...flags.list('serviceaccount').map((text) => {
      const [namespace, name, ...rest] = text.split(':')
      if (!namespace || !name || rest.length) throw new UserError('serviceaccount must be <namespace>:<name>')
      return { kind: 'ServiceAccount', name, namespace }
    }),
  ]
}

const roleBinding = generatorCommand({
  use: 'rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  short: 'Create a role binding for a particular role or cluster role',
  flags: [
    text('clusterrole', 'ClusterRole this RoleBinding should reference'),
    text('role', 'Role this RoleBinding should reference'),
    ...subjectFlags,
  ],
  namespaced: true,
  failure: 'failed to create rolebinding: ',
  build(kubectl, name) {
    const [clusterRoleName, roleName] = [kubectl.flags.string('clusterrole'), kubectl.flags.string('role')]
    if (!clusterRoleName === !roleName)
      throw new UserError('exactly one of clusterrole or role must be specified')
    const roleRef = {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: roleName ? 'Role' : 'ClusterRole',
      name: roleName || clusterRoleName,
    }
    return {
      kind: 'RoleBinding',
      apiVersion: API,
      metadata: { name, creationTimestamp: null },
      subjects: subjectsOf(kubectl),
      roleRef,
    } as unknown as KubeLike
  },
})

const clusterRoleBinding = generatorCommand({
  use: 'clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  short: 'Create a cluster role binding for a particular cluster role',
  flags: [
    text('clusterrole', 'ClusterRole this ClusterRoleBinding should reference', { required: true }),
    ...subjectFlags,
  ],
  namespaced: false,
  failure: 'failed to create clusterrolebinding: ',
  build(kubectl, name) {
    const roleRef = {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: kubectl.flags.string('clusterrole'),
    }
    return {
      kind: 'ClusterRoleBinding',
      apiVersion: API,
      metadata: { name, creationTimestamp: null },
      subjects: subjectsOf(kubectl),
      roleRef,
    } as unknown as KubeLike
  },
})

export const createRbac: readonly Command[] = [clusterRole, clusterRoleBinding, role, roleBinding]
