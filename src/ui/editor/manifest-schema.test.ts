import { expect, it } from 'vitest'
import { kinds } from '../../kernel/api/kinds/index.ts'
import { openApiDocs } from '../../workers/openapi-docs.ts'
import { manifestSchema } from './manifest-schema.ts'

interface Node {
  readonly properties: Readonly<Record<string, Node>>
  readonly items: Node
  readonly $ref?: string
  readonly enum?: readonly string[]
  readonly description?: string
  readonly additionalProperties?: unknown
}

const schema = manifestSchema(await openApiDocs()) as {
  oneOf: { $ref: string }[]
  definitions: Record<string, Node>
}
const resolve = (node: Node): Node =>
  node.$ref ? resolve(schema.definitions[node.$ref.replace('#/definitions/', '')] as Node) : node
const at = (kind: string, ...path: string[]): Node =>
  path.reduce(
    (node, step) => resolve(step === '[]' ? node.items : (node.properties[step] as Node)),
    schema.definitions[`kind.${kind}`] as Node,
  )

it('has an alternative for each kind that can be made', () => {
  expect(schema.oneOf.length).toBeGreaterThan(12)
  expect(schema.oneOf.length).toBeLessThanOrEqual(kinds.length)
  expect(at('apps.v1.Deployment').properties['apiVersion']?.enum).toEqual(['apps/v1'])
})

it('knows fields, their words and their closed sets of values', () => {
  const container = at('core.v1.Pod', 'spec', 'containers', '[]')
  expect(container.additionalProperties).toBe(false)
  expect(container.properties['image']?.description).toContain('image')
  expect(container.properties['imagePullPolicy']?.enum).toEqual(
    expect.arrayContaining(['Always', 'IfNotPresent', 'Never']),
  )
  const values = container.properties['imagePullPolicy']?.enum ?? []
  expect(new Set(values).size).toBe(values.length)
})

it('refers to nothing that is not there', () => {
  const text = JSON.stringify(schema)
  for (const [, name] of text.matchAll(/"#\/definitions\/([^"]+)"/g))
    expect(schema.definitions).toHaveProperty([name as string])
})
