import type { Node } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../../api/objects.ts'
import type { AdmissionPlugin } from './chain.ts'

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

/** A new node takes no pods until it says that it is ready (kubernetes: plugin/pkg/admission/nodetaint). */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  mutate({ operation, resource, subresource, object }): KubeObject | undefined {
    const isNode = resource.definition.group === '' && resource.definition.kind === 'Node' && !subresource
    if (operation !== 'CREATE' || !isNode || !object) return object
    const node = object as Node & KubeObject
    const { taints = [] } = node.spec ?? {}
    if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return object
    return { ...node, spec: { ...node.spec, taints: [...taints, notReady] } } as KubeObject
  },
}
