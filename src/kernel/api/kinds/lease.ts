import type { Lease } from 'kubernetes-types/coordination/v1'
import { forbidden, invalid, notSupported, required, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta-validation.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'

/** Fields since 1.31. */
type LeaseSpec = NonNullable<Lease['spec']> & {
  readonly strategy?: string
  readonly preferredHolder?: string
}

/** kubernetes: pkg/registry/coordination/lease/strategy.go */
export const lease = kind<Typed<Lease>>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  prepareForCreate: withoutDisabled,
  prepareForUpdate: withoutDisabled,
  validate: (object) => [
    ...validateObjectMeta(object.metadata, true, validateDNS1123Subdomain),
    ...validateSpec(object.spec),
  ],
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateSpec(object.spec),
  ],
  columns: [
    nameColumn,
    text('Holder', doc('coordination.v1.LeaseSpec.holderIdentity'), ({ spec }) => spec?.holderIdentity ?? ''),
    ageColumn,
  ],
})

/** CoordinatedLeaderElection is off by default in 1.32. */
function withoutDisabled(object: Typed<Lease>): Typed<Lease> {
  const { strategy, preferredHolder, ...spec } = (object.spec ?? {}) as LeaseSpec
  return strategy === undefined && preferredHolder === undefined ? object : { ...object, spec }
}

/** kubernetes: pkg/apis/coordination/validation/validation.go ValidateLeaseSpec. */
function validateSpec(spec: LeaseSpec = {}): FieldError[] {
  const { leaseDurationSeconds: duration, leaseTransitions: transitions, strategy, preferredHolder } = spec
  const strategies = ['OldestEmulationVersion']
  return [
    ...(duration !== undefined && duration <= 0
      ? [invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0')]
      : []),
    ...(transitions !== undefined && transitions < 0
      ? [invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0')]
      : []),
    ...(strategy !== undefined && !strategy.includes('/') && !strategies.includes(strategy)
      ? [notSupported('spec.strategy', strategy, strategies)]
      : []),
    ...(preferredHolder && !strategy
      ? [forbidden('spec.preferredHolder', 'can only be specified when `strategy` is defined')]
      : []),
    ...(strategy === '' ? [required('spec.strategy')] : []),
  ]
}
