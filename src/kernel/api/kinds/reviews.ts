import type { KindDefinition } from '../kind.ts'

/** Questions: they are answered when they are created, and nobody keeps them (kubernetes: pkg/registry/authentication, authorization). */
export const reviewKinds: readonly KindDefinition[] = [
  review('authentication.k8s.io', 'SelfSubjectReview'),
  review('authentication.k8s.io', 'TokenReview'),
  review('authorization.k8s.io', 'LocalSubjectAccessReview', true),
  review('authorization.k8s.io', 'SelfSubjectAccessReview'),
  review('authorization.k8s.io', 'SelfSubjectRulesReview'),
  review('authorization.k8s.io', 'SubjectAccessReview'),
]

function review(group: string, kind: string, namespaced = false): KindDefinition {
  const singular = kind.toLowerCase()
  return { group, version: 'v1', kind, plural: `${singular}s`, singular, namespaced, verbs: ['create'] }
}
