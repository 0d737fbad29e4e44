import type { Pod } from 'kubernetes-types/core/v1'
import type { PersistentVolume } from 'kubernetes-types/core/v1'
import type { PolicyRule, Subject } from 'kubernetes-types/rbac/v1'
import type { VolumeAttachment } from 'kubernetes-types/storage/v1'
import { attributesOf, type Attributes } from '../../../src/kernel/apiserver/authz/authorizer.ts'
import { compactRules } from '../../../src/kernel/apiserver/authz/compact-rules.ts'
import { rulesCover } from '../../../src/kernel/apiserver/authz/covers.ts'
import { NodeAuthorizer } from '../../../src/kernel/apiserver/authz/node.ts'
import type { NodeObjects } from '../../../src/kernel/apiserver/authz/node-objects.ts'
import { ruleAllows } from '../../../src/kernel/apiserver/authz/policy-rules.ts'
import { appliesTo, grantsOf } from '../../../src/kernel/apiserver/authz/rbac-rules.ts'
import { RbacAuthorizer } from '../../../src/kernel/apiserver/authz/rbac.ts'
import { nodeRules } from '../../../src/kernel/apiserver/bootstrap/policy.ts'
import type { User } from '../../../src/kernel/apiserver/call.ts'
import { requestInfo } from '../../../src/kernel/apiserver/request-info.ts'
import { difference, notApplicable, show, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { rbacFixture } from './rbac-fixture.ts'

/** Attributes as Go's record of them is printed, or as the test's own type is. */
interface GoAttributes {
  readonly User?: { readonly Name?: string; readonly Groups?: readonly string[] }
  readonly Verb?: string
  readonly Namespace?: string
  readonly APIGroup?: string
  readonly APIVersion?: string
  readonly Resource?: string
  readonly Subresource?: string
  readonly Name?: string
  readonly Path?: string
  readonly ResourceRequest?: boolean
  readonly FieldSelectorRequirements?: readonly { Field: string; Operator: string; Value: string }[]
  readonly user?: string
  readonly groups?: string
  readonly verb?: string
  readonly namespace?: string
  readonly apiGroup?: string
  readonly resource?: string
  readonly subresource?: string
}

function attributes(go: GoAttributes): Attributes {
  const own = go.verb !== undefined || go.resource !== undefined
  const user: User = {
    name: go.User?.Name ?? go.user ?? '',
    uid: '',
    groups: go.User?.Groups ?? (go.groups ? go.groups.split(',') : []),
  }
  const fields = go.FieldSelectorRequirements?.map(({ Field, Operator, Value }) => ({
    field: Field,
    value: Value,
    negated: Operator === '!=',
  }))
  return {
    user,
    verb: go.Verb ?? go.verb ?? '',
    resourceRequest: go.ResourceRequest ?? own,
    path: go.Path ?? '',
    group: go.APIGroup ?? go.apiGroup ?? '',
    version: go.APIVersion ?? '',
    resource: go.Resource ?? go.resource ?? '',
    subresource: go.Subresource ?? go.subresource ?? '',
    namespace: go.Namespace ?? go.namespace ?? '',
    name: go.Name ?? '',
    ...(fields ? { fields } : {}),
  }
}

interface Roles {
  readonly roles?: readonly object[]
  readonly roleBindings?: readonly object[]
  readonly clusterRoles?: readonly object[]
  readonly clusterRoleBindings?: readonly object[]
}

const objectsOf = ({ roles = [], roleBindings = [], clusterRoles = [], clusterRoleBindings = [] }: Roles) =>
  rbacFixture([
    ...roles.map((one) => ({ ...one, kind: 'Role' })),
    ...roleBindings.map((one) => ({ ...one, kind: 'RoleBinding' })),
    ...clusterRoles.map((one) => ({ ...one, kind: 'ClusterRole' })),
    ...clusterRoleBindings.map((one) => ({ ...one, kind: 'ClusterRoleBinding' })),
  ])

/** kubernetes: plugin/pkg/auth/authorizer/rbac/rbac_test.go */
export const rbacAuthorizerSuite = vectorSuite('plugin__pkg__auth__authorizer__rbac__rbac_test', {
  TestAuthorizer: (row: Roles & { shouldPass?: GoAttributes[]; shouldFail?: GoAttributes[] }): Verdict => {
    const authorizer = new RbacAuthorizer(objectsOf(row))
    const allowed = (go: GoAttributes) => authorizer.authorize(attributes(go)).verdict === 'allow'
    const wrong = row.shouldPass?.find((go) => !allowed(go)) ?? row.shouldFail?.find(allowed)
    return wrong && show(wrong)
  },
  TestRuleMatches: (row: {
    rule: PolicyRule
    requestsToExpected: { request: GoAttributes; expected?: boolean }[]
  }) =>
    row.requestsToExpected
      .filter(({ request, expected = false }) => ruleAllows(row.rule, attributes(request)) !== expected)
      .map(({ request }) => show(request))[0],
})

/** kubernetes: pkg/registry/rbac/validation */
export const ruleResolverSuite = vectorSuite('pkg__registry__rbac__validation__rule_test', {
  TestDefaultRuleResolver: (row: {
    StaticRoles: Roles
    user: { Name?: string; Groups?: string[] }
    namespace?: string
    effectiveRules?: PolicyRule[]
  }): Verdict => {
    const user: User = { name: row.user.Name ?? '', uid: '', groups: row.user.Groups ?? [] }
    const got = grantsOf(objectsOf(row.StaticRoles), user, row.namespace ?? '').flatMap(
      ({ rule }) => rule ?? [],
    )
    const order = (rules: PolicyRule[]) => rules.map((rule) => JSON.stringify(rule)).sort()
    return difference(order(got), order(row.effectiveRules ?? []))
  },
  TestAppliesTo: (row: {
    subjects: Subject[]
    user: { Name?: string; Groups?: string[] }
    namespace?: string
    appliesTo?: boolean
    index?: number
  }): Verdict => {
    const user: User = { name: row.user.Name ?? '', uid: '', groups: row.user.Groups ?? [] }
    const index = row.subjects.findIndex((subject) => appliesTo(subject, user, row.namespace ?? ''))
    return difference(index, row.appliesTo ? (row.index ?? 0) : -1)
  },
})

export const compactRulesSuite = vectorSuite('pkg__registry__rbac__validation__policy_compact_test', {
  TestCompactRules: (row: { Rules?: PolicyRule[]; Expected?: PolicyRule[] }) => {
    const order = (rules: PolicyRule[]) => rules.map((rule) => JSON.stringify(rule)).sort()
    return difference(order(compactRules(row.Rules ?? [])), order(row.Expected ?? []))
  },
  TestIsSimpleResourceRule: (row: { Rule?: PolicyRule; Simple?: boolean }) => {
    const rule = row.Rule ?? { verbs: [] }
    // Two of a simple rule become one; two of another stay two.
    const merged = compactRules([rule, rule]).length === 1
    return difference(merged, row.Simple ?? false)
  },
})

export const coversSuite = vectorSuite('component-helpers__auth__rbac__validation__policy_comparator_test', {
  TestCovers: (row: { owned?: PolicyRule[]; wanted?: PolicyRule[]; covered?: boolean }) =>
    difference(rulesCover(row.owned ?? [], row.wanted ?? []).length === 0, row.covered ?? false),
})

export const subjectLocatorSuite = vectorSuite('plugin__pkg__auth__authorizer__rbac__subject_locator_test', {
  TestSubjectLocator: 'no API asks for all subjects who may do something',
})

/** kubernetes: apiserver/pkg/endpoints/filters/authorization_test.go */
export const authorizerAttributesSuite = vectorSuite(
  'apiserver__pkg__endpoints__filters__authorization_test',
  {
    TestGetAuthorizerAttributes: (row: { Verb: string; Path: string; ExpectedAttributes: GoAttributes }) => {
      const user: User = { name: '', uid: '', groups: [] }
      const info = requestInfo({ method: row.Verb, path: row.Path, headers: {} })
      const { fields: got, ...rest } = attributesOf(user, info)
      const { fields: want, ...expected } = attributes(row.ExpectedAttributes)
      const operators = (list: Attributes['fields']) =>
        list?.map(({ field, value, negated }) => `${field}${negated}${value}`)
      return (
        difference({ ...rest, path: info.path }, { ...expected, path: info.path }) ??
        difference(operators(got?.length ? got : undefined), operators(want))
      )
    },
    TestAuditAnnotation: 'annotations of an audit log that is not kept',
  },
)

/** The objects that the test generates: two nodes with two pods in two namespaces each (node_authorizer_test.go generate). */
function nodeFixture(): NodeObjects {
  const pods: Pod[] = []
  const volumes: PersistentVolume[] = []
  const nodes = ['node0', 'node1']
  for (const node of nodes)
    for (const i of [0, 1]) {
      const namespace = `ns${i}`
      const name = `pod${i}-${node}`
      const full = `${name}-${namespace}`
      pods.push({
        metadata: { name, namespace },
        spec: {
          nodeName: node,
          serviceAccountName: `svcacct${i}-${node}`,
          containers: [],
          volumes: [
            { name: 's', secret: { secretName: `secret0-${name}` } },
            { name: 'shared', secret: { secretName: `secret0-shared` } },
            { name: 'c', configMap: { name: `configmap0-${name}` } },
            { name: 'p', persistentVolumeClaim: { claimName: `pvc0-${name}` } },
          ],
          resourceClaims: [{ name: 'c', resourceClaimName: `claim0-${full}` }],
        } as unknown as Pod['spec'],
        status: {
          resourceClaimStatuses: [{ name: 't', resourceClaimName: `generated-claim-${full}-0` }],
        } as unknown as Pod['status'],
      })
      volumes.push({
        metadata: { name: `pv0-${full}` },
        spec: {
          claimRef: { namespace, name: `pvc0-${name}` },
          flexVolume: { driver: 'd', secretRef: { name: `secret-pv0-${full}` } },
        },
      })
    }
  return {
    pod: (namespace, name) =>
      pods.find(({ metadata }) => metadata?.name === name && metadata.namespace === namespace),
    podsOn: (node) => pods.filter(({ spec }) => spec?.nodeName === node),
    volumes: () => volumes,
    attachment: (name) => ({ spec: { nodeName: name.split('-')[1] } }) as VolumeAttachment,
    sliceNode: (name) => name.split('-')[1],
  }
}

/** Three pods that share secrets: one on node1, one on node2, one on node3 (TestNodeAuthorizerSharedResources). */
const sharing: NodeObjects = {
  ...nodeFixture(),
  podsOn: (node) => {
    const secrets = { node1: ['node1-only', 'node1-node2-only'], node2: ['node1-node2-only'] }
    const names = [...(secrets[node as 'node1'] ?? []), 'shared-all']
    const volumes = names.map((secretName) => ({ name: secretName, secret: { secretName } }))
    return [{ metadata: { name: node, namespace: 'ns1' }, spec: { nodeName: node, containers: [], volumes } }]
  },
}
const sharers = new NodeAuthorizer(sharing, nodeRules())

const kubelets = new NodeAuthorizer(nodeFixture(), nodeRules())

/** kubernetes: plugin/pkg/auth/authorizer/node/node_authorizer_test.go; 1 allows, 2 has no opinion. */
export const nodeAuthorizerSuite = vectorSuite('plugin__pkg__auth__authorizer__node__node_authorizer_test', {
  TestNodeAuthorizerSharedResources: (row: {
    Decision: number
    Secret: string
    User: GoAttributes['User']
  }) => {
    const wanted = {
      User: row.User,
      ResourceRequest: true,
      Resource: 'secrets',
      Namespace: 'ns1',
      Name: row.Secret,
    }
    const { verdict } = sharers.authorize(attributes({ ...wanted, Verb: 'get' }))
    return difference(verdict, row.Decision === 1 ? 'allow' : 'no opinion')
  },
  TestNodeAuthorizer: (row: {
    attrs: GoAttributes
    expect: number
    features?: { $string: string }
  }): Verdict => {
    if (row.features?.$string.includes('=false'))
      return notApplicable('a feature gate that is on in 1.32 is off')
    const { verdict, reason } = kubelets.authorize(attributes(row.attrs))
    return difference(verdict, row.expect === 1 ? 'allow' : 'no opinion') && `${verdict} ${reason}`
  },
})

export const nodeGraphSuite = vectorSuite('plugin__pkg__auth__authorizer__node__graph_test', {
  TestDeleteEdgesLocked: "Go's graph; here the caches are asked",
  TestIndex2: "Go's graph; here the caches are asked",
})

/** kubernetes: apiserver/pkg/endpoints/filters/authentication_test.go */
export const authenticationFilterSuite = vectorSuite(
  'apiserver__pkg__endpoints__filters__authentication_test',
  {
    TestAuthenticateRequestWithAud: 'a fake authenticator behind a Go handler',
    TestAuthenticateMetrics: 'metrics of a Go handler',
    TestAuthenticateRequestClearHeaders: 'headers of a proxy in front of the server; there is none',
    TestUnauthenticatedHTTP2ClientConnectionClose: "Go's HTTP/2 connections",
  },
)
