import type { KubeObject } from '../api/objects.ts'
import { controller } from '../client/controller.ts'
import { attempt, create, update } from '../client/writes.ts'
import type { ControllerOptions } from './options.ts'
import { isNamespaceTerminating } from './replicaset.ts'
import { semanticEqual } from './semantic-equal.ts'

const NAME = 'kube-root-ca.crt'
const annotations = {
  'kubernetes.io/description':
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal ' +
    'service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
}

/** Every namespace has the certificate authority (kubernetes: pkg/controller/certificates/rootcacertpublisher/publisher.go). */
export const rootCaPublisher = controller<'Namespace', ControllerOptions>({
  name: 'root-ca-cert-publisher',
  reconciles: 'Namespace',
  watches: {
    ConfigMap: ({ metadata }) => (metadata.name === NAME ? [metadata.namespace ?? ''] : []),
  },
  *reconcile(namespace, view, { rootCa }) {
    const { name } = namespace.metadata
    if (namespace.status?.phase === 'Terminating') return
    const known = view.get('ConfigMap', `${name}/${NAME}`)
    const data = { 'ca.crt': rootCa }
    const isCurrent =
      known &&
      semanticEqual(known.data, data) &&
      semanticEqual({ ...known.metadata.annotations, ...annotations }, known.metadata.annotations)
    if (isCurrent) return
    const metadata = known
      ? { ...known.metadata, annotations: { ...known.metadata.annotations, ...annotations } }
      : { name: NAME, namespace: name, annotations }
    const wanted = { ...known, apiVersion: 'v1', kind: 'ConfigMap', metadata, data } as KubeObject
    const { error } = yield* attempt(known ? update(wanted) : create(wanted))
    if (error && error.reason !== 'AlreadyExists' && !isNamespaceTerminating(error)) throw error
  },
})
