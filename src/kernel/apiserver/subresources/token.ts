import { invalid } from '../../api/field-error.ts'
import type { JsonObject } from '../../api/objects.ts'
import { invalidObject, StatusError } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import type { HttpResponse } from '../../host/http.ts'
import { json } from '../answer.ts'
import { decodeStruct } from '../body.ts'
import type { ResourceCall } from '../call.ts'
import { find } from '../read.ts'
import type { Task } from '../task.ts'
import { writeOptions } from '../write-options.ts'
import { ofCore, type Subresource } from './subresource.ts'

interface TokenSpec {
  readonly audiences?: readonly string[]
  readonly expirationSeconds?: number
  readonly boundObjectRef?: JsonObject
}

/** A signed statement that its bearer is a service account (kubernetes: pkg/registry/core/serviceaccount TokenREST). */
export const token: Subresource = {
  name: 'token',
  serves: ofCore('serviceaccounts'),
  kind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
  handlers: { create },
}

function* create(call: ResourceCall): Task<HttpResponse> {
  writeOptions(call, 'CreateOptions')
  const { api, target } = call
  const request = decodeStruct(call, 'authentication.v1.TokenRequest', 'TokenRequest')
  const { audiences, expirationSeconds = 3600, boundObjectRef } = (request['spec'] ?? {}) as TokenSpec
  const { object } = yield* find(call)
  if (expirationSeconds < 600) {
    const error = invalid(
      'spec.expirationSeconds',
      expirationSeconds,
      'may not specify a duration less than 10 minutes',
    )
    throw new StatusError(
      invalidObject({ group: 'authentication.k8s.io', name: 'TokenRequest' }, '', [error]),
    )
  }
  const issuer = api.flags.text('service-account-issuer')
  const spec = {
    audiences: audiences?.length ? audiences : [issuer],
    expirationSeconds,
    boundObjectRef: boundObjectRef ?? null,
  }
  const now = Math.floor(api.os.clock / 1000)
  const text = api.tokens.issue({
    issuer,
    namespace: target.namespace,
    name: target.name,
    uid: object.metadata.uid,
    audiences: spec.audiences,
    issuedAt: now,
    expiresAt: now + expirationSeconds,
  })
  return json(201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name: target.name, namespace: target.namespace, creationTimestamp: formatTime(api.os.clock) },
    spec,
    status: { token: text, expirationTimestamp: formatTime((now + expirationSeconds) * 1000) },
  })
}
