import type { Plugin } from '../framework.ts'

// kubernetes: pkg/scheduler/framework/plugins/schedulinggates
export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  preEnqueue(pod) {
    const gates = pod.spec?.schedulingGates ?? []
    return gates.length
      ? `waiting for scheduling gates: [${gates.map(({ name }) => name).join(' ')}]`
      : undefined
  },
}
