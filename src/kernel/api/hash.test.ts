import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fnv1, fnv1a, podTemplateHash } from './hash.ts'
import { dumpForHash } from './go-dump.ts'
import { isList, isObject } from './json.ts'
import type { Json, JsonObject } from './objects.ts'
import { utf8Bytes } from './utf8.ts'

describe('fnv', () => {
  it('agrees with the published values', () => {
    expect(fnv1a(utf8Bytes('a'))).toBe(0xe40c292c)
    expect(fnv1(utf8Bytes('a'))).toBe(0x050c5d7e)
    expect(fnv1a(utf8Bytes('foobar'))).toBe(0xbf9cf968)
  })
})

describe('dumpForHash', () => {
  it('prints every field in the order of Go, embedded structs as fields', () => {
    const probe = { httpGet: { path: '/', port: 'web' }, periodSeconds: 10 }
    const container = {
      name: 'c',
      image: 'i',
      livenessProbe: probe,
      resources: { limits: { cpu: '100m', memory: '64Mi' } },
    }
    const volume = { name: 'v', configMap: { name: 'm', items: [{ key: 'k', path: 'p' }] } }
    const text = dumpForHash('core.v1.PodSpec', { containers: [container], volumes: [volume] })
    expect(text).toContain(
      'LivenessProbe:(*v1.Probe){ProbeHandler:(v1.ProbeHandler){Exec:(*v1.ExecAction)<nil> HTTPGet:(*v1.HTTPGetAction){Path:(string)/ Port:(intstr.IntOrString){Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)web}',
    )
    expect(text).toContain(
      'Limits:(v1.ResourceList)map[cpu:{i:(resource.int64Amount){value:(int64)100 scale:(resource.Scale)-3} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)100m Format:(resource.Format)DecimalSI} memory:{i:(resource.int64Amount){value:(int64)67108864 scale:(resource.Scale)0} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string) Format:(resource.Format)BinarySI}]',
    )
    expect(text).toContain(
      'ConfigMap:(*v1.ConfigMapVolumeSource){LocalObjectReference:(v1.LocalObjectReference){Name:(string)m} Items:([]v1.KeyToPath)[{Key:(string)k Path:(string)p Mode:(*int32)<nil>}]',
    )
  })
})

const scenarios = fileURLToPath(
  new URL('../../../../shared/oracle/controllers/scenarios.jsonl.gz', import.meta.url),
)
if (!existsSync(scenarios)) console.warn(`pod template hashes skipped: ${scenarios} is absent`)

describe.skipIf(!existsSync(scenarios))('podTemplateHash', () => {
  it('is the real controller manager’s for every ReplicaSet of the oracle', () => {
    const sets = gunzipSync(readFileSync(scenarios))
      .toString()
      .split('\n')
      .filter(Boolean)
      .flatMap((line) => replicaSets(JSON.parse(line) as Json))
    expect(sets.length).toBeGreaterThan(10)
    for (const { hash, template } of sets) expect(podTemplateHash(template)).toBe(hash)
  })
})

/** All ReplicaSets below a value, with the hash that their label shows and the template it was made of. */
function replicaSets(value: Json): { hash: string; template: JsonObject }[] {
  if (isList(value)) return value.flatMap(replicaSets)
  if (!isObject(value)) return []
  const { metadata, spec } = value
  const hash =
    isObject(metadata) && isObject(metadata['labels']) ? metadata['labels']['pod-template-hash'] : undefined
  const template = isObject(spec) && 'replicas' in spec ? spec['template'] : undefined
  if (typeof hash !== 'string' || !isObject(template) || !isObject(template['metadata']))
    return Object.values(value).flatMap((item) => replicaSets(item ?? null))
  const labels: Record<string, Json | undefined> = { ...(template['metadata']['labels'] as JsonObject) }
  delete labels['pod-template-hash']
  return [{ hash, template: { ...template, metadata: { ...template['metadata'], labels } } }]
}
