import { unresolvable, type Plugin } from '../framework.ts'

// kubernetes: pkg/scheduler/framework/plugins/nodename
export const nodeName: Plugin = {
  name: 'NodeName',
  events: ['Node/Add'],
  filter({ pod }, { name }) {
    const wanted = pod.spec?.nodeName
    return wanted && wanted !== name
      ? unresolvable("node(s) didn't match the requested node name")
      : undefined
  },
}
