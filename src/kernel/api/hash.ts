import { safeEncode } from './generate-name.ts'
import { dumpForHash } from './go-dump.ts'
import type { JsonObject } from './objects.ts'
import { utf8Bytes } from './utf8.ts'

const offset = 0x811c9dc5
const prime = 0x01000193

/** FNV-1a of 32 bits over bytes (Go: hash/fnv New32a); a hash so far may be continued. */
export function fnv1a(bytes: readonly number[], hash: number = offset): number {
  let state = hash
  for (const byte of bytes) state = Math.imul(state ^ byte, prime)
  return state >>> 0
}

/** FNV-1 of 32 bits (Go: hash/fnv New32). */
export function fnv1(bytes: readonly number[], hash: number = offset): number {
  let state = hash
  for (const byte of bytes) state = Math.imul(state, prime) ^ byte
  return state >>> 0
}

/** The pod-template-hash: names ReplicaSets and the revisions of DaemonSets (kubernetes: pkg/controller/controller_utils.go ComputeHash). */
export function podTemplateHash(template: JsonObject, collisionCount?: number): string {
  const hash = fnv1a(utf8Bytes(dumpForHash('core.v1.PodTemplateSpec', template)))
  if (collisionCount === undefined) return safeEncode(String(hash))
  const count = [0, 8, 16, 24].map((shift) => (collisionCount >>> shift) & 255)
  return safeEncode(String(fnv1a([...count, 0, 0, 0, 0], hash)))
}

/** The hash in a StatefulSet's revision names (kubernetes: pkg/controller/history HashControllerRevision); `raw` is the revision's JSON. */
export const controllerRevisionHash = (raw: string, collisionCount?: number): string =>
  safeEncode(String(fnv1(utf8Bytes(collisionCount === undefined ? raw : `${raw}${collisionCount}`))))
