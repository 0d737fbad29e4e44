import type { CertificateSigningRequest } from 'kubernetes-types/certificates/v1'
import { preparedApproval, validateConditionsUpdate } from '../../api/kinds/certificate-signing-request.ts'
import type { Typed } from '../../api/kind.ts'
import type { KubeObject } from '../../api/objects.ts'
import { invalidObject, StatusError } from '../../api/status.ts'
import type { ResourceCall } from '../call.ts'
import { withMeta } from '../meta.ts'
import type { Subresource } from './subresource.ts'
import { objectUpdates } from './updates.ts'

type Request = Typed<CertificateSigningRequest>

/** Where requests for certificates are approved and denied (kubernetes: registry/certificates ApprovalREST). */
export const approval: Subresource = {
  name: 'approval',
  serves: ({ definition }) =>
    definition.group === 'certificates.k8s.io' && definition.kind === 'CertificateSigningRequest',
  handlers: objectUpdates('approval', prepared),
}

function prepared({ api, resource, target }: ResourceCall, wanted: KubeObject, old: KubeObject): KubeObject {
  const { uid, creationTimestamp } = old.metadata
  const kept = withMeta(wanted as Request, { uid, creationTimestamp })
  const next = preparedApproval(kept, old as Request, api.os.clock)
  const errors = validateConditionsUpdate(next, old as Request)
  if (errors.length === 0) return next as KubeObject
  throw new StatusError(invalidObject(resource.groupKind, target.name, errors))
}
