import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1'
import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import { equalJson } from '../api/json.ts'
import { printSelector, selectorFromObject, type LabelSelectorObject } from '../api/labels.ts'
import type { Json, JsonObject } from '../api/objects.ts'
import type { Sys } from '../host/sys.ts'
import type { Kubectl } from './kubectl.ts'
import { typed } from './typed.ts'

/** The ReplicaSets that a Deployment owns, oldest first (kubectl: util/deployment). */
export function* replicaSetsOf(
  kubectl: Kubectl,
  { metadata, spec }: Deployment,
  limit?: string,
): Sys<ReplicaSet[]> {
  const list = yield* kubectl.api.call({
    path: `/apis/apps/v1/namespaces/${metadata?.namespace}/replicasets`,
    query: { labelSelector: printSelector(selectorFromObject(spec?.selector as LabelSelectorObject)), limit },
  })
  const sets = ((list['items'] ?? []) as unknown as ReplicaSet[]).filter(({ metadata: own }) =>
    own?.ownerReferences?.some(({ controller, uid }) => controller && uid === metadata?.uid),
  )
  const key = ({ metadata: own }: ReplicaSet) => `${own?.creationTimestamp} ${own?.name}`
  return sets.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

export const HASH_LABEL = 'pod-template-hash'

/** Whether two templates are the same but for the hash label (EqualIgnoreHash). */
export const sameTemplate = (a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean =>
  equalJson(plain(a), plain(b))

const plain = (template: PodTemplateSpec | undefined): Json =>
  typed<JsonObject>((bare(template) ?? {}) as unknown as JsonObject)

/** Without the hash label. */
export function bare(template: PodTemplateSpec | undefined): PodTemplateSpec | undefined {
  if (!template?.metadata?.labels) return template
  const { [HASH_LABEL]: _, ...labels } = template.metadata.labels
  return { ...template, metadata: { ...template.metadata, labels } }
}
