import type { StorageClass } from 'kubernetes-types/storage/v1'
import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateLabelName } from '../label-validation.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { byteLength } from '../utf8.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { semanticallyEqual, semanticText } from './validation/equality.ts'
import { qualifiedName } from './validation/rules.ts'

type Term = NonNullable<StorageClass['allowedTopologies']>[number]

/** kubernetes: pkg/registry/storage/storageclass/strategy.go */
export const storageClass = kind<Typed<StorageClass>>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  namespaced: false,
  defaults: (object) => ({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate', ...object }),
  validate: (object) => [
    ...validate(object),
    ...(object.volumeBindingMode === undefined ? [required('volumeBindingMode')] : []),
  ],
  validateUpdate: (object, old) => [
    ...validate(object),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...changes(object, old),
  ],
  columns: [
    {
      ...nameColumn,
      cell: (object) => `${object.metadata.name ?? ''}${isDefault(object) ? ' (default)' : ''}`,
    },
    text('Provisioner', doc('storage.v1.StorageClass.provisioner'), ({ provisioner }) => provisioner),
    text(
      'ReclaimPolicy',
      doc('storage.v1.StorageClass.reclaimPolicy'),
      ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete',
    ),
    text(
      'VolumeBindingMode',
      doc('storage.v1.StorageClass.volumeBindingMode'),
      ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate',
    ),
    text(
      'AllowVolumeExpansion',
      doc('storage.v1.StorageClass.allowVolumeExpansion'),
      ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
    ),
    ageColumn,
  ],
})

const isDefault = ({ metadata: { annotations } }: Pick<Typed<StorageClass>, 'metadata'>): boolean =>
  annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true' ||
  annotations?.['storageclass.beta.kubernetes.io/is-default-class'] === 'true'

/** kubernetes: pkg/apis/storage/validation/validation.go ValidateStorageClass. */
function validate(object: Typed<StorageClass>): FieldError[] {
  const {
    provisioner,
    parameters,
    reclaimPolicy: policy,
    volumeBindingMode: mode,
    allowedTopologies,
  } = object
  const policies = ['Delete', 'Retain']
  const modes = ['Immediate', 'WaitForFirstConsumer']
  return [
    ...validateObjectMeta(object.metadata, false, validateDNS1123Subdomain),
    ...(provisioner ? qualifiedName('provisioner', provisioner.toLowerCase()) : [required('provisioner')]),
    ...validateParameters(parameters),
    ...(policy && !policies.includes(policy) ? [notSupported('reclaimPolicy', policy, policies)] : []),
    ...(mode !== undefined && !modes.includes(mode) ? [notSupported('volumeBindingMode', mode, modes)] : []),
    ...validateTopologies(allowedTopologies ?? []),
  ]
}

function validateParameters(parameters: StorageClass['parameters'] = {}): FieldError[] {
  const entries = Object.entries(parameters)
  if (entries.length > 512) return [tooLong('parameters', 512)]
  const size = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0)
  return [
    ...('' in parameters ? [invalid('parameters', '', 'field can not be empty.')] : []),
    ...(size > 256 * 1024 ? [tooLong('parameters', 256 * 1024)] : []),
  ]
}

function validateTopologies(terms: readonly Term[]): FieldError[] {
  const seen: (string | undefined)[] = []
  return terms.flatMap((term, i) => {
    const path = 'allowedTopologies.matchLabelExpressions'
    const expressions = term.matchLabelExpressions ?? []
    const keys = expressions.map(({ key }) => key)
    const errors = expressions.flatMap(({ key, values = [] }, j) => [
      ...(values.length > 0 ? [] : [required(`${path}[${j}].values`)]),
      ...values.flatMap((value, k) =>
        values.indexOf(value) < k ? [duplicate(`${path}[${j}].values[${k}]`, value)] : [],
      ),
      ...validateLabelName(key ?? '', `${path}[${j}].key`),
      ...(keys.indexOf(key) < j ? [duplicate(`${path}[${j}].key`, key)] : []),
    ])
    const text = semanticText(
      Object.fromEntries(expressions.map(({ key, values }) => [key, [...(values ?? [])].sort()])),
    )
    // A term without expressions is taken for a duplicate (upstream compares it with the list's empty slots).
    const again =
      expressions.length === 0 || seen.includes(text)
        ? [duplicate(`allowedTopologies[${i}].matchLabelExpressions`, '')]
        : []
    seen.push(text)
    return [...errors, ...again]
  })
}

/** What volumes were made with stays. */
function changes(object: Typed<StorageClass>, old: Typed<StorageClass>): FieldError[] {
  const fixed = ['parameters', 'provisioner', 'reclaimPolicy'] as const
  return [
    ...fixed
      .filter((key) => !semanticallyEqual(object[key], old[key]))
      .map((key) => forbidden(key, `updates to ${key} are forbidden.`)),
    ...validateImmutable(object.volumeBindingMode, old.volumeBindingMode, 'volumeBindingMode'),
  ]
}
