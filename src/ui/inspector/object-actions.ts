import type { Pod } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../../kernel/api/objects.ts'
import type { IconName } from '../icon/paths.ts'
import { terminals } from '../terminal/terminals.svelte.ts'
import type { Messages } from '../text/en.ts'

interface ObjectAction {
  readonly icon: IconName
  readonly label: string
  run(): void
}

/** What can be done to an object: each is a line in the laptop's terminal, run at once unless it takes something away. */
export function actionsOf(object: KubeObject, t: Messages): ObjectAction[] {
  const { kind, metadata } = object
  const where = metadata.namespace && metadata.namespace !== 'default' ? ` -n ${metadata.namespace}` : ''
  const what = `${kind.toLowerCase()} ${metadata.name}${where}`
  const action = (icon: IconName, label: string, line: string, run = true): ObjectAction => ({
    icon,
    label,
    run: () => terminals.type('laptop', line, run),
  })
  return [
    ...(kind === 'Pod' ? podActions(object as Pod, where, action, t) : []),
    ...(kind === 'Node' ? nodeActions(object, action, t) : []),
    action('info', t.describe, `kubectl describe ${what}`),
    ...(SCALED.has(kind) ? [action('plus', t.scale, `kubectl scale ${what} --replicas=`, false)] : []),
    action('editor', t.edit, `kubectl edit ${what}`),
    action('trash', t.deleteObject, `kubectl delete ${what}`, false),
  ]
}

type MakeAction = (icon: IconName, label: string, line: string, run?: boolean) => ObjectAction

function podActions(
  { metadata, spec, status }: Pod,
  where: string,
  action: MakeAction,
  t: Messages,
): ObjectAction[] {
  const many = (spec?.containers.length ?? 0) > 1
  const isUp = (name: string) =>
    status?.containerStatuses?.some((container) => container.name === name && container.state?.running)
  return (spec?.containers ?? []).flatMap(({ name }) => {
    const container = many ? ` -c ${name}` : ''
    const logs = action('file', t.logsOf(name), `kubectl logs -f ${metadata?.name}${where}${container}`)
    const shell = action(
      'terminal',
      t.shellIn(name),
      `kubectl exec -it ${metadata?.name}${where}${container} -- sh`,
    )
    return isUp(name) ? [shell, logs] : [logs]
  })
}

function nodeActions(node: KubeObject, action: MakeAction, t: Messages): ObjectAction[] {
  const { name } = node.metadata
  const cordoned = (node as { spec?: { unschedulable?: boolean } }).spec?.unschedulable
  return [
    cordoned
      ? action('check', t.uncordon, `kubectl uncordon ${name}`)
      : action('pause', t.cordon, `kubectl cordon ${name}`),
    action('download', t.drain, `kubectl drain ${name} --ignore-daemonsets`, false),
  ]
}

const SCALED = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'ReplicationController'])
