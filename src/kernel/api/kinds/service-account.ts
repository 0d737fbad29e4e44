import type { ServiceAccount } from 'kubernetes-types/core/v1'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'

/** kubernetes: pkg/registry/core/serviceaccount/strategy.go */
export const serviceAccount = kind<Typed<ServiceAccount>>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  prepareForCreate: withNamedSecrets,
  prepareForUpdate: withNamedSecrets,
  validate: ({ metadata }) => validateObjectMeta(metadata, true, validateDNS1123Subdomain),
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateObjectMeta(object.metadata, true, validateDNS1123Subdomain),
  ],
  columns: [
    nameColumn,
    text('Secrets', doc('core.v1.ServiceAccount.secrets'), ({ secrets }) => secrets?.length ?? 0),
    ageColumn,
  ],
})

/** Of the secrets only the names are kept (cleanSecretReferences). */
function withNamedSecrets(object: Typed<ServiceAccount>): Typed<ServiceAccount> {
  return object.secrets
    ? { ...object, secrets: object.secrets.map(({ name }) => (name ? { name } : {})) }
    : object
}
