import { badRequest, StatusError } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import type { HttpResponse } from '../../host/http.ts'
import type { ResourceCall, User } from '../call.ts'
import { render } from '../render.ts'
import type { Task } from '../task.ts'
import { answered, questionOf } from './question.ts'

/** Who am I (kubernetes: pkg/registry/authentication/selfsubjectreview)? */
export function* selfSubjectReview(call: ResourceCall): Task<HttpResponse> {
  questionOf(call)
  return render(call.form, 201, {
    kind: 'SelfSubjectReview',
    apiVersion: call.resource.apiVersion,
    metadata: { creationTimestamp: formatTime(call.api.os.clock) },
    status: { userInfo: userInfo(call.user) },
  })
}

/** Whose token is that (kubernetes: pkg/registry/authentication/tokenreview)? */
export function* tokenReview(call: ResourceCall): Task<HttpResponse> {
  const question = questionOf(call)
  const { metadata } = question.object
  if (metadata.namespace)
    throw new StatusError(badRequest(`namespace is not allowed on this type: ${metadata.namespace}`))
  const { token, audiences = [] } = question.spec as { token?: string; audiences?: readonly string[] }
  if (!token) throw new StatusError(badRequest('token is required for TokenReview in authentication'))
  const wanted = audiences.length ? audiences : call.api.audiences
  const found = call.api.authenticator.token(token)
  if ('error' in found) return answered(call, question, { user: {}, error: found.error })
  const common = found.audiences.filter((audience) => wanted.includes(audience))
  if (common.length)
    return answered(call, question, { authenticated: true, user: userInfo(found.user), audiences: common })
  const list = (names: readonly string[]) => `[${names.map((name) => JSON.stringify(name)).join(' ')}]`
  const why = `token audiences ${list(found.audiences)} is invalid for the target audiences ${list(wanted)}`
  return answered(call, question, { user: {}, error: `[invalid bearer token, ${why}]` })
}

function userInfo({ name, uid, groups, extra = {} }: User) {
  return {
    username: name,
    ...(uid ? { uid } : {}),
    ...(groups.length ? { groups } : {}),
    ...(Object.keys(extra).length ? { extra } : {}),
  }
}
