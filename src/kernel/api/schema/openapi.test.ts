import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { kinds } from '../kinds/index.ts'
import { openApiDocument } from './openapi.ts'

const file = new URL('../../../../../shared/oracle/openapi/v3-served-1.32.13.json.gz', import.meta.url)

type Loose = Record<string, never>
interface Document {
  readonly paths: Record<string, Record<string, Loose>>
  readonly components: { readonly schemas: Record<string, Loose> }
}

describe.skipIf(!existsSync(file))('the OpenAPI document of each group against the served one', () => {
  const served = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Record<string, Document>
  const groups = [...new Set(kinds.map(({ group, version }) => `${group}/${version}`))]

  it.each(groups)('%s has the same paths, operations and parameters', (groupVersion) => {
    const [group = '', version = ''] = groupVersion.split('/')
    const ours = openApiDocument(
      group,
      version,
      kinds.map((definition) => ({ definition })),
      () => undefined,
    ) as unknown as Document
    const theirs = served[group ? `apis/${group}/${version}` : `api/${version}`]!
    for (const [path, methods] of Object.entries(ours.paths)) {
      expect({ path, ...summary(methods) }).toEqual({ path, ...summary(theirs.paths[path] ?? {}) })
    }
  })

  it('refers to nothing that is not there', () => {
    const document = openApiDocument(
      'apps',
      'v1',
      kinds.map((definition) => ({ definition })),
      () => undefined,
    )
    const text = JSON.stringify(document)
    const names = [...text.matchAll(/#\/components\/schemas\/([\w.-]+)/g)].map((match) => match[1]!)
    const { schemas } = (document as unknown as Document).components
    expect([...new Set(names)].filter((name) => !schemas[name])).toEqual([])
  })
})

/** What programs read of a path. */
function summary(methods: Record<string, Loose>): Record<string, unknown> {
  const names = (list: unknown) =>
    ((list ?? []) as { name: string; schema: { type: string } }[]).map(
      ({ name, schema }) => `${name}:${schema.type}`,
    )
  const operations = Object.entries(methods).filter(([method]) => method !== 'parameters')
  return Object.fromEntries(
    operations.map(([method, operation]) => [
      method,
      {
        parameters: [...names(operation['parameters']), ...names(methods['parameters'])].sort(),
        id: operation['operationId'],
        action: operation['x-kubernetes-action'],
        kind: operation['x-kubernetes-group-version-kind'],
        responses: Object.keys(operation['responses']),
      },
    ]),
  )
}
