import type { PriorityClass } from 'kubernetes-types/scheduling/v1'
import { forbidden, notSupported, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { ageColumn, doc, integer, nameColumn, text, wide } from './column.ts'

/** kubernetes: pkg/registry/scheduling/priorityclass/strategy.go */
export const priorityClass = kind<Typed<PriorityClass>>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  generation: true,
  defaults: (object) => ({ preemptionPolicy: 'PreemptLowerPriority', ...object }),
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(object.value === old.value ? [] : [forbidden('value', 'may not be changed in an update.')]),
    ...validateImmutable(object.preemptionPolicy, old.preemptionPolicy, 'preemptionPolicy'),
  ],
  columns: [
    nameColumn,
    integer('Value', doc('scheduling.v1.PriorityClass.value'), ({ value }) => value ?? 0),
    {
      ...text<Typed<PriorityClass>>(
        'Global-Default',
        doc('scheduling.v1.PriorityClass.globalDefault'),
        ({ globalDefault }) => globalDefault ?? false,
      ),
      type: 'boolean',
    },
    ageColumn,
    wide(
      'PreemptionPolicy',
      doc('scheduling.v1.PriorityClass.preemptionPolicy'),
      ({ preemptionPolicy }) => preemptionPolicy ?? '',
    ),
  ],
})

const highestUserPriority = 1_000_000_000

/** The classes of the system itself (kubernetes: pkg/apis/scheduling/v1/helpers.go). */
const systemClasses: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
}

/** kubernetes: pkg/apis/scheduling/validation/validation.go ValidatePriorityClass. */
function validate({
  metadata,
  value = 0,
  preemptionPolicy: policy,
  globalDefault,
}: Typed<PriorityClass>): FieldError[] {
  const { name = '' } = metadata
  const policies = ['PreemptLowerPriority', 'Never']
  const known = systemClasses[name] !== undefined && systemClasses[name] === value && !globalDefault
  return [
    ...validateObjectMeta(metadata, false, validateDNS1123Subdomain),
    ...(name.startsWith('system-') && !known
      ? [
          forbidden(
            'metadata.name',
            `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`,
          ),
        ]
      : []),
    ...(!name.startsWith('system-') && value > highestUserPriority
      ? [forbidden('value', `maximum allowed value of a user defined priority is ${highestUserPriority}`)]
      : []),
    ...(policy !== undefined && !policies.includes(policy)
      ? [notSupported('preemptionPolicy', policy, policies)]
      : []),
  ]
}
