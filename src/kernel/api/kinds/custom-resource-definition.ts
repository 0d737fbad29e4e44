import { kind, type StrategyContext } from '../kind.ts'
import { withCondition } from '../crd/accepted-names.ts'
import type { CustomResourceDefinition } from '../crd/definition.ts'
import { formatTime } from '../time.ts'
import {
  validateDefinition,
  validateDefinitionStatus,
  validateDefinitionUpdate,
} from '../crd/validate-definition.ts'

/** Keeps a definition until the objects of its kind are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io'

/** apiextensions-apiserver: pkg/registry/customresourcedefinition/strategy.go, etcd.go; apiserver/crd serves what it defines. */
export const customResourceDefinition = kind<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  status: true,
  generation: true,
  allowUnconditionalUpdate: false,
  defaults,
  prepareForCreate: (object) => ({
    ...object,
    status: {
      acceptedNames: { plural: '', kind: '' },
      storedVersions: storageVersionsOf(object),
    },
  }),
  prepareForUpdate: (object, old) => ({ ...object, ...(old.status && { status: withStored(object, old) }) }),
  validate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,
  beginDeletion,
  validateStatusUpdate: validateDefinitionStatus,
})

const storageVersionsOf = ({ spec }: CustomResourceDefinition): string[] =>
  (spec?.versions ?? []).flatMap(({ name, storage }) => (storage && name ? [name] : []))

/** Whatever has been stored once may be stored still. */
const withStored = (object: CustomResourceDefinition, { status }: CustomResourceDefinition) => ({
  ...status,
  storedVersions: [...new Set([...(status?.storedVersions ?? []), ...storageVersionsOf(object)])],
})

/** apiextensions: pkg/apis/apiextensions/v1/defaults.go. */
function defaults(object: CustomResourceDefinition): CustomResourceDefinition {
  const { names = {}, conversion, ...spec } = object.spec ?? {}
  const client = conversion?.webhook?.clientConfig
  const webhook = client?.service
    ? { ...conversion?.webhook, clientConfig: { ...client, service: { port: 443, ...client.service } } }
    : conversion?.webhook
  return {
    ...object,
    spec: {
      ...spec,
      names: {
        ...names,
        singular: names.singular || (names.kind ?? '').toLowerCase(),
        ...(names.listKind || names.kind ? { listKind: names.listKind || `${names.kind}List` } : {}),
      },
      conversion: { ...(conversion ?? { strategy: 'None' }), ...(webhook && { webhook }) },
    },
  }
}

/** apiextensions: pkg/registry/customresourcedefinition/etcd.go Delete. */
function beginDeletion(
  object: CustomResourceDefinition,
  { now }: StrategyContext,
): CustomResourceDefinition | undefined {
  const { metadata, status, ...rest } = object
  if (metadata.deletionTimestamp) return undefined
  const finalizers = metadata.finalizers ?? []
  const conditions = withCondition(
    status?.conditions ?? [],
    {
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    },
    now,
  )
  return {
    ...rest,
    metadata: {
      ...metadata,
      deletionTimestamp: formatTime(now),
      finalizers: finalizers.includes(cleanupFinalizer) ? finalizers : [...finalizers, cleanupFinalizer],
    },
    status: { ...status, conditions },
  }
}
