import { unresolvable, type Plugin } from '../framework.ts'
import { tolerates } from './taint-toleration.ts'

const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const

// kubernetes: pkg/scheduler/framework/plugins/nodeunschedulable
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  events: ['Node/Add', 'Node/UpdateTaint'],
  filter({ pod }, { node }) {
    if (!node.spec?.unschedulable) return undefined
    if (pod.spec?.tolerations?.some((toleration) => tolerates(toleration, TAINT))) return undefined
    return unresolvable('node(s) were unschedulable')
  },
}
