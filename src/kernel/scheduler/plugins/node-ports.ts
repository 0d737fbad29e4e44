import { unschedulable, type Plugin } from '../framework.ts'
import type { HostPort } from '../node-info.ts'

// kubernetes: pkg/scheduler/framework/plugins/nodeports
export const nodePorts: Plugin = {
  name: 'NodePorts',
  events: ['Pod/Delete', 'Node/Add'],
  preFilter: ({ info }) => (info.hostPorts.length ? undefined : 'skip'),
  filter({ info }, node) {
    for (const other of node.pods.values()) {
      if (other.hostPorts.some((taken) => info.hostPorts.some((wanted) => conflicts(taken, wanted)))) {
        return unschedulable("node(s) didn't have free ports for the requested pod ports")
      }
    }
    return undefined
  },
}

const ANY = '0.0.0.0'
export const conflicts = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === ANY || b.ip === ANY)
