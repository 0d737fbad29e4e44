import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import type { LabelSelector } from 'kubernetes-types/meta/v1'
import { invalid, required, type FieldError } from '../../field-error.ts'
import { validateLabelSelector } from '../../label-validation.ts'
import { matchesLabels, selectorFromObject, type Selector } from '../../labels.ts'
import { UserError } from '../../user-error.ts'
import { goLabelSelector, goMap } from './go-struct.ts'
import { validatePodTemplateSpec } from './pod-spec.ts'
import { validateKeptRunning } from './template-rules.ts'

/** Selector and template of a Deployment or ReplicaSet (kubernetes: pkg/apis/apps/validation ValidateReplicaSetSpec, ...ForReplicaSet). */
export function validateSelectorAndTemplate(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  field: string,
): FieldError[] {
  const path = `${field}.selector`
  const parsed = parseSelector(selector)
  return [
    ...(selector
      ? [...validateLabelSelector(selector, path), ...notEmpty(selector, path)]
      : [required(path)]),
    ...(parsed
      ? validateTemplate(template!, parsed, `${field}.template`)
      : [invalid(path, goLabelSelector(selector ?? {}), 'invalid label selector')]),
  ]
}

function notEmpty(selector: LabelSelector, field: string): FieldError[] {
  const size = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions?.length ?? 0)
  return size > 0
    ? []
    : [invalid(field, goLabelSelector(selector), 'empty selector is invalid for deployment')]
}

/** Undefined where it cannot be one. */
export function parseSelector(selector: LabelSelector | undefined): Selector | undefined {
  try {
    return selectorFromObject(selector)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function validateTemplate(template: PodTemplateSpec, selector: Selector, field: string): FieldError[] {
  const spec = template.spec
  return [
    ...validateSelected(template, selector, field),
    ...validatePodTemplateSpec(template, field),
    ...validateKeptRunning(spec ?? {}, 'ReplicaSet', `${field}.spec`),
  ]
}

/** A controller's template must be such that its pods are its own; one that selects everything is complained of elsewhere. */
export function validateSelected(template: PodTemplateSpec, selector: Selector, field: string): FieldError[] {
  const labels = template.metadata?.labels
  const selectsAll = !selector.nothing && selector.requirements.length === 0
  return selectsAll || matchesLabels(selector, labels)
    ? []
    : [invalid(`${field}.metadata.labels`, goMap(labels), '`selector` does not match template `labels`')]
}
