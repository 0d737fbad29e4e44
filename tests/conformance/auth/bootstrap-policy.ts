import { bootstrapPolicy } from '../../../src/kernel/apiserver/bootstrap/policy.ts'
import type { KubeObject } from '../../../src/kernel/api/objects.ts'
import { parse } from 'yaml'
import { difference, notApplicable, tally, type OracleSuite, type Verdict } from '../suite.ts'

const kinds = {
  clusterRoles: 'ClusterRole',
  clusterRoleBindings: 'ClusterRoleBinding',
  roles: 'Role',
  roleBindings: 'RoleBinding',
}

/** Of the recorded distribution alone. */
const foreign = /openshift|service-ca-cert-publisher/

/** The default roles and bindings as a real server has made them. */
export const bootstrapObjectsSuite: OracleSuite = {
  pattern: /^apiserver-golden\/rbac-bootstrap\.json$/,
  run: (_path, text) => {
    const lists = JSON.parse(text) as Record<keyof typeof kinds, KubeObject[]>
    const all = Object.entries(kinds).flatMap(([list, kind]) =>
      lists[list as keyof typeof kinds].map((object) => ({ ...object, kind })),
    )
    return tally(all, ({ kind, metadata }) => `${kind} ${metadata.name}`, same)
  },
}

/** The same as the fixtures of upstream's tests. */
export const bootstrapFixtureSuite: OracleSuite = {
  pattern: /^k8s-data\/rbac-bootstrap\/.+\.yaml$/,
  run: (_path, text) => {
    const { items } = parse(text) as { items: KubeObject[] }
    return tally(items, ({ kind, metadata }) => `${kind} ${metadata.name}`, same)
  },
}

const own = new Map(bootstrapPolicy().map((object) => [keyOf(object), object]))

function same(want: KubeObject): Verdict {
  if (foreign.test(want.metadata.name ?? '')) return notApplicable("the recorded distribution's own")
  const got = own.get(keyOf(want))
  if (!got) return 'not made'
  return difference(reduced(got), reduced(want))
}

function reduced(object: KubeObject) {
  const { labels, annotations } = object.metadata
  const { rules, roleRef, subjects, aggregationRule } = object as unknown as Record<string, unknown>
  return {
    labels,
    annotations,
    rules: rules ?? undefined,
    roleRef,
    subjects: subjects ?? undefined,
    aggregationRule,
  }
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`
}
