import type { Json, JsonObject, KubeObject } from '../../api/objects.ts'
import type { HttpResponse } from '../../host/http.ts'
import { decodeObject, decodeValue } from '../body.ts'
import type { ResourceCall } from '../call.ts'
import { readPatch } from '../patch.ts'
import { get, transformOf } from '../read.ts'
import { render } from '../render.ts'
import { update } from '../store.ts'
import type { Task } from '../task.ts'
import { dryRunOrChanged, writingOf } from '../write.ts'
import { writeOptions, type WriteOptions } from '../write-options.ts'
import type { Subresource } from './subresource.ts'

/** What is stored of an object that was sent to a subresource; throws StatusError for what is not allowed. */
type Prepare = (call: ResourceCall, wanted: KubeObject, old: KubeObject) => KubeObject

/** The handlers of a subresource whose body is the whole object, of which only a part is taken. */
export function objectUpdates(subresource: string, prepare: Prepare): Subresource['handlers'] {
  function* put(call: ResourceCall): Task<HttpResponse> {
    const options = writeOptions(call, 'UpdateOptions')
    const wanted = decodeObject(call, call.resource)
    return yield* change(call, options, () => wanted)
  }

  function* patch(call: ResourceCall): Task<HttpResponse> {
    const { type, apply, complaints } = readPatch(call)
    const options = writeOptions(call, 'PatchOptions', type)
    return yield* change(call, options, (old) =>
      decodeValue(call, call.resource, apply(old as unknown as JsonObject) as Json, complaints),
    )
  }

  function* change(
    call: ResourceCall,
    options: WriteOptions,
    wanted: (old: KubeObject) => KubeObject,
  ): Task<HttpResponse> {
    const { object } = yield* dryRunOrChanged(
      update(writingOf(call, options), call.resource, call.target, {
        subresource,
        produce: (old) => wanted(old as KubeObject),
        prepare: (next, old) => prepare(call, next, old),
      }),
    )
    return render(call.form, 200, transformOf(call).one(object as KubeObject))
  }

  return { get, update: put, patch }
}
