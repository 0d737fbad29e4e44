import { invalid, type FieldError } from '../field-error.ts'
import { goTypeOf, isObject, own, printGoValue } from '../json.ts'
import type { ScaleSpec } from '../kind.ts'
import type { Json, JsonObject, KubeObject } from '../objects.ts'
import { internalError, StatusError } from '../status.ts'
import type { ScalePaths } from './definition.ts'

const MAX_INT32 = 2147483647

/** The words of a path: `.spec.replicas` -> spec, replicas. */
export const wordsOf = (path: string): string[] => path.replace(/^\./, '').split('.')

/** How the replicas of a custom resource are read and set (apiextensions: pkg/registry/customresource/etcd.go ScaleREST). */
export function scaleOf(paths: ScalePaths): ScaleSpec {
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath } = paths
  const spec = wordsOf(specReplicasPath)
  return {
    path: spec,
    replicas: (object) => {
      const found = numberAt(object, spec)
      if (found !== undefined) return found
      throw new StatusError(internalError(`the spec replicas field "${specReplicasPath}" does not exist`))
    },
    statusReplicas: (object) => numberAt(object, wordsOf(statusReplicasPath)) ?? 0,
    selector: (object) => {
      const found = labelSelectorPath ? valueAt(object, wordsOf(labelSelectorPath)) : undefined
      return found && 'value' in found && typeof found.value === 'string' ? found.value : ''
    },
    withReplicas: (object, replicas) =>
      withValue(object as unknown as JsonObject, spec, replicas) as unknown as KubeObject,
  }
}

/** Replicas must be what a Scale can hold; `status` leaves out the spec's. */
export function validateScale(object: KubeObject, paths: ScalePaths, status = false): FieldError[] {
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath } = paths
  return [
    ...(status ? [] : validateReplicas(object, specReplicasPath)),
    ...validateReplicas(object, statusReplicasPath),
    ...(labelSelectorPath ? validateSelector(object, labelSelectorPath) : []),
  ]
}

function validateReplicas(object: KubeObject, path: string): FieldError[] {
  const found = valueAt(object, wordsOf(path))
  if (!found) return []
  if ('problem' in found) return [invalid(path, 0, found.problem)]
  const { value } = found
  if (typeof value !== 'number' || !Number.isInteger(value))
    return [invalid(path, 0, accessorError(wordsOf(path), value, 'int64'))]
  if (value < 0) return [invalid(path, value, 'should be a non-negative integer')]
  return value > MAX_INT32 ? [invalid(path, value, `should be less than or equal to ${MAX_INT32}`)] : []
}

function validateSelector(object: KubeObject, path: string): FieldError[] {
  const found = valueAt(object, wordsOf(path))
  if (!found) return []
  if ('problem' in found) return [invalid(path, '', found.problem)]
  return typeof found.value === 'string'
    ? []
    : [invalid(path, '', accessorError(wordsOf(path), found.value, 'string'))]
}

function numberAt(object: KubeObject, path: readonly string[]): number | undefined {
  const found = valueAt(object, path)
  return found && 'value' in found && typeof found.value === 'number' ? found.value : undefined
}

type Found = { readonly value: Json } | { readonly problem: string } | undefined

/** apimachinery: unstructured.NestedFieldNoCopy. */
function valueAt(object: KubeObject, path: readonly string[]): Found {
  let value: Json | undefined = object as unknown as Json
  for (const [i, word] of path.entries()) {
    if (value === null) return undefined
    if (!isObject(value))
      return { problem: accessorError(path.slice(0, i + 1), value, 'map[string]interface{}') }
    value = own(value, word)
    if (value === undefined) return undefined
  }
  return { value }
}

const accessorError = (path: readonly string[], value: Json, wanted: string): string =>
  `.${path.join('.')} accessor error: ${printGoValue(value)} is of the type ${goTypeOf(value)}, expected ${wanted}`

function withValue(object: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [first = '', ...rest] = path
  if (rest.length === 0) return { ...object, [first]: value }
  const inner = own(object, first)
  return { ...object, [first]: withValue(isObject(inner) ? inner : {}, rest, value) }
}
