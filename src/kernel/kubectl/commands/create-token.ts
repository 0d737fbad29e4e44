import type { JsonObject } from '../../api/objects.ts'
import { StatusError } from '../../api/status.ts'
import { UserError } from '../../api/user-error.ts'
import type { Command } from '../command.ts'
import { duration, list, text } from '../flag-spec.ts'
import { printerFor, printFlags } from '../printers/output.ts'
import { nameFrom } from './create-generic.ts'
import type { Kubectl, KubeLike } from '../kubectl.ts'

export const createToken: Command = {
  use: 'token SERVICE_ACCOUNT_NAME',
  short: 'Request a service account token',
  flags: [
    ...printFlags,
    list(
      'audience',
      'Audience of the requested token. If unset, defaults to requesting a token for use with the Kubernetes API server. May be repeated to request a token valid for multiple audiences.',
    ),
    duration(
      'duration',
      'Requested lifetime of the issued token. If not set or if set to 0, the lifetime will be determined by the server automatically. The server may return a token with a longer or shorter lifetime.',
    ),
    text(
      'bound-object-kind',
      'Kind of an object to bind the token to. Supported kinds are Node, Pod, Secret.',
    ),
    text(
      'bound-object-name',
      'Name of an object to bind the token to. The token will expire when the object is deleted. Requires --bound-object-kind.',
    ),
    text('bound-object-uid', 'UID of an object to bind the token to.'),
  ],
  *run(kubectl, args) {
    const { flags } = kubectl
    const name = nameFrom(kubectl, args, false)
    if (flags.ms('duration') < 0) throw new UserError('--duration must be greater than or equal to 0')
    const spec = specOf(kubectl)
    const body = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { creationTimestamp: null },
      spec,
      status: { token: '', expirationTimestamp: null },
    }
    const path = `/api/v1/namespaces/${kubectl.namespace}/serviceaccounts/${name}/token`
    let response: JsonObject
    try {
      response = yield* kubectl.api.call({ method: 'POST', path, body })
    } catch (error) {
      if (!(error instanceof StatusError)) throw error
      throw new UserError(`failed to create token: ${error.message}`)
    }
    const token = (response['status'] as { token?: string } | undefined)?.token
    if (!token) throw new UserError(`failed to create token: no token in server response`)
    yield* kubectl.out(
      flags.string('output') ? printerFor(kubectl, '').print(response as KubeLike) : `${token}\n`,
    )
    return 0
  },
}

function specOf({ flags }: Kubectl): JsonObject {
  const kind = flags.string('bound-object-kind')
  if (kind && !/^(Pod|Secret|Node)$/.test(kind))
    throw new UserError(`supported --bound-object-kind values are Node, Pod, Secret`)
  if (kind && !flags.string('bound-object-name'))
    throw new UserError('--bound-object-name is required if --bound-object-kind is provided')
  if (!kind && flags.string('bound-object-name'))
    throw new UserError('--bound-object-name can only be set if --bound-object-kind is provided')
  const seconds = flags.ms('duration') / 1000
  return {
    audiences: flags.list('audience').length ? flags.list('audience') : null,
    expirationSeconds: seconds ? seconds : null,
    boundObjectRef: kind
      ? {
          kind,
          apiVersion: 'v1',
          name: flags.string('bound-object-name'),
          ...(flags.string('bound-object-uid') ? { uid: flags.string('bound-object-uid') } : {}),
        }
      : null,
  }
}
