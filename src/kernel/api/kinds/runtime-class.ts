import type { RuntimeClass } from 'kubernetes-types/node/v1'
import type { FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { validateTolerations } from './validation/tolerations.ts'
import { validateLimits } from './validation/resources.ts'
import { dnsLabel } from './validation/rules.ts'
import { validateLabels } from '../label-validation.ts'

/** kubernetes: pkg/registry/node/runtimeclass/strategy.go */
export const runtimeClass = kind<Typed<RuntimeClass>>({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  singular: 'runtimeclass',
  namespaced: false,
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateImmutable(object.handler, old.handler, 'handler'),
  ],
  columns: [
    nameColumn,
    text('Handler', doc('node.v1.RuntimeClass.handler'), ({ handler }) => handler),
    ageColumn,
  ],
})

/** kubernetes: pkg/apis/node/validation/validation.go ValidateRuntimeClass. */
function validate({ metadata, handler = '', overhead, scheduling }: Typed<RuntimeClass>): FieldError[] {
  return [
    ...validateObjectMeta(metadata, false, validateDNS1123Subdomain),
    ...dnsLabel('handler', handler),
    ...(overhead ? validateLimits(overhead.podFixed, 'overhead.podFixed') : []),
    ...validateLabels(scheduling?.nodeSelector, 'scheduling.nodeSelector'),
    ...validateTolerations(scheduling?.tolerations ?? [], 'scheduling.tolerations'),
  ]
}
