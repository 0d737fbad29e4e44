import type { KubeObject } from '../api/objects.ts'
import { controller } from '../client/controller.ts'
import { attempt, create } from '../client/writes.ts'
import type { ControllerOptions } from './options.ts'
import { isNamespaceTerminating } from './replicaset.ts'

/** Every namespace has a service account `default` (kubernetes: pkg/controller/serviceaccount/serviceaccounts_controller.go). */
export const serviceAccountController = controller<'Namespace', ControllerOptions>({
  name: 'serviceaccount-controller',
  reconciles: 'Namespace',
  watches: {
    ServiceAccount: ({ metadata }, _view, { type }) => (type === 'deleted' ? [metadata.namespace ?? ''] : []),
  },
  *reconcile(namespace, view) {
    const { name } = namespace.metadata
    if (namespace.status?.phase === 'Terminating' || view.get('ServiceAccount', `${name}/default`)) return
    const account: KubeObject = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: name },
    }
    const { error } = yield* attempt(create(account))
    if (error && error.reason !== 'AlreadyExists' && !isNamespaceTerminating(error)) throw error
  },
})
