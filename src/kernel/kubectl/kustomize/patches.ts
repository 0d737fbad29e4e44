import { isList, isObject } from '../../api/json.ts'
import { parseSelector } from '../../api/label-parser.ts'
import { matchesLabels } from '../../api/labels.ts'
import { groupVersionOf, type Json, type JsonObject } from '../../api/objects.ts'
import { decodeJsonPatch, jsonPatch } from '../../api/patch/json.ts'
import { mergePatch } from '../../api/patch/merge.ts'
import { patchSchemaOf } from '../../api/patch/patch-schema.ts'
import { strategicMergePatch } from '../../api/patch/strategic.ts'
import { structNameOf } from '../../api/schema/types.ts'
import { UserError } from '../../api/user-error.ts'
import type { PatchTarget } from './kustomization.ts'
import { kindOf, metadataOf, type Built } from './transformers.ts'

/** Apply one patch, strategic or JSON, to the objects that it means; what it deletes is left out. */
export function patched(all: readonly Built[], content: Json, target: PatchTarget | undefined): Built[] {
  const meant = target ?? ownTarget(content)
  const chosen = all.filter((one) => matches(one, meant))
  if (!target && !chosen.length)
    throw new UserError(
      `no matches for Id ${meant.kind}.${meant.version}.${meant.group || '[noGrp]'}/${meant.name}.[noNs]; failed to find unique target for patch`,
    )
  return all.flatMap((one) => {
    if (!chosen.includes(one)) return [one]
    const object = isList(content)
      ? jsonPatch(one.object, decodeJsonPatch(content))
      : merged(one.object, content as JsonObject)
    return object ? [{ ...one, object }] : []
  })
}

function ownTarget(content: Json): PatchTarget {
  if (!isObject(content)) throw new UserError('must specify a target for JSON patch')
  const [group, version] = groupVersionOf(String(content['apiVersion'] ?? ''))
  return { group, version, kind: kindOf(content), name: String(metadataOf(content)['name'] ?? '') }
}

function matches({ object, names }: Built, target: PatchTarget): boolean {
  const [group, version] = groupVersionOf(String(object['apiVersion'] ?? ''))
  const {
    labels,
    annotations,
    namespace = 'default',
  } = metadataOf(object) as {
    labels?: Record<string, string>
    annotations?: Record<string, string>
    namespace?: string
  }
  const whole = (pattern: string | undefined, text: string) =>
    pattern === undefined || pattern === '' || pattern === text || anchored(pattern, text)
  return (
    whole(target.kind, kindOf(object)) &&
    [...names].some((name) => whole(target.name, name)) &&
    whole(target.group, group) &&
    whole(target.version, version) &&
    whole(target.namespace, namespace) &&
    (!target.labelSelector || matchesLabels(parseSelector(target.labelSelector), labels)) &&
    (!target.annotationSelector || matchesLabels(parseSelector(target.annotationSelector), annotations))
  )
}

/** Only `.*` of regular expressions is known: what comes from outside runs no expression of its own. */
function anchored(pattern: string, text: string): boolean {
  const parts = pattern.replace(/^\^|\$$/g, '').split('.*')
  if (parts.length === 1) return false
  const [first = '', last = ''] = [parts[0], parts.at(-1)]
  return text.length >= first.length + last.length && text.startsWith(first) && text.endsWith(last)
}

function merged(object: JsonObject, content: JsonObject): JsonObject | undefined {
  if (content['$patch'] === 'delete') return undefined
  const { apiVersion: _, kind: __, metadata, ...rest } = content
  const { name: ___, ...others } = (metadata ?? {}) as JsonObject
  const patch = Object.keys(others).length ? { ...rest, metadata: others } : rest
  const [group, version] = groupVersionOf(String(object['apiVersion'] ?? ''))
  const struct = structNameOf(group, version, kindOf(object))
  return struct
    ? (strategicMergePatch(object, patch as JsonObject, patchSchemaOf(struct)) as JsonObject)
    : (mergePatch(object, patch as JsonObject) as JsonObject)
}
