import { cluster } from '../cluster.svelte.ts'
import { toYaml } from '../inspector/to-yaml.ts'
import type { KubeObject } from '../../kernel/api/objects.ts'
import { runCommand, type ExecResult } from './run-command.ts'

/** An object as it is and as it would be. */
export interface Comparison {
  readonly name: string
  readonly before: string
  readonly after: string
  readonly isNew: boolean
}

/** What Apply would change: the server's own answer to a dry run, beside the live object. */
export async function compare(path: string): Promise<{ comparisons: Comparison[]; result: ExecResult }> {
  const result = await runCommand('laptop', `kubectl apply --dry-run=server -o json -f ${path}`)
  if (result.exitCode !== 0) return { comparisons: [], result }
  const answer = JSON.parse(result.stdout) as KubeObject & { items?: KubeObject[] }
  const comparisons = await Promise.all(
    (answer.kind === 'List' ? (answer.items ?? []) : [answer]).map(compareOne),
  )
  return { comparisons, result }
}

async function compareOne(object: KubeObject): Promise<Comparison> {
  const { kind, metadata } = object
  const live = cluster.peek.get(kind, metadata.namespace, metadata.name ?? '')
  const name = `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`
  return {
    name,
    isNew: !live,
    before: live ? await toYaml(stable(live)) : '',
    after: await toYaml(stable(object)),
  }
}

/** Without what differs in every answer. */
function stable(object: KubeObject): KubeObject {
  const { resourceVersion: _, generation: __, ...metadata } = object.metadata
  const { 'kubectl.kubernetes.io/last-applied-configuration': ___, ...annotations } =
    metadata.annotations ?? {}
  return {
    ...object,
    metadata: { ...metadata, annotations: Object.keys(annotations).length ? annotations : undefined },
  }
}
