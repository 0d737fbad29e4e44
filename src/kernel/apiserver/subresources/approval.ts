import type { CertificateSigningRequest } from 'kubernetes-types/certificates/v1'
import { preparedApproval, validateConditionsUpdate } from '../../api/kinds/certificate-signing-request.ts'
import type { Typed } from '../../api/kind.ts'
import type { Json, JsonObject, KubeObject } from '../../api/objects.ts'
import { invalidObject, StatusError } from '../../api/status.ts'
import type { HttpResponse } from '../../host/http.ts'
import { decodeObject, decodeValue } from '../body.ts'
import type { ResourceCall } from '../call.ts'
import { withMeta } from '../meta.ts'
import { readPatch } from '../patch.ts'
import { get, transformOf } from '../read.ts'
import { render } from '../render.ts'
import { update } from '../store.ts'
import type { Task } from '../task.ts'
import { dryRunOrChanged, writingOf } from '../write.ts'
import { writeOptions, type WriteOptions } from '../write-options.ts'
import type { Subresource } from './subresource.ts'

type Request = Typed<CertificateSigningRequest>

/** Where requests for certificates are approved and denied (kubernetes: registry/certificates ApprovalREST). */
export const approval: Subresource = {
  name: 'approval',
  serves: ({ definition }) =>
    definition.group === 'certificates.k8s.io' && definition.kind === 'CertificateSigningRequest',
  handlers: { get, update: put, patch },
}

function* put(call: ResourceCall): Task<HttpResponse> {
  const options = writeOptions(call, 'UpdateOptions')
  const wanted = decodeObject(call, call.resource)
  return yield* change(call, options, () => wanted)
}

function* patch(call: ResourceCall): Task<HttpResponse> {
  const patched = readPatch(call)
  const options = writeOptions(call, 'PatchOptions', patched.type)
  return yield* change(call, options, (old) =>
    decodeValue(call, call.resource, patched.apply(old as unknown as JsonObject) as Json, patched.complaints),
  )
}

function* change(
  call: ResourceCall,
  options: WriteOptions,
  wanted: (old: KubeObject) => KubeObject,
): Task<HttpResponse> {
  const { api, resource, target } = call
  const { object } = yield* dryRunOrChanged(
    update(writingOf(call, options), resource, target, {
      subresource: 'approval',
      produce: (old) => wanted(old as KubeObject),
      prepare: (next, old) => {
        const kept = withMeta(next as Request, {
          uid: old.metadata.uid,
          creationTimestamp: old.metadata.creationTimestamp,
        })
        const prepared = preparedApproval(kept, old as Request, api.os.clock)
        const errors = validateConditionsUpdate(prepared, old as Request)
        if (errors.length === 0) return prepared as KubeObject
        throw new StatusError(invalidObject(resource.groupKind, target.name, errors))
      },
    }),
  )
  return render(call.form, 200, transformOf(call).one(object as KubeObject))
}
