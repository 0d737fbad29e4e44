import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { addTypes, requireStruct, structType } from './types.ts'
import { restOfTypes } from './types-rest.generated.ts'
import { docs } from './docs.generated.ts'
import { restOfDocs } from './docs-rest.generated.ts'
import { openApiName, openApiSchema, structNameOfOpenApi } from './openapi-schema.ts'

const file = new URL('../../../../../shared/oracle/openapi/v3-served-1.32.13.json.gz', import.meta.url)

/** Places where the served document says more than a table of types can: types of CRDs' own schema, bytes as lists. */
const known =
  /JSONSchemaProps|CustomResourceSubresources|APIServiceSpec|ResourceAttributes|CertificateSigningRequest(Spec|Status)|meta\.v1\.Status$/

describe.skipIf(!existsSync(file))('the table of types against the served OpenAPI document', () => {
  addTypes(restOfTypes)
  const wanted = schemas()

  it('has every type', () => {
    const missing = [...wanted.keys()].filter(
      (name) => wanted.get(name)?.['properties'] && !structType(structNameOfOpenApi(name)),
    )
    expect(missing).toEqual(['io.k8s.apimachinery.pkg.version.Info'])
  })

  it('agrees in every field, type, list type and merge key', () => {
    const names = [...wanted.keys()].filter(
      (name) => structType(structNameOfOpenApi(name)) && openApiName(structNameOfOpenApi(name)) === name,
    )
    const ours = (name: string) => plain(openApiSchema(requireStruct(structNameOfOpenApi(name)), docsOf, []))
    const differing = names.filter(
      (name) => JSON.stringify(sorted(ours(name))) !== JSON.stringify(sorted(wanted.get(name))),
    )
    console.log(`schema: ${names.length - differing.length} of ${names.length} types agree`)
    expect(differing.filter((name) => !known.test(name))).toEqual([])
    expect(names.length).toBeGreaterThan(400)
  })
})

function docsOf(name: string): readonly string[] | undefined {
  const at = name.lastIndexOf('.')
  const [owner, plainName] = [name.slice(0, at), name.slice(at + 1)]
  return docs[owner]?.[plainName] ?? restOfDocs[owner]?.[plainName]
}

function schemas(): Map<string, Record<string, unknown>> {
  const all = new Map<string, Record<string, unknown>>()
  const documents = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Record<
    string,
    { components?: { schemas?: Record<string, unknown> } }
  >
  for (const document of Object.values(documents)) {
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {}))
      all.set(name, plain(schema))
  }
  return all
}

/** Without descriptions and the lists of kinds. */
function plain(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
    (key === 'description' && typeof inner === 'string') ||
    key === 'x-kubernetes-group-version-kind' ||
    key === 'x-kubernetes-unions'
      ? undefined
      : inner,
  ) as Record<string, unknown>
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort()
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
