import type { KubeObject } from '../../api/objects.ts'
import type { HttpResponse } from '../../host/http.ts'
import { decodeObject } from '../body.ts'
import type { ResourceCall } from '../call.ts'
import { field, withField, withMeta } from '../meta.ts'
import { transformOf } from '../read.ts'
import { render } from '../render.ts'
import { update } from '../store.ts'
import type { Task } from '../task.ts'
import { dryRunOrChanged, writingOf } from '../write.ts'
import { writeOptions } from '../write-options.ts'
import { ofCore, type Subresource } from './subresource.ts'

/** Takes the finalizer from a namespace's spec when it is empty (kubernetes: pkg/registry/core/namespace FinalizeREST). */
export const finalize: Subresource = {
  name: 'finalize',
  serves: ofCore('namespaces'),
  handlers: { update: put },
}

function* put(call: ResourceCall): Task<HttpResponse> {
  const { target, resource } = call
  const options = writeOptions(call, 'UpdateOptions')
  const wanted = decodeObject(call, resource)
  const change = {
    subresource: 'finalize',
    uid: wanted.metadata.uid,
    produce: (old: KubeObject | undefined) =>
      withMeta(wanted, { resourceVersion: wanted.metadata.resourceVersion || old?.metadata.resourceVersion }),
    prepare: (object: KubeObject, old: KubeObject) => withField(old, 'spec', field(object, 'spec')),
  }
  const { object } = yield* dryRunOrChanged(
    update(writingOf(call, options), resource, { namespace: '', name: target.name }, change),
  )
  return render(call.form, 200, transformOf(call).one(object as KubeObject))
}
