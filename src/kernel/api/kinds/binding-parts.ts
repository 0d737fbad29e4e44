import type { RoleBinding, RoleRef, Subject } from 'kubernetes-types/rbac/v1'
import { goSyntax, invalid, type FieldError } from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import type { Column } from '../kind.ts'
import type { KubeObject } from '../objects.ts'
import { ageColumn, nameColumn, text, wide } from './column.ts'

/** What RoleBinding and ClusterRoleBinding share. */
export interface BindingObject extends KubeObject {
  readonly roleRef: RoleRef
  readonly subjects?: Subject[]
}

const groupName = 'rbac.authorization.k8s.io'

/** kubernetes: pkg/apis/rbac/v1/defaults.go. */
export function withDefaultGroups<T extends BindingObject>(object: T): T {
  const { roleRef, subjects } = object
  return {
    ...object,
    roleRef: { ...roleRef, apiGroup: roleRef?.apiGroup || groupName },
    ...(subjects && { subjects: subjects.map(withGroup) }),
  }
}

function withGroup(subject: Subject): Subject {
  const named = subject.kind === 'User' || subject.kind === 'Group'
  return named && !subject.apiGroup ? { ...subject, apiGroup: groupName } : subject
}

/** A binding is made for one role. */
export function roleRefChange(now: BindingObject, old: BindingObject): FieldError[] {
  const shown = goRoleRef(now.roleRef)
  return shown === goRoleRef(old.roleRef)
    ? []
    : [invalid('roleRef', goSyntax(shown), 'cannot change roleRef')]
}

const goRoleRef = ({ apiGroup = '', kind = '', name = '' }: RoleRef): string =>
  `rbac.RoleRef{APIGroup:${goQuote(apiGroup)}, Kind:${goQuote(kind)}, Name:${goQuote(name)}}`

/** kubernetes: pkg/printers/internalversion/printers.go printRoleBinding; upstream still shows an older version's words. */
export function bindingColumns(role: string, what: string): readonly Column<BindingObject>[] {
  const names = (kind: string) => (object: BindingObject) => subjectsOf(object, kind).join(', ')
  return [
    nameColumn,
    text(
      'Role',
      `${role} If the RoleRef cannot be resolved, the Authorizer must return an error.`,
      ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`,
    ),
    ageColumn,
    wide('Users', `Users in the ${what}`, names('User')),
    wide('Groups', `Groups in the ${what}`, names('Group')),
    wide('ServiceAccounts', `ServiceAccounts in the ${what}`, names('ServiceAccount')),
  ]
}

const subjectsOf = ({ subjects }: Pick<RoleBinding, 'subjects'>, kind: string): string[] =>
  (subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map(({ namespace, name }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
