import { withCondition } from '../../api/crd/accepted-names.ts'
import { cleanupFinalizer } from '../../api/kinds/custom-resource-definition.ts'
import type { CustomResourceDefinition, DefinitionCondition } from '../../api/crd/definition.ts'
import type { KubeObject } from '../../api/objects.ts'
import { StatusError } from '../../api/status.ts'
import { ownWriting } from '../bootstrap/own-writing.ts'
import type { Api } from '../call.ts'
import { remove } from '../deletion.ts'
import type { Resource } from '../resources.ts'
import { update } from '../store.ts'
import { waitFor, type Task } from '../task.ts'

/** Objects that are not gone yet are looked for again so often. */
const AGAIN_MS = 5000

/** All objects of a kind go before its definition does (apiextensions-apiserver: pkg/controller/finalizer/crd_finalizer.go). */
export function* cleanUp(api: Api, definitions: Resource, crd: CustomResourceDefinition): Task<void> {
  const { name = '', uid, finalizers = [] } = crd.metadata
  if (!finalizers.includes(cleanupFinalizer)) return
  yield* change(api, definitions, crd, inProgress, false)
  for (;;) {
    const left = yield* deleteObjects(api, crd)
    if (left === 0) break
    yield* waitFor<void>((resume) => void api.os.after(AGAIN_MS, () => resume(undefined)))
    if (definitions.cache.get(name)?.object.metadata.uid !== uid) return
  }
  yield* change(api, definitions, crd, completed, true)
}

type Condition = Omit<DefinitionCondition, 'lastTransitionTime'>

const inProgress: Condition = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
}

const completed: Condition = {
  type: 'Terminating',
  status: 'False',
  reason: 'InstanceDeletionCompleted',
  message: 'removed all instances',
}

/** Delete what there is; how many remain, e.g. for their finalizers. */
function* deleteObjects(api: Api, { spec }: CustomResourceDefinition): Task<number> {
  const served = api.resources.all.find(
    ({ custom, definition }) =>
      custom && definition.group === spec?.group && definition.plural === spec?.names?.plural,
  )
  if (!served) return 0
  for (const { object } of served.cache.list()) {
    const { namespace = '', name, deletionTimestamp } = object.metadata
    if (deletionTimestamp) continue
    try {
      yield* remove(ownWriting(api), served, { namespace, name }, {})
    } catch (error) {
      if (!(error instanceof StatusError) || error.status.code !== 404) throw error
    }
  }
  return served.cache.size
}

function* change(
  api: Api,
  definitions: Resource,
  { metadata: { name = '', uid } }: CustomResourceDefinition,
  condition: Condition,
  last: boolean,
): Task<void> {
  const produce = (old: KubeObject | undefined): KubeObject => {
    const { metadata, status, ...rest } = old as CustomResourceDefinition
    const finalizers = (metadata.finalizers ?? []).filter((one) => !last || one !== cleanupFinalizer)
    const conditions = withCondition(status?.conditions ?? [], condition, api.os.clock)
    return { ...rest, metadata: { ...metadata, finalizers }, status: { ...status, conditions } } as KubeObject
  }
  try {
    yield* update(
      ownWriting(api),
      definitions,
      { namespace: '', name },
      { subresource: 'status', ...(uid && { uid }), prepare: (object) => object, produce },
    )
  } catch (error) {
    // Somebody else was quicker.
    if (!(error instanceof StatusError) || ![404, 409].includes(error.status.code ?? 0)) throw error
  }
}
