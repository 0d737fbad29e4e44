import { goQuote } from '../go-quote.ts'
import type { CustomResourceDefinition, DefinitionCondition } from './definition.ts'

// apiextensions-apiserver: pkg/apihelpers/helpers.go GetAPIApprovalState, pkg/controller/apiapproval

export const approvalAnnotation = 'api-approved.kubernetes.io'
export const approvalWhere = 'see https://github.com/kubernetes/enhancements/pull/1111'

/** Groups of the project itself need a review, or the word that there was none. */
export const isProtected = (group: string): boolean => /(^|\.)(k8s|kubernetes)\.io$/.test(group)

export const isReview = (annotation: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/[^/]+/i.test(annotation)

/** The condition that tells of it; undefined for other groups. */
export function approvalOf({
  metadata,
  spec,
}: CustomResourceDefinition): Omit<DefinitionCondition, 'lastTransitionTime'> | undefined {
  if (!isProtected(spec?.group ?? '')) return undefined
  const type = 'KubernetesAPIApprovalPolicyConformant'
  const annotation = metadata.annotations?.[approvalAnnotation]
  const missing = `protected groups must have approval annotation ${goQuote(approvalAnnotation)}`
  if (!annotation)
    return { type, status: 'False', reason: 'MissingAnnotation', message: `${missing}, ${approvalWhere}` }
  if (annotation.startsWith('unapproved'))
    return {
      type,
      status: 'False',
      reason: 'UnapprovedAnnotation',
      message: `not approved: ${goQuote(annotation)}`,
    }
  if (isReview(annotation))
    return { type, status: 'True', reason: 'ApprovedAnnotation', message: `approved in ${annotation}` }
  return {
    type,
    status: 'False',
    reason: 'InvalidAnnotation',
    message: `${missing} with either a URL or a reason starting with "unapproved", ${approvalWhere}`,
  }
}
