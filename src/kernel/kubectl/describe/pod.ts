import type { Pod } from 'kubernetes-types/core/v1'
import { ageOf } from '../ages.ts'
import { describeContainers } from './containers.ts'
import { describer } from './describer.ts'
import { describeEvents } from './events.ts'
import { annotations, controlledBy, labels, tolerations } from './metadata.ts'
import { describeVolumes } from './volumes.ts'
import { longTime, type Writer } from './writer.ts'

export const pod = describer<Pod>({
  group: '',
  kind: 'Pod',
  *describe(w, object, { now, events }) {
    const { spec, status = {} } = object
    head(w, object)
    state(w, object, now)
    w.field(0, 'IP', status.podIP ?? '')
    if (status.podIPs?.length) {
      w.line(0, 'IPs:')
      for (const { ip } of status.podIPs) w.field(1, 'IP', ip)
    } else w.field(0, 'IPs', '<none>')
    controlledBy(w, object.metadata)
    if (status.nominatedNodeName) w.field(0, 'NominatedNodeName', status.nominatedNodeName)
    if (spec?.initContainers?.length)
      describeContainers(w, 'Init Containers', spec.initContainers, status.initContainerStatuses, object)
    describeContainers(w, 'Containers', spec?.containers ?? [], status.containerStatuses, object)
    if (spec?.ephemeralContainers?.length)
      describeContainers(
        w,
        'Ephemeral Containers',
        spec.ephemeralContainers as never,
        status.ephemeralContainerStatuses,
        object,
      )
    conditions(w, object)
    describeVolumes(w, spec?.volumes)
    w.field(0, 'QoS Class', status.qosClass ?? 'BestEffort')
    labels(w, 'Node-Selectors', spec?.nodeSelector)
    tolerations(w, 'Tolerations', spec?.tolerations)
    topology(w, object)
    describeEvents(w, events, now)
  },
})

function head(w: Writer, { metadata = {}, spec, status = {} }: Pod): void {
  w.field(0, 'Name', metadata.name)
  w.field(0, 'Namespace', metadata.namespace)
  if (spec?.priority !== undefined) w.field(0, 'Priority', spec.priority)
  if (spec?.priorityClassName) w.field(0, 'Priority Class Name', spec.priorityClassName)
  if (spec?.runtimeClassName) w.field(0, 'Runtime Class Name', spec.runtimeClassName)
  if (spec?.serviceAccountName) w.field(0, 'Service Account', spec.serviceAccountName)
  w.field(0, 'Node', spec?.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>')
  if (status.startTime) w.field(0, 'Start Time', longTime(status.startTime as unknown as string))
  labels(w, 'Labels', metadata.labels)
  annotations(w, 'Annotations', metadata.annotations)
}

function state(w: Writer, { metadata = {}, spec, status = {} }: Pod, now: number): void {
  if (metadata.deletionTimestamp && status.phase !== 'Failed' && status.phase !== 'Succeeded') {
    w.field(0, 'Status', `Terminating (lasts ${ageOf(String(metadata.deletionTimestamp), now)})`)
    w.field(0, 'Termination Grace Period', `${metadata.deletionGracePeriodSeconds}s`)
  } else w.field(0, 'Status', status.phase ?? '')
  if (status.reason) w.field(0, 'Reason', status.reason)
  if (status.message) w.field(0, 'Message', status.message)
  const seccomp = spec?.securityContext?.seccompProfile
  if (seccomp) {
    w.field(0, 'SeccompProfile', seccomp.type)
    if (seccomp.type === 'Localhost') w.field(0, 'LocalhostProfile', seccomp.localhostProfile)
  }
}

function conditions(w: Writer, { spec, status = {} }: Pod): void {
  if (spec?.readinessGates?.length) {
    w.line(0, 'Readiness Gates:\n  Type\tStatus')
    for (const { conditionType } of spec.readinessGates)
      w.line(
        1,
        `${conditionType} \t${status.conditions?.find(({ type }) => type === conditionType)?.status ?? '<none>'} `,
      )
  }
  if (!status.conditions?.length) return
  w.line(0, 'Conditions:\n  Type\tStatus')
  for (const condition of status.conditions) w.line(1, `${condition.type} \t${condition.status} `)
}

function topology(w: Writer, { spec }: Pod): void {
  const constraints = spec?.topologySpreadConstraints ?? []
  constraints.forEach(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }, i) => {
    const selector = Object.entries(labelSelector?.matchLabels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(',')
    w.line(
      0,
      `${i ? '' : 'Topology Spread Constraints:'}\t${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector ? ` for selector ${selector}` : ''}`,
    )
  })
}
