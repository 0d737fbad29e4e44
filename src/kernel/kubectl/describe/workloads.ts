import type { Deployment, DaemonSet, ReplicaSet, StatefulSet } from 'kubernetes-types/apps/v1'
import type { Pod, ReplicationController } from 'kubernetes-types/core/v1'
import {
  formatLabelSelector,
  printSelector,
  selectorFromObject,
  selectorFromSet,
  type LabelSelectorObject,
} from '../../api/labels.ts'
import type { Sys } from '../../host/sys.ts'
import { printLabels } from '../printers/table.ts'
import { chunkSize, describer, listOr, type Context } from './describer.ts'
import { describeEvents } from './events.ts'
import { annotations, controlledBy, describeHead, labels } from './metadata.ts'
import { describePodTemplate } from './pod-template.ts'
import { replicaSetsOf, sameTemplate } from '../replica-sets.ts'
import { longTime, type Writer } from './writer.ts'

const selectorText = (selector: unknown) => formatLabelSelector(selector as LabelSelectorObject | undefined)

export const deployment = describer<Deployment>({
  group: 'apps',
  kind: 'Deployment',
  *describe(w, object, context) {
    const { metadata = {}, spec, status = {} } = object
    describeHead(w, metadata, true)
    w.field(0, 'Selector', selectorText(spec?.selector))
    const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status
    w.field(
      0,
      'Replicas',
      `${spec?.replicas ?? 0} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`,
    )
    w.field(0, 'StrategyType', spec?.strategy?.type ?? '')
    w.field(0, 'MinReadySeconds', spec?.minReadySeconds ?? 0)
    const rolling = spec?.strategy?.rollingUpdate
    if (rolling)
      w.field(
        0,
        'RollingUpdateStrategy',
        `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`,
      )
    describePodTemplate(w, spec?.template)
    conditions(w, status.conditions)
    const sets = yield* replicaSetsOf(context.kubectl, object, chunkSize(context))
    const current = sets.find((one) => sameTemplate(one.spec?.template, spec?.template))
    w.field(0, 'OldReplicaSets', setsText(sets.filter((one) => one !== current)))
    w.field(0, 'NewReplicaSet', setsText(current ? [current] : []))
    describeEvents(w, context.events, context.now)
  },
})

const setsText = (sets: readonly ReplicaSet[]): string =>
  sets
    .map(
      ({ metadata, spec, status }) =>
        `${metadata?.name} (${status?.replicas ?? 0}/${spec?.replicas ?? 0} replicas created)`,
    )
    .join(', ') || '<none>'

export function conditions(
  w: Writer,
  list: readonly { readonly type: string; readonly status: string; readonly reason?: string }[] | undefined,
): void {
  if (!list?.length) return
  w.line(0, 'Conditions:\n  Type\tStatus\tReason\n  ----\t------\t------')
  for (const { type, status, reason = '' } of list) w.line(1, `${type} \t${status}\t${reason}`)
}

/** `1 Running / 0 Waiting / 0 Succeeded / 0 Failed`, of pods that the object owns. */
function* podsStatus(
  context: Context,
  metadata: { readonly namespace?: string; readonly uid?: string },
  labelSelector: string,
): Sys<string> {
  const pods = yield* listOr<Pod>(context, `/api/v1/namespaces/${metadata.namespace}/pods`, {
    labelSelector,
    limit: chunkSize(context),
  })
  const owned = pods.filter((pod) =>
    pod.metadata?.ownerReferences?.some(({ controller, uid }) => controller && uid === metadata.uid),
  )
  const count = (phase: string) => owned.filter((pod) => pod.status?.phase === phase).length
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`
}

export const replicaSet = describer<ReplicaSet>({
  group: 'apps',
  kind: 'ReplicaSet',
  *describe(w, { metadata = {}, spec, status }, context) {
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Namespace', metadata.namespace)
    w.field(0, 'Selector', selectorText(spec?.selector))
    labels(w, 'Labels', metadata.labels)
    annotations(w, 'Annotations', metadata.annotations)
    controlledBy(w, metadata)
    w.field(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`)
    w.field(
      0,
      'Pods Status',
      yield* podsStatus(
        context,
        metadata,
        printSelector(selectorFromObject(spec?.selector as LabelSelectorObject)),
      ),
    )
    describePodTemplate(w, spec?.template)
    conditions(w, status?.conditions)
    describeEvents(w, context.events, context.now)
  },
})

export const replicationController = describer<ReplicationController>({
  group: '',
  kind: 'ReplicationController',
  *describe(w, { metadata = {}, spec, status }, context) {
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Namespace', metadata.namespace)
    w.field(0, 'Selector', printLabels(spec?.selector))
    labels(w, 'Labels', metadata.labels)
    annotations(w, 'Annotations', metadata.annotations)
    w.field(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`)
    w.field(
      0,
      'Pods Status',
      yield* podsStatus(context, metadata, printSelector(selectorFromSet(spec?.selector))),
    )
    describePodTemplate(w, spec?.template)
    conditions(w, status?.conditions)
    describeEvents(w, context.events, context.now)
  },
})

export const daemonSet = describer<DaemonSet>({
  group: 'apps',
  kind: 'DaemonSet',
  *describe(w, { metadata = {}, spec, status }, context) {
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Selector', selectorText(spec?.selector))
    labels(w, 'Node-Selector', spec?.template?.spec?.nodeSelector)
    labels(w, 'Labels', metadata.labels)
    annotations(w, 'Annotations', metadata.annotations)
    w.field(0, 'Desired Number of Nodes Scheduled', status?.desiredNumberScheduled ?? 0)
    w.field(0, 'Current Number of Nodes Scheduled', status?.currentNumberScheduled ?? 0)
    w.field(0, 'Number of Nodes Scheduled with Up-to-date Pods', status?.updatedNumberScheduled ?? 0)
    w.field(0, 'Number of Nodes Scheduled with Available Pods', status?.numberAvailable ?? 0)
    w.field(0, 'Number of Nodes Misscheduled', status?.numberMisscheduled ?? 0)
    w.field(
      0,
      'Pods Status',
      yield* podsStatus(
        context,
        metadata,
        printSelector(selectorFromObject(spec?.selector as LabelSelectorObject)),
      ),
    )
    describePodTemplate(w, spec?.template)
    describeEvents(w, context.events, context.now)
  },
})

export const statefulSet = describer<StatefulSet>({
  group: 'apps',
  kind: 'StatefulSet',
  *describe(w, { metadata = {}, spec, status }, context) {
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Namespace', metadata.namespace)
    w.field(0, 'CreationTimestamp', longTime(String(metadata.creationTimestamp)))
    w.field(0, 'Selector', selectorText(spec?.selector))
    labels(w, 'Labels', metadata.labels)
    annotations(w, 'Annotations', metadata.annotations)
    w.field(0, 'Replicas', `${spec?.replicas ?? 0} desired | ${status?.replicas ?? 0} total`)
    w.field(0, 'Update Strategy', spec?.updateStrategy?.type ?? '')
    const partition = spec?.updateStrategy?.rollingUpdate?.partition
    if (partition !== undefined) w.line(1, `Partition:\t${partition}`)
    w.field(
      0,
      'Pods Status',
      yield* podsStatus(
        context,
        metadata,
        printSelector(selectorFromObject(spec?.selector as LabelSelectorObject)),
      ),
    )
    describePodTemplate(w, spec?.template)
    claims(w, spec?.volumeClaimTemplates ?? [])
    describeEvents(w, context.events, context.now)
  },
})

function claims(
  w: Writer,
  templates: NonNullable<NonNullable<StatefulSet['spec']>['volumeClaimTemplates']>,
): void {
  if (!templates.length) return w.field(0, 'Volume Claims', '<none>')
  w.line(0, 'Volume Claims:')
  for (const { metadata = {}, spec } of templates) {
    w.line(1, `Name:\t${metadata.name}`)
    w.line(1, `StorageClass:\t${spec?.storageClassName ?? ''}`)
    labels(w, '  Labels', metadata.labels)
    annotations(w, '  Annotations', metadata.annotations)
    w.line(
      1,
      `Capacity:\t${(spec?.resources?.requests as Record<string, string> | undefined)?.['storage'] ?? '<default>'}`,
    )
    w.line(1, `Access Modes:\t[${(spec?.accessModes ?? []).join(' ')}]`)
  }
}
