import type { JsonObject, KubeObject } from '../../api/objects.ts'
import type { HttpResponse } from '../../host/http.ts'
import { decodeObject } from '../body.ts'
import type { ResourceCall } from '../call.ts'
import { tracked } from '../field-tracking.ts'
import { render } from '../render.ts'
import { writeOptions } from '../write-options.ts'

/** A question as it was sent, with the word of its sender in managedFields. */
export interface Question {
  readonly object: KubeObject
  readonly spec: JsonObject
}

export function questionOf(call: ResourceCall): Question {
  const { manager } = writeOptions(call, 'CreateOptions')
  const { namespace } = call.target
  const given = decodeObject(call, call.resource)
  const placed = namespace ? { ...given, metadata: { ...given.metadata, namespace } } : given
  const object = tracked(
    call.resource,
    '',
    undefined,
    placed as unknown as JsonObject,
    manager,
    call.api.os.clock,
  ) as unknown as KubeObject
  return { object, spec: ((object as unknown as JsonObject)['spec'] ?? {}) as JsonObject }
}

/** The question with its answer. */
export const answered = ({ form }: ResourceCall, { object }: Question, status: object): HttpResponse =>
  render(form, 201, { ...object, status })
