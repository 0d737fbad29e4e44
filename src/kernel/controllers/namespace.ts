import type { Namespace } from 'kubernetes-types/core/v1'
import type { KubeObject, Stored } from '../api/objects.ts'
import { controller } from '../client/controller.ts'
import { attempt, perform, request, updateStatus, WriteError } from '../client/writes.ts'
import { deleteContent, namespaceConditions } from './namespace-content.ts'
import type { ControllerOptions } from './options.ts'
import { timeOf } from './pods.ts'
import { semanticEqual } from './semantic-equal.ts'

/** Other API servers may not have seen the deletion yet (pkg/controller/namespace namespaceDeletionGracePeriod). */
const GRACE_MS = 5000

/** Empties namespaces that are being deleted, then lets them go (kubernetes: pkg/controller/namespace). */
export const namespaceController = controller<'Namespace', ControllerOptions>({
  name: 'namespace-controller',
  reconciles: 'Namespace',
  matters: ({ object }) => object.metadata.deletionTimestamp !== undefined,
  workers: (flags) => flags['concurrent-namespace-syncs'],
  *reconcile(namespace, view) {
    const { deletionTimestamp, name } = namespace.metadata
    if (!deletionTimestamp || !namespace.spec?.finalizers?.includes('kubernetes')) return
    const early = timeOf(deletionTimestamp) + GRACE_MS - view.now
    if (early > 0) return { requeueAfterMs: early }
    const terminating =
      namespace.status?.phase === 'Terminating'
        ? namespace
        : yield* perform<Stored<Namespace>>(withStatus(namespace, { phase: 'Terminating' }))
    const remains = yield* deleteContent(name)
    const conditions = namespaceConditions(terminating.status?.conditions ?? [], remains, view.now)
    let current = terminating
    if (!semanticEqual(conditions, terminating.status?.conditions)) {
      current = yield* perform<Stored<Namespace>>(
        withStatus(terminating, { ...terminating.status, conditions }),
      )
    }
    const failure = remains.contentErrors[0] ?? remains.discoveryError
    if (failure !== undefined) throw new WriteError(failure, 0, '')
    if (remains.estimate > 0) return { requeueAfterMs: (Math.floor(remains.estimate / 2) + 1) * 1000 }
    yield* finalize(current)
    return undefined
  },
})

function* finalize(namespace: Stored<Namespace>) {
  const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== 'kubernetes')
  const body = { ...namespace, spec: { ...namespace.spec, finalizers } }
  const path = `/api/v1/namespaces/${namespace.metadata.name}/finalize`
  const { error } = yield* attempt(request({ method: 'PUT', path, body }))
  if (error && error.code !== 404) throw error
}

const withStatus = (namespace: Stored<Namespace>, status: Namespace['status']) =>
  updateStatus({ ...namespace, status } as KubeObject)
