import type { PolicyRule, RoleRef, Subject } from 'kubernetes-types/rbac/v1'
import { invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { validateDNS1123Subdomain, validatePathSegmentName } from '../../names.ts'
import { invalids } from './rules.ts'

// kubernetes: pkg/apis/rbac/validation/validation.go

const groupName = 'rbac.authorization.k8s.io'

/** One rule of a Role or, if not namespaced, of a ClusterRole (ValidatePolicyRule). */
export function validatePolicyRule(rule: PolicyRule, namespaced: boolean, field: string): FieldError[] {
  const { verbs = [], nonResourceURLs: urls = [], apiGroups = [], resources = [], resourceNames = [] } = rule
  const path = `${field}.nonResourceURLs`
  const errors = verbs.length > 0 ? [] : [required(`${field}.verbs`, 'verbs must contain at least one value')]
  if (urls.length > 0) {
    if (namespaced) errors.push(invalid(path, urls, 'namespaced rules cannot apply to non-resource URLs'))
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0)
      errors.push(invalid(path, urls, 'rules cannot apply to both regular resources and non-resource URLs'))
    return errors
  }
  if (apiGroups.length === 0)
    errors.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'))
  if (resources.length === 0)
    errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'))
  return errors
}

/** What is bound to whom; a binding without a namespace must say that of its service accounts (ValidateRoleBinding). */
export function validateBinding(
  { apiGroup = '', kind = '', name = '' }: RoleRef,
  subjects: readonly Subject[] | undefined,
  namespaced: boolean,
): FieldError[] {
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']
  return [
    ...(apiGroup === groupName ? [] : [notSupported('roleRef.apiGroup', apiGroup, [groupName])]),
    ...(kinds.includes(kind) ? [] : [notSupported('roleRef.kind', kind, kinds)]),
    ...(name ? invalids('roleRef.name', name, validatePathSegmentName(name)) : [required('roleRef.name')]),
    ...(subjects ?? []).flatMap((subject, i) => validateSubject(subject, namespaced, `subjects[${i}]`)),
  ]
}

function validateSubject(
  { kind = '', name = '', namespace = '', apiGroup = '' }: Subject,
  namespaced: boolean,
  field: string,
): FieldError[] {
  const group = (wanted: string) =>
    apiGroup === wanted ? [] : [notSupported(`${field}.apiGroup`, apiGroup, [wanted])]
  const errors = name ? [] : [required(`${field}.name`)]
  switch (kind) {
    case 'ServiceAccount':
      return [
        ...errors,
        ...(name ? invalids(`${field}.name`, name, validateDNS1123Subdomain(name)) : []),
        ...group(''),
        ...(namespaced || namespace ? [] : [required(`${field}.namespace`)]),
      ]
    case 'User':
    case 'Group':
      return [...errors, ...group(groupName)]
    default:
      return [...errors, notSupported(`${field}.kind`, kind, ['ServiceAccount', 'User', 'Group'])]
  }
}
