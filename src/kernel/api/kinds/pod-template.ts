import type { PodTemplate } from 'kubernetes-types/core/v1'
import type { FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { formatLabels, nameColumn, text } from './column.ts'
import { defaultTemplate } from './pod/defaults.ts'
import { dropDisabledFields } from './pod/disabled-fields.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { validatePodTemplateSpec } from './validation/pod-spec.ts'

/** kubernetes: pkg/registry/core/podtemplate/strategy.go */
export const podTemplate = kind<Typed<PodTemplate>>({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  singular: 'podtemplate',
  namespaced: true,
  generation: true,
  defaults: (object) => ({ ...object, template: defaultTemplate(object.template) }),
  prepareForCreate: withoutDisabled,
  prepareForUpdate: withoutDisabled,
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validatePodTemplateSpec(object.template!, 'template'),
  ],
  columns: [
    nameColumn,
    text('Containers', 'Names of each container in the template.', (object) =>
      containersOf(object)
        .map(({ name }) => name)
        .join(','),
    ),
    text('Images', 'Images referenced by each container in the template.', (object) =>
      containersOf(object)
        .map(({ image }) => image)
        .join(','),
    ),
    text('Pod Labels', 'The labels for the pod template.', ({ template }) =>
      formatLabels(template?.metadata?.labels),
    ),
  ],
})

const containersOf = ({ template }: Typed<PodTemplate>) => template?.spec?.containers ?? []

function withoutDisabled(object: Typed<PodTemplate>): Typed<PodTemplate> {
  const { template = {} } = object
  return { ...object, template: { ...template, spec: dropDisabledFields(template.spec!) } }
}

function validate({ metadata, template }: Typed<PodTemplate>): FieldError[] {
  return [
    ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
    ...validatePodTemplateSpec(template!, 'template'),
  ]
}
