import { isList, isObject } from '../../api/json.ts'
import type { Json, JsonObject } from '../../api/objects.ts'
import type { Kustomization } from './kustomization.ts'

type Map = Readonly<Record<string, string>>

/** An object on its way, with the names it had. */
export interface Built {
  object: JsonObject
  /** Its name in each kustomization it came through. */
  readonly names: Set<string>
  /** Its name gets a hash of its contents. */
  readonly hashed: boolean
}

export const metadataOf = (object: JsonObject): JsonObject => (object['metadata'] ?? {}) as JsonObject
export const nameIn = (object: JsonObject): string => String(metadataOf(object)['name'] ?? '')
export const kindOf = (object: JsonObject): string => String(object['kind'] ?? '')

const clusterKinds = new Set(
  `Namespace Node PersistentVolume ClusterRole ClusterRoleBinding StorageClass CustomResourceDefinition PriorityClass IngressClass
  RuntimeClass CSIDriver CSINode APIService MutatingWebhookConfiguration ValidatingWebhookConfiguration VolumeAttachment
  CertificateSigningRequest ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding FlowSchema PriorityLevelConfiguration`.split(
    /\s+/,
  ),
)
const unprefixed = new Set(['CustomResourceDefinition', 'Namespace', 'APIService'])

/** Everything a kustomization does to each object, in kustomize's order. */
export function transform(built: Built, kustomization: Kustomization): void {
  const { namespace, namePrefix = '', nameSuffix = '', commonLabels, labels = [] } = kustomization
  if (namespace) built.object = inNamespace(built.object, namespace)
  if ((namePrefix || nameSuffix) && !unprefixed.has(kindOf(built.object)))
    built.object = withMetadata(built.object, { name: `${namePrefix}${nameIn(built.object)}${nameSuffix}` })
  if (commonLabels) built.object = withLabels(built.object, commonLabels, true, true)
  for (const { pairs = {}, includeSelectors = false, includeTemplates = false } of labels)
    built.object = withLabels(built.object, pairs, includeSelectors, includeSelectors || includeTemplates)
  if (kustomization.commonAnnotations)
    built.object = withAnnotations(built.object, kustomization.commonAnnotations)
  for (const { name, count } of kustomization.replicas ?? [])
    if (scalable.has(kindOf(built.object)) && built.names.has(name))
      built.object = { ...built.object, spec: { ...(built.object['spec'] as JsonObject), replicas: count } }
  if (kustomization.images?.length)
    built.object = withImages(built.object, kustomization.images, 0) as JsonObject
}

const scalable = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])

export const withMetadata = (object: JsonObject, change: JsonObject): JsonObject => ({
  ...object,
  metadata: { ...metadataOf(object), ...change },
})

function inNamespace(object: JsonObject, namespace: string): JsonObject {
  if (kindOf(object) === 'Namespace') return withMetadata(object, { name: namespace })
  const placed = clusterKinds.has(kindOf(object)) ? object : withMetadata(object, { namespace })
  const subjects = placed['subjects']
  if (!isList(subjects)) return placed
  const moved = subjects.map((one) =>
    isObject(one) && one['kind'] === 'ServiceAccount' && one['name'] === 'default'
      ? { ...one, namespace }
      : one,
  )
  return { ...placed, subjects: moved }
}

const merged = (object: Json | undefined, key: string, pairs: Map): JsonObject => {
  const map = (isObject(object) ? object : {}) as JsonObject
  return { ...map, [key]: { ...((map[key] ?? {}) as JsonObject), ...pairs } }
}

export const withAnnotations = (object: JsonObject, pairs: Map): JsonObject => {
  const annotated = { ...object, metadata: merged(object['metadata'], 'annotations', pairs) }
  return inTemplates(annotated, (template) => ({
    ...template,
    metadata: merged(template['metadata'], 'annotations', pairs),
  }))
}

function withLabels(object: JsonObject, pairs: Map, selectors: boolean, templates: boolean): JsonObject {
  let result: JsonObject = { ...object, metadata: merged(object['metadata'], 'labels', pairs) }
  if (templates)
    result = inTemplates(result, (template) => ({
      ...template,
      metadata: merged(template['metadata'], 'labels', pairs),
    }))
  return selectors ? withSelector(result, pairs) : result
}

function withSelector(object: JsonObject, pairs: Map): JsonObject {
  const spec = object['spec']
  if (!isObject(spec)) return object
  const kind = kindOf(object)
  const selector = spec['selector']
  if (kind === 'Service' || kind === 'ReplicationController')
    return selector || kind !== 'Service' ? { ...object, spec: merged(spec, 'selector', pairs) } : object
  if (
    ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'].includes(kind) ||
    (isObject(selector) && kind !== 'PersistentVolumeClaim')
  )
    return { ...object, spec: { ...spec, selector: merged(selector, 'matchLabels', pairs) } }
  return object
}

/** Pod templates, and the template of a CronJob's jobs. */
function inTemplates(object: JsonObject, change: (template: JsonObject) => JsonObject): JsonObject {
  const spec = object['spec']
  if (!isObject(spec)) return object
  const { template, jobTemplate } = spec
  if (isObject(jobTemplate))
    return { ...object, spec: { ...spec, jobTemplate: inTemplates(change(jobTemplate), change) } }
  return isObject(template) ? { ...object, spec: { ...spec, template: change(template) } } : object
}

const MAX_DEPTH = 100

function withImages(value: Json, images: NonNullable<Kustomization['images']>, depth: number): Json {
  if (depth > MAX_DEPTH) return value
  if (isList(value)) return value.map((item) => withImages(item, images, depth + 1))
  if (!isObject(value)) return value
  const result: Record<string, Json> = {}
  for (const [key, member] of Object.entries(value) as [string, Json][])
    result[key] =
      (key === 'containers' || key === 'initContainers') && isList(member)
        ? member.map((one) => (isObject(one) ? { ...one, image: imageOf(one['image'], images) } : one))
        : withImages(member, images, depth + 1)
  return result
}

function imageOf(image: Json | undefined, images: NonNullable<Kustomization['images']>): Json {
  if (typeof image !== 'string') return image ?? null
  const [, name = image, tail = ''] = /^(.+?)((?::[^:/@]+)?(?:@.+)?)$/.exec(image) ?? []
  const rule = images.find((one) => one.name === name)
  if (!rule) return image
  const { newName = name, newTag, digest } = rule
  return newName + (digest ? `@${digest}` : newTag === undefined ? tail : `:${newTag}`)
}
