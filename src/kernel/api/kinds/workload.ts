import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../objects.ts'
import { dropDisabledFields } from './pod/disabled-fields.ts'

interface Workload extends KubeObject {
  readonly spec?: { readonly template?: PodTemplateSpec }
}

/** A workload without the fields of its template that are switched off. */
export function dropFromTemplate<T extends KubeObject>(object: T): T {
  const { spec } = object as Workload
  if (!spec?.template?.spec) return object
  return {
    ...object,
    spec: { ...spec, template: { ...spec.template, spec: dropDisabledFields(spec.template.spec) } },
  }
}

/** The generation counts changes of more than the spec. */
export function withGenerationOf<T extends KubeObject>(
  object: T,
  old: T,
  parts: readonly ('spec' | 'annotations')[],
): T {
  const partOf = (one: KubeObject, part: string): string =>
    JSON.stringify((part === 'annotations' ? one.metadata.annotations : (one as Workload).spec) ?? {})
  const changed = parts.some((part) => partOf(object, part) !== partOf(old, part))
  return {
    ...object,
    metadata: { ...object.metadata, generation: (old.metadata.generation ?? 0) + (changed ? 1 : 0) },
  }
}
