import type { CSIDriver, CSIDriverSpec } from 'kubernetes-types/storage/v1'
import { duplicate, goSyntax, invalid, notSupported, required, type FieldError } from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import { kind, type Typed } from '../kind.ts'
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'

const flag = (
  name: string,
  key: 'attachRequired' | 'podInfoOnMount' | 'storageCapacity' | 'requiresRepublish',
) => ({
  ...text<Typed<CSIDriver>>(
    name,
    doc(`storage.v1.CSIDriverSpec.${key}`),
    ({ spec }) => spec[key] ?? key === 'attachRequired',
  ),
  type: 'boolean' as const,
})

/** kubernetes: pkg/registry/storage/csidriver/strategy.go */
export const csiDriver = kind<Typed<CSIDriver>>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  singular: 'csidriver',
  namespaced: false,
  defaults: (object) => ({ ...object, spec: defaultSpec(object.spec ?? {}) }),
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validate(object),
    ...validateImmutable(object.spec.attachRequired, old.spec.attachRequired, 'spec.attachedRequired'),
    ...validateImmutable(
      object.spec.volumeLifecycleModes,
      old.spec.volumeLifecycleModes,
      'spec.volumeLifecycleModes',
      goSyntax(
        `[]storage.VolumeLifecycleMode{${(object.spec.volumeLifecycleModes ?? []).map(goQuote).join(', ')}}`,
      ),
    ),
  ],
  columns: [
    nameColumn,
    flag('AttachRequired', 'attachRequired'),
    flag('PodInfoOnMount', 'podInfoOnMount'),
    flag('StorageCapacity', 'storageCapacity'),
    text('TokenRequests', doc('storage.v1.CSIDriverSpec.tokenRequests'), ({ spec }) =>
      spec.tokenRequests?.length ? spec.tokenRequests.map(({ audience }) => audience).join(',') : '<unset>',
    ),
    flag('RequiresRepublish', 'requiresRepublish'),
    text(
      'Modes',
      doc('storage.v1.CSIDriverSpec.volumeLifecycleModes'),
      ({ spec }) => (spec.volumeLifecycleModes ?? []).join(',') || '<none>',
    ),
    ageColumn,
  ],
})

/** kubernetes: pkg/apis/storage/v1/defaults.go SetDefaults_CSIDriver. */
const defaultSpec = (spec: CSIDriverSpec): CSIDriverSpec =>
  ({
    attachRequired: true,
    podInfoOnMount: false,
    storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    requiresRepublish: false,
    seLinuxMount: false,
    ...spec,
    volumeLifecycleModes: spec.volumeLifecycleModes?.length ? spec.volumeLifecycleModes : ['Persistent'],
  }) as CSIDriverSpec

/** kubernetes: pkg/apis/storage/validation/validation.go ValidateCSIDriver. */
function validate({ metadata, spec }: Typed<CSIDriver>): FieldError[] {
  const { fsGroupPolicy: policy, volumeLifecycleModes: modes = [], tokenRequests = [] } = spec
  const policies = ['File', 'None', 'ReadWriteOnceWithFSType']
  const known = ['Persistent', 'Ephemeral']
  const audiences = tokenRequests.map(({ audience }) => audience)
  return [
    ...validateObjectMeta(metadata, false, validateDNS1123Subdomain),
    ...(['attachRequired', 'podInfoOnMount', 'storageCapacity'] as const).flatMap((key) =>
      spec[key] === undefined ? [required(`spec.${key}`)] : [],
    ),
    ...(policy !== undefined && !policies.includes(policy)
      ? [notSupported('spec.fsGroupPolicy', policy, policies)]
      : []),
    ...tokenRequests.flatMap(({ audience, expirationSeconds: seconds }, i) => [
      ...(audiences.indexOf(audience) < i ? [duplicate(`spec.tokenRequests[${i}].audience`, audience)] : []),
      ...validateExpiration(seconds, `spec.tokenRequests[${i}].expirationSeconds`),
    ]),
    ...modes
      .filter((mode) => !known.includes(mode))
      .map((mode) => notSupported('spec.volumeLifecycleModes', mode, known)),
  ]
}

function validateExpiration(seconds: number | undefined, field: string): FieldError[] {
  if (seconds === undefined) return []
  if (seconds < 600) return [invalid(field, seconds, 'may not specify a duration less than 10 minutes')]
  return seconds > 4294967296
    ? [invalid(field, seconds, 'may not specify a duration larger than 2^32 seconds')]
    : []
}
