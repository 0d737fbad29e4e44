import type { PolicyRule } from 'kubernetes-types/rbac/v1'
import { bootstrapPolicy } from '../../../src/kernel/apiserver/bootstrap/policy.ts'
import type { Attributes } from '../../../src/kernel/apiserver/authz/authorizer.ts'
import { ruleAllows } from '../../../src/kernel/apiserver/authz/policy-rules.ts'
import { grantsOf } from '../../../src/kernel/apiserver/authz/rbac-rules.ts'
import { RbacAuthorizer } from '../../../src/kernel/apiserver/authz/rbac.ts'
import type { User } from '../../../src/kernel/apiserver/call.ts'
import { jsonLines, tally, type OracleSuite, type Verdict } from '../suite.ts'
import { rbacFixture } from './rbac-fixture.ts'

interface Case {
  readonly user: string
  readonly groups: readonly string[]
  /** Group, resource, subresource, verb, name, namespace. */
  readonly attrs?: readonly [string, string, string, string, string, string]
  readonly nonres?: string
  readonly allowed: boolean
  readonly reason: string | null
}

/** SubjectAccessReviews of a real server with its default roles, a role and a binding of its own in the namespace sem. */
export const accessReviewSuite: OracleSuite = {
  pattern: /^apiserver-golden\/rbac-sar\.jsonl(\.gz)?$/,
  run: (_path, text) => {
    const objects = rbacFixture([...bootstrapPolicy(), ...ownObjects])
    const authorizer = new RbacAuthorizer(objects)
    return tally(
      jsonLines<Case>(text),
      ({ user, attrs, nonres }) => `${user} ${attrs?.join('|') ?? nonres}`,
      (item): Verdict => {
        const wanted = attributesOf(item)
        const decision = item.groups.includes('system:masters')
          ? { verdict: 'allow', reason: undefined }
          : authorizer.authorize(wanted)
        const allowed = decision.verdict === 'allow'
        if (allowed !== item.allowed) return `allowed ${allowed}: ${decision.reason}`
        const reason = decision.reason ?? null
        if (reason === item.reason) return undefined
        // Which of several bindings a real server sees first is its memory's affair.
        const others = grantsOf(objects, wanted.user, wanted.namespace)
          .filter(({ rule }) => rule && ruleAllows(rule, wanted))
          .map(({ source }) => `RBAC: allowed by ${source()}`)
        return item.reason && others.includes(item.reason) ? undefined : `${reason}, want ${item.reason}`
      },
    )
  },
}

function attributesOf({ user, groups, attrs, nonres }: Case): Attributes {
  const who: User = { name: user, uid: '', groups }
  const [group = '', resource = '', subresource = '', verb = 'get', name = '', namespace = ''] = attrs ?? []
  const what = { group, version: '', resource, subresource, verb, name, namespace }
  return { user: who, path: nonres ?? '', resourceRequest: attrs !== undefined, ...what }
}

/** What the recording had beside the defaults, as its answers tell. */
const rules: PolicyRule[] = [
  { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] },
  { verbs: ['*'], apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'] },
  { verbs: ['patch'], apiGroups: ['*'], resources: ['*/status'] },
]
const apiGroup = 'rbac.authorization.k8s.io'
const ownObjects = [
  { kind: 'Role', metadata: { name: 'r1', namespace: 'sem' }, rules },
  {
    kind: 'RoleBinding',
    metadata: { name: 'b1', namespace: 'sem' },
    roleRef: { apiGroup, kind: 'Role', name: 'r1' },
    subjects: [
      { kind: 'User', apiGroup, name: 'alice' },
      { kind: 'ServiceAccount', name: 'sa', namespace: 'sem' },
    ],
  },
]
