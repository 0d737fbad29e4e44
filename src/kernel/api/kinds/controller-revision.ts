import type { ControllerRevision } from 'kubernetes-types/apps/v1'
import { required, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable } from '../object-meta-validation.ts'
import { ageColumn, doc, integer, nameColumn, text } from './column.ts'
import { semanticText } from './validation/equality.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { nonNegative } from './validation/rules.ts'

/** kubernetes: pkg/registry/apps/controllerrevision/strategy.go */
export const controllerRevision = kind<Typed<ControllerRevision>>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  namespaced: true,
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validate(object),
    ...validateImmutable(semanticText(object.data), semanticText(old.data), 'data'),
  ],
  columns: [
    nameColumn,
    text('Controller', 'Controller of the object', (object) => controllerOf(object)),
    integer('Revision', doc('apps.v1.ControllerRevision.revision'), ({ revision }) => revision ?? 0),
    ageColumn,
  ],
})

function controllerOf({ metadata }: Typed<ControllerRevision>): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller)
  if (!owner) return '<none>'
  const [group] = owner.apiVersion.includes('/') ? owner.apiVersion.split('/') : ['']
  return `${owner.kind.toLowerCase()}${group ? `.${group}` : ''}/${owner.name}`
}

/** kubernetes: pkg/apis/apps/validation/validation.go ValidateControllerRevision. */
function validate({ metadata, data, revision }: Typed<ControllerRevision>): FieldError[] {
  return [
    ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
    ...(data === undefined || data === null ? [required('data', 'data is mandatory')] : []),
    ...nonNegative('revision', revision),
  ]
}
