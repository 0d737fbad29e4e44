import type { KubeObject } from '../../api/objects.ts'
import { forbiddenRequest, notFound, StatusError } from '../../api/status.ts'
import type { Api } from '../call.ts'
import type { Task } from '../task.ts'
import type { AdmissionPlugin, Attributes } from './chain.ts'

const immortal = ['default', 'kube-system', 'kube-public']

/** Objects are made only in namespaces that exist and are not being deleted (apiserver: admission/plugin/namespace/lifecycle). */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  *mutate(attributes, api): Task<KubeObject | undefined> {
    const { operation, resource, namespace, subresource } = attributes
    if (operation === 'CREATE' && resource.definition.namespaced && !subresource)
      yield* check(attributes, api, namespace)
    return attributes.object
  },
  validate({ operation, resource, name }): void {
    if (operation !== 'DELETE' || resource.definition.kind !== 'Namespace' || !immortal.includes(name)) return
    throw new StatusError(forbiddenRequest(resource.groupResource, name, 'this namespace may not be deleted'))
  },
}

function* check({ resource, name }: Attributes, api: Api, namespace: string): Task<void> {
  const { resources, storage } = api
  const { cache } = resources.ofKind('', 'Namespace')!
  // Made a moment ago through another server: look again.
  if (!cache.get(namespace)) yield* storage.fresh()
  const entry = cache.get(namespace)
  if (!entry) throw new StatusError(notFound({ group: '', name: 'namespaces' }, namespace))
  const { phase } = (entry.object as { status?: { phase?: string } }).status ?? {}
  if (phase !== 'Terminating') return
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  const status = forbiddenRequest(resource.groupResource, name, why)
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  }
  throw new StatusError({ ...status, details: { ...status.details, causes: [cause] } })
}
