import type { Namespace } from 'kubernetes-types/core/v1'
import { invalid, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Label, validateQualifiedName } from '../names.ts'
import { ageColumn, nameColumn, text } from './column.ts'
import { kubeFinalizerName, validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { invalids } from './validation/rules.ts'

/** kubernetes: pkg/registry/core/namespace/strategy.go */
export const namespace = kind<Typed<Namespace>>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  status: true,
  defaults: withNameLabel,
  // The finalizer keeps the namespace until its content is gone.
  prepareForCreate: (object) => {
    const finalizers = object.spec?.finalizers ?? []
    return withNameLabel({
      ...object,
      spec: {
        ...object.spec,
        finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'],
      },
      status: { phase: 'Active' },
    })
  },
  prepareForUpdate: (object, old) =>
    withNameLabel({
      ...object,
      spec: { ...object.spec, finalizers: old.spec?.finalizers },
      status: old.status,
    }),
  validate,
  validateUpdate: (object, old) => validateObjectMetaUpdate(object.metadata, old.metadata),
  validateStatusUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validatePhase(object),
  ],
  selectableFields: ({ metadata, status }) => ({
    name: metadata.name ?? '',
    'status.phase': status?.phase ?? '',
  }),
  columns: [
    nameColumn,
    text('Status', 'The status of the namespace', ({ status }) => status?.phase ?? ''),
    ageColumn,
  ],
})

const nameLabel = 'kubernetes.io/metadata.name'

/** kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_Namespace. */
function withNameLabel(object: Typed<Namespace>): Typed<Namespace> {
  const { name, labels } = object.metadata
  if (!name || labels?.[nameLabel] === name) return object
  return { ...object, metadata: { ...object.metadata, labels: { ...labels, [nameLabel]: name } } }
}

function validate({ metadata, spec }: Typed<Namespace>): FieldError[] {
  return [
    ...validateObjectMeta(metadata, false, validateDNS1123Label),
    ...(spec?.finalizers ?? []).flatMap((name) => [
      ...invalids('spec.finalizers', name, validateQualifiedName(name)),
      ...kubeFinalizerName('spec.finalizers', name),
    ]),
  ]
}

function validatePhase({ metadata, status }: Typed<Namespace>): FieldError[] {
  const [wanted, when] = metadata.deletionTimestamp ? ['Terminating', 'not empty'] : ['Active', 'empty']
  const phase = status?.phase ?? ''
  return phase === wanted
    ? []
    : [invalid('status.Phase', phase, `may only be '${wanted}' if \`deletionTimestamp\` is ${when}`)]
}
