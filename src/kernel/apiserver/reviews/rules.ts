import { badRequest, StatusError } from '../../api/status.ts'
import type { HttpResponse } from '../../host/http.ts'
import type { ResourceCall } from '../call.ts'
import { render } from '../render.ts'
import type { Task } from '../task.ts'
import { questionOf } from './question.ts'

/** What may I do in a namespace (kubernetes: pkg/registry/authorization/selfsubjectrulesreview)? The answer is a new object. */
export function* selfSubjectRulesReview(call: ResourceCall): Task<HttpResponse> {
  const { spec } = questionOf(call)
  const namespace = spec['namespace'] as string | undefined
  if (!namespace) throw new StatusError(badRequest('no namespace on request'))
  const { resourceRules, nonResourceRules, incomplete } = call.api.authorization.rulesFor(
    call.user,
    namespace,
  )
  const { kind } = call.resource.definition
  return render(call.form, 201, {
    kind,
    apiVersion: call.resource.apiVersion,
    metadata: { creationTimestamp: null },
    spec: {},
    status: {
      resourceRules,
      nonResourceRules,
      incomplete: incomplete !== undefined,
      ...(incomplete ? { evaluationError: incomplete } : {}),
    },
  })
}
