import type { PolicyRule, Subject } from 'kubernetes-types/rbac/v1'
import type { KubeObject } from '../../api/objects.ts'
import {
  bindingData,
  clusterBindingData,
  clusterRoleData,
  controllerNames,
  roleData,
  type BindingData,
  type RoleData,
} from './policy-data.ts'

const apiGroup = 'rbac.authorization.k8s.io'
const apiVersion = `${apiGroup}/v1`
const aggregateTo = (name: string): string => `${apiGroup}/aggregate-to-${name}`

/** Every role and binding that a cluster is born with, roles first. */
export function bootstrapPolicy(): KubeObject[] {
  const controllers = controllerNames.map((name): BindingData => {
    return { name: `system:controller:${name}`, subjects: [`ServiceAccount kube-system/${name}`] }
  })
  return [
    ...clusterRoleData.map((data) => roleOf('ClusterRole', data)),
    ...roleData.map((data) => roleOf('Role', data)),
    ...[...clusterBindingData, ...controllers].map((data) => bindingOf('ClusterRoleBinding', data)),
    ...bindingData.map((data) => bindingOf('RoleBinding', data)),
  ]
}

/** What all nodes may do alike: the rules of the role `system:node` (bootstrappolicy.NodeRules). */
export const nodeRules = (): PolicyRule[] =>
  parseRules(clusterRoleData.find(({ name }) => name === 'system:node')?.rules ?? '')

function roleOf(kind: string, { name, namespace, rules, aggregateTo: to, aggregates }: RoleData): KubeObject {
  const parsed = parseRules(rules)
  return {
    apiVersion,
    kind,
    metadata: metadata(name, namespace, to ? { [aggregateTo(to)]: 'true' } : {}),
    ...(aggregates
      ? {
          aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [aggregateTo(aggregates)]: 'true' } }] },
        }
      : {}),
    rules: parsed.length ? parsed : null,
  } as KubeObject
}

function bindingOf(kind: string, { name, namespace, role = name, subjects }: BindingData): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: metadata(name, namespace, {}),
    roleRef: { apiGroup, kind: namespace ? 'Role' : 'ClusterRole', name: role },
    ...(subjects.length ? { subjects: subjects.map(subjectOf) } : {}),
  } as KubeObject
}

function subjectOf(text: string): Subject {
  const [kind = '', name = ''] = text.split(' ')
  if (kind !== 'ServiceAccount') return { kind, apiGroup, name }
  const [namespace = '', account = ''] = name.split('/')
  return { kind, name: account, namespace }
}

const metadata = (name: string, namespace: string | undefined, labels: Readonly<Record<string, string>>) => ({
  name,
  ...(namespace ? { namespace } : {}),
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
})

/** One rule a line; what begins further in belongs to the line before. */
export function parseRules(text: string): PolicyRule[] {
  return text
    .replace(/\n {6,}/g, ' ')
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => {
      const [verbs = [], second = [], resources, resourceNames] = line.split('|').map(words)
      if (!resources) return { verbs, nonResourceURLs: second }
      const apiGroups = second.map((group) => (group === '-' ? '' : group))
      return { verbs, apiGroups, resources, ...(resourceNames ? { resourceNames } : {}) }
    })
}

const words = (text: string): string[] => text.trim().split(/\s+/)
