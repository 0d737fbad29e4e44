import type { ClusterRole, PolicyRule, RoleBinding } from 'kubernetes-types/rbac/v1'
import { describer, type Describer } from './describer.ts'
import { annotations, labels } from './metadata.ts'
import type { Writer } from './writer.ts'

const group = 'rbac.authorization.k8s.io'

function head(w: Writer, { metadata = {} }: { readonly metadata?: ClusterRole['metadata'] }): void {
  w.field(0, 'Name', metadata.name)
  labels(w, 'Labels', metadata.labels)
  annotations(w, 'Annotations', metadata.annotations)
}

const role = (kind: string) =>
  describer<ClusterRole>({
    group,
    kind,
    *describe(w, object) {
      head(w, object)
      w.line(0, 'PolicyRule:')
      w.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs')
      w.line(1, '---------\t-----------------\t--------------\t-----')
      for (const row of rows(object.rules ?? [])) w.line(1, row)
    },
  })

interface Simple {
  readonly key: string
  readonly resource: string
  readonly urls: string
  readonly names: string
  verbs: string[]
}

/** One row for each resource; verbs of the same together (kubectl: rbac.CompactRules, SortableRuleSlice). */
function rows(rules: readonly PolicyRule[]): string[] {
  const compact: Simple[] = []
  for (const rule of rules) {
    for (const one of broken(rule)) {
      const same = compact.find(({ key }) => key === one.key && one.key !== '')
      if (same) same.verbs.push(...one.verbs)
      else compact.push(one)
    }
  }
  const text = (rule: Simple) => `${rule.resource}\t${rule.urls}\t${rule.names}\t[${rule.verbs.join(' ')}]`
  return compact
    .map((rule) => ({ rule, order: sortKey(rule) }))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
    .map(({ rule }) => text(rule))
}

function* broken({
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
  verbs,
}: PolicyRule): Generator<Simple> {
  for (const apiGroup of apiGroups)
    for (const resource of resources)
      for (const name of resourceNames.length ? resourceNames : [undefined])
        yield {
          key: `${apiGroup} ${resource} ${name ?? ''}`,
          resource: combine(resource, apiGroup),
          urls: '[]',
          names: name === undefined ? '[]' : `[${name}]`,
          verbs: [...verbs],
        }
  for (const url of nonResourceURLs)
    yield { key: `url ${url}`, resource: '', urls: `[${url}]`, names: '[]', verbs: [...verbs] }
}

/** `deployments.apps/scale`. */
function combine(resource: string, apiGroup: string): string {
  if (!apiGroup) return resource
  const slash = resource.indexOf('/')
  return slash < 0
    ? `${resource}.${apiGroup}`
    : `${resource.slice(0, slash)}.${apiGroup}${resource.slice(slash)}`
}

/** Rules are sorted by how Go prints them. */
const sortKey = (rule: Simple) => `${rule.verbs.join(' ')}\0${rule.key}`

const binding = (kind: string) =>
  describer<RoleBinding>({
    group,
    kind,
    *describe(w, object) {
      head(w, object)
      w.line(0, 'Role:')
      w.field(1, 'Kind', object.roleRef.kind)
      w.field(1, 'Name', object.roleRef.name)
      w.line(0, 'Subjects:')
      w.line(1, 'Kind\tName\tNamespace')
      w.line(1, '----\t----\t---------')
      for (const { kind: subject, name, namespace = '' } of object.subjects ?? [])
        w.line(1, `${subject}\t${name}\t${namespace}`)
    },
  })

export const rbac: readonly Describer[] = [
  role('ClusterRole'),
  role('Role'),
  binding('ClusterRoleBinding'),
  binding('RoleBinding'),
]
