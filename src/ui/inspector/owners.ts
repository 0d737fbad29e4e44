import { controllerOf, type KubeObject } from '../../kernel/api/objects.ts'
import type { ClusterModel } from '../cluster-model.ts'

const MAX_DEPTH = 10

/** Who controls an object, who controls that one, and so on. */
export function ownersOf(object: KubeObject, model: ClusterModel): KubeObject[] {
  const found: KubeObject[] = []
  let owner = controllerOf(object)
  while (owner && found.length < MAX_DEPTH) {
    const next =
      model.get(owner.kind, object.metadata.namespace, owner.name) ??
      model.get(owner.kind, undefined, owner.name)
    if (!next) break
    found.push(next)
    owner = controllerOf(next)
  }
  return found
}
