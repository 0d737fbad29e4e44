import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../../objects.ts'
import { podWarnings } from './pod.ts'

interface Workload extends KubeObject {
  readonly spec?: { readonly template?: PodTemplateSpec }
}

/** What is odd about a workload's name, on create, and about its template whenever the spec is another. */
export function workloadWarnings(
  object: Workload,
  old: Workload | undefined,
  rule: (name: string) => string[],
): string[] {
  const template = object.spec?.template
  const unchanged = old && old.metadata.generation === object.metadata.generation
  return [
    ...(old ? [] : nameWarnings(object.metadata.name, rule)),
    ...(template && !unchanged ? templateWarnings(template, 'spec.template') : []),
  ]
}

export const templateWarnings = (template: PodTemplateSpec, field: string): string[] =>
  podWarnings(template.spec ?? ({} as never), template.metadata ?? {}, `${field}.`)

/** Names that will be part of pods' host names had better be labels. */
function nameWarnings(name: string | undefined, rule: (name: string) => string[]): string[] {
  const wrong = rule(name ?? '')
  const why =
    'this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended'
  return wrong.length > 0 ? [`metadata.name: ${why}: [${wrong.join(' ')}]`] : []
}
