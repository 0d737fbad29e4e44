import type { Handler } from '../call.ts'
import type { Resource } from '../resources.ts'
import { localSubjectAccessReview, selfSubjectAccessReview, subjectAccessReview } from './access.ts'
import { selfSubjectRulesReview } from './rules.ts'
import { selfSubjectReview, tokenReview } from './identity.ts'

/** What answers a question, by kind. */
const handlers: Readonly<Record<string, Handler>> = {
  LocalSubjectAccessReview: localSubjectAccessReview,
  SelfSubjectAccessReview: selfSubjectAccessReview,
  SelfSubjectReview: selfSubjectReview,
  SelfSubjectRulesReview: selfSubjectRulesReview,
  SubjectAccessReview: subjectAccessReview,
  TokenReview: tokenReview,
}

/** Creating an object of these kinds is asking a question. Undefined: it is kept like any other. */
export const reviewHandler = ({ definition: { group, kind } }: Resource): Handler | undefined =>
  group === 'authentication.k8s.io' || group === 'authorization.k8s.io' ? handlers[kind] : undefined
