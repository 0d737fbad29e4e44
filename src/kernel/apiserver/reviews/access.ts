import { goSyntax, invalid, type FieldError } from '../../api/field-error.ts'
import { parseFieldSelector, type FieldSelector } from '../../api/fields.ts'
import type { JsonObject, KubeObject } from '../../api/objects.ts'
import { invalidObject, StatusError } from '../../api/status.ts'
import type { HttpResponse } from '../../host/http.ts'
import type { Attributes } from '../authz/authorizer.ts'
import type { ResourceCall, User } from '../call.ts'
import type { Task } from '../task.ts'
import { answered, questionOf, type Question } from './question.ts'

// kubernetes: pkg/registry/authorization, pkg/apis/authorization/validation

/** May somebody do that? */
export function* subjectAccessReview(call: ResourceCall): Task<HttpResponse> {
  const question = questionOf(call)
  refuse(call, [...checkSpec(question), ...checkSubject(question), ...checkMetadata(question, false)])
  return decided(call, question, subjectOf(question))
}

/** The same within one namespace. */
export function* localSubjectAccessReview(call: ResourceCall): Task<HttpResponse> {
  const question = questionOf(call)
  refuse(call, [
    ...checkSpec(question),
    ...checkSubject(question),
    ...checkMetadata(question, true),
    ...checkNamespace(question),
  ])
  return decided(call, question, subjectOf(question))
}

/** May I? */
export function* selfSubjectAccessReview(call: ResourceCall): Task<HttpResponse> {
  const question = questionOf(call)
  refuse(call, [...checkSpec(question), ...checkMetadata(question, false)])
  return decided(call, question, call.user)
}

function decided(call: ResourceCall, question: Question, user: User): HttpResponse {
  const { verdict, reason } = call.api.authorization.authorize(wantedOf(question, user))
  return answered(call, question, {
    allowed: verdict === 'allow',
    ...(verdict === 'deny' ? { denied: true } : {}),
    ...(reason ? { reason } : {}),
  })
}

interface Spec {
  readonly user?: string
  readonly groups?: readonly string[]
  readonly uid?: string
  readonly extra?: User['extra']
  readonly resourceAttributes?: Partial<Omit<Attributes, 'user' | 'fields'>> & {
    readonly fieldSelector?: { readonly rawSelector?: string; readonly requirements?: readonly Requirement[] }
  }
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string }
}

interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

const specOf = ({ spec }: Question): Spec => spec as Spec

function subjectOf(question: Question): User {
  const { user = '', uid = '', groups = [], extra } = specOf(question)
  return { name: user, uid, groups, extra }
}

function wantedOf(question: Question, user: User): Attributes {
  const { resourceAttributes: wanted, nonResourceAttributes: path } = specOf(question)
  const empty = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' }
  if (!wanted)
    return { ...empty, user, verb: path?.verb ?? '', path: path?.path ?? '', resourceRequest: false }
  const { fieldSelector, ...rest } = wanted
  const fields = fieldSelector && selectorOf(fieldSelector)
  return { ...empty, verb: '', ...rest, user, path: '', resourceRequest: true, ...(fields ? { fields } : {}) }
}

function selectorOf({
  rawSelector,
  requirements = [],
}: NonNullable<NonNullable<Spec['resourceAttributes']>['fieldSelector']>): FieldSelector {
  if (rawSelector) return parseFieldSelector(rawSelector)
  return requirements.flatMap(({ key, operator, values = [] }) =>
    values.length === 1 && (operator === 'In' || operator === 'NotIn')
      ? [{ field: key, value: values[0]!, negated: operator === 'NotIn' }]
      : [],
  )
}

function refuse({ resource }: ResourceCall, errors: readonly FieldError[]): void {
  if (errors.length) throw new StatusError(invalidObject(resource.groupKind, '', [...errors]))
}

function checkSpec(question: Question): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = specOf(question)
  if (resourceAttributes && nonResourceAttributes)
    return [
      invalid(
        'spec.nonResourceAttributes',
        printed(nonResourceAttributes),
        'cannot be specified in combination with resourceAttributes',
      ),
    ]
  if (resourceAttributes || nonResourceAttributes) return []
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
  return [invalid('spec.resourceAttributes', 'null', why)]
}

function checkSubject(question: Question): FieldError[] {
  const { user, groups } = specOf(question)
  if (user || groups?.length) return []
  return [invalid('spec.user', '', 'at least one of user or group must be specified')]
}

function checkMetadata({ object }: Question, placed: boolean): FieldError[] {
  const { managedFields, namespace, ...rest } = object.metadata as KubeObject['metadata'] & JsonObject
  const left = Object.values(rest).some((value) => value !== undefined && value !== null)
  if (!left && (placed || !namespace)) return []
  const why = placed ? 'must be empty except for namespace' : 'must be empty'
  return [invalid('metadata', printed(object.metadata), why)]
}

function checkNamespace(question: Question): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = specOf(question)
  const { namespace = '' } = resourceAttributes ?? {}
  return [
    ...(resourceAttributes && namespace !== question.object.metadata.namespace
      ? [invalid('spec.resourceAttributes.namespace', namespace, 'must match metadata.namespace')]
      : []),
    ...(nonResourceAttributes
      ? [
          invalid(
            'spec.nonResourceAttributes',
            printed(nonResourceAttributes),
            'disallowed on this kind of request',
          ),
        ]
      : []),
  ]
}

const printed = (value: object) => goSyntax(JSON.stringify(value))
