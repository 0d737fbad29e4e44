import type { Json, JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import { absolute } from '../../host/filesystem.ts'
import type { Os } from '../../host/program.ts'
import { nameWithHash } from '../commands/append-hash.ts'
import { readFile } from '../files.ts'
import { printYaml } from '../yaml-output.ts'
import { readDocuments } from '../yaml-input.ts'
import { generated } from './generators.ts'
import {
  folderOf,
  objectsOf,
  readKustomization,
  type Kustomization,
  type PatchTarget,
} from './kustomization.ts'
import { patched } from './patches.ts'
import { withReferences } from './references.ts'
import { kindOf, metadataOf, nameIn, transform, withMetadata, type Built } from './transformers.ts'

const MAX_DEPTH = 20

/** The objects of a kustomization's folder as YAML documents (kustomize: api/krusty/kustomizer.go Run). */
export function kustomized(os: Os, path: string): string {
  const built = accumulated(os, folderOf(os, path), 0)
  for (const one of built)
    if (one.hashed) one.object = withMetadata(one.object, { name: hashedName(one.object) })
  const renamed = new Map<string, string>()
  for (const { object, names } of built)
    for (const name of names)
      if (name !== nameIn(object)) renamed.set(`${kindOf(object)}/${name}`, nameIn(object))
  const objects = built.map(({ object }) => withReferences(object, renamed))
  return objects.sort(inOrder).map(printYaml).join('---\n')
}

function accumulated(os: Os, folder: string, depth: number): Built[] {
  if (depth > MAX_DEPTH)
    throw new UserError(`cycle detected: candidate root '${folder}' contains visited root`)
  const kustomization = readKustomization(os, folder)
  let built: Built[] = []
  const { resources = [], bases = [], components = [] } = kustomization
  for (const path of [...resources, ...bases, ...components]) built.push(...resource(os, folder, path, depth))
  built = generated(os, folder, kustomization, built)
  for (const { content, target } of patchesOf(os, folder, kustomization))
    built = patched(built, content, target)
  for (const one of built) {
    transform(one, kustomization)
    one.names.add(nameIn(one.object))
  }
  return built
}

function resource(os: Os, folder: string, path: string, depth: number): Built[] {
  const full = absolute(folder, path)
  if (!os.fs.exists(full))
    throw new UserError(
      `accumulating resources: accumulation err='accumulating resources from '${path}': open ${full}: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`,
    )
  if (os.fs.stat(full).kind === 'directory') return accumulated(os, full, depth + 1)
  return objectsOf(os, full).map((object) => ({ object, names: new Set([nameIn(object)]), hashed: false }))
}

interface Patch {
  readonly content: Json
  readonly target: PatchTarget | undefined
}

function patchesOf(os: Os, folder: string, kustomization: Kustomization): Patch[] {
  const documents = (text: string) => readDocuments(text) as Json[]
  const file = (path: string) => readFile(os, absolute(folder, path))
  const { patches = [], patchesStrategicMerge = [], patchesJson6902 = [] } = kustomization
  return [
    ...patchesStrategicMerge.flatMap((entry) =>
      documents(entry.includes('\n') ? entry : file(entry)).map((content) => ({
        content,
        target: undefined,
      })),
    ),
    ...[...patches, ...patchesJson6902].flatMap(({ path, patch, target }) => {
      const text = patch ?? file(path ?? '')
      // A JSON patch is one document that is a list.
      const list = text.trimStart().startsWith('[') ? [JSON.parse(text) as Json] : documents(text)
      return list.map((content) => ({ content, target }))
    }),
  ]
}

function hashedName(object: JsonObject): string {
  const data = (object['data'] ?? {}) as Readonly<Record<string, string>>
  // The name itself is not in the hash.
  const kind = kindOf(object) as 'ConfigMap' | 'Secret'
  return `${nameIn(object)}${nameWithHash(kind, '', data, String(object['type'] ?? ''))}`
}

/** Kinds that others need come first, those that watch over others last (kustomize: api/internal/builtins/SortOrderTransformer.go). */
const first =
  `Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount PodSecurityPolicy Role ClusterRole RoleBinding
  ClusterRoleBinding ConfigMap Secret Endpoints Service LimitRange PriorityClass PersistentVolume PersistentVolumeClaim Deployment
  StatefulSet CronJob PodDisruptionBudget`.split(/\s+/)
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']

function inOrder(a: JsonObject, b: JsonObject): number {
  const rank = (object: JsonObject) => {
    const [early, late] = [first.indexOf(kindOf(object)), last.indexOf(kindOf(object))]
    return early >= 0 ? early - first.length : late + 1
  }
  const key = (object: JsonObject) =>
    [kindOf(object), String(metadataOf(object)['namespace'] ?? ''), nameIn(object)].join('\0')
  return rank(a) - rank(b) || (key(a) < key(b) ? -1 : 1)
}
