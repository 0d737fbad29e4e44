import type { KubeObject } from '../../kernel/api/objects.ts'

/** An object as kubectl shows it; without the managers of its fields, which are seldom wanted. */
export async function toYaml(object: KubeObject): Promise<string> {
  const { stringify } = await import('yaml')
  const { managedFields: _, ...metadata } = object.metadata
  return stringify({ ...object, metadata }, { indentSeq: false, lineWidth: 0, sortMapEntries: true })
}

/** What a person would have written: neither status nor what the server adds. */
export function withoutServerFields(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object as KubeObject & { status?: unknown }
  const { name, namespace, labels, annotations } = object.metadata
  const own = Object.entries(annotations ?? {}).filter(([key]) => !ADDED.has(key))
  const kept = { name, ...(namespace && { namespace }), ...(labels && { labels }) }
  return { ...rest, metadata: own.length ? { ...kept, annotations: Object.fromEntries(own) } : kept }
}

const ADDED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
])
