import type { DaemonSet, Deployment, StatefulSet } from 'kubernetes-types/apps/v1'
import { UserError } from '../../api/user-error.ts'
import type { KubeLike } from '../kubectl.ts'

/** What to say of a rollout, and whether it is over (kubectl: polymorphichelpers/rollout_status.go). */
export function rolloutStatus(
  object: KubeLike,
  revision: number,
): { readonly text: string; readonly done: boolean } {
  switch (object.kind) {
    case 'Deployment':
      return deploymentStatus(object as unknown as Deployment, revision)
    case 'DaemonSet':
      return daemonSetStatus(object as unknown as DaemonSet)
    case 'StatefulSet':
      return statefulSetStatus(object as unknown as StatefulSet)
  }
  throw new UserError(`no status viewer has been implemented for ${object.kind}`)
}

const going = (text: string) => ({ text, done: false })
const over = (text: string) => ({ text, done: true })

export const revisionOf = (object: {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> }
}): number => Number(object.metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0)

function deploymentStatus({ metadata = {}, spec, status = {} }: Deployment, revision: number) {
  const running = revisionOf({ metadata } as never)
  if (revision > 0 && running !== revision)
    throw new UserError(`desired revision (${revision}) is different from the running revision (${running})`)
  const name = metadata.name
  if ((metadata.generation ?? 0) > (status.observedGeneration ?? 0))
    return going('Waiting for deployment spec update to be observed...\n')
  if (
    status.conditions?.some(
      ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
    )
  )
    throw new UserError(`deployment "${name}" exceeded its progress deadline`)
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status
  const waiting = `Waiting for deployment "${name}" rollout to finish:`
  if (spec?.replicas !== undefined && updatedReplicas < spec.replicas)
    return going(`${waiting} ${updatedReplicas} out of ${spec.replicas} new replicas have been updated...\n`)
  if (replicas > updatedReplicas)
    return going(`${waiting} ${replicas - updatedReplicas} old replicas are pending termination...\n`)
  if (availableReplicas < updatedReplicas)
    return going(`${waiting} ${availableReplicas} of ${updatedReplicas} updated replicas are available...\n`)
  return over(`deployment "${name}" successfully rolled out\n`)
}

function daemonSetStatus({ metadata = {}, spec, status }: DaemonSet) {
  if (spec?.updateStrategy?.type !== 'RollingUpdate')
    throw new UserError('rollout status is only available for RollingUpdate strategy type')
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0))
    return going('Waiting for daemon set spec update to be observed...\n')
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = status ?? {}
  const waiting = `Waiting for daemon set "${metadata.name}" rollout to finish:`
  if (updatedNumberScheduled < desiredNumberScheduled)
    return going(
      `${waiting} ${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated...\n`,
    )
  if (numberAvailable < desiredNumberScheduled)
    return going(`${waiting} ${numberAvailable} of ${desiredNumberScheduled} updated pods are available...\n`)
  return over(`daemon set "${metadata.name}" successfully rolled out\n`)
}

function statefulSetStatus({ metadata = {}, spec, status }: StatefulSet) {
  if (spec?.updateStrategy?.type !== 'RollingUpdate')
    throw new UserError('rollout status is only available for RollingUpdate strategy type')
  if (!status?.observedGeneration || (metadata.generation ?? 0) > status.observedGeneration)
    return going('Waiting for statefulset spec update to be observed...\n')
  const {
    readyReplicas = 0,
    updatedReplicas = 0,
    currentReplicas = 0,
    updateRevision,
    currentRevision,
  } = status
  if (spec.replicas !== undefined && readyReplicas < spec.replicas)
    return going(`Waiting for ${spec.replicas - readyReplicas} pods to be ready...\n`)
  const partition = spec.updateStrategy.rollingUpdate?.partition
  if (partition !== undefined && partition > 0 && spec.replicas !== undefined) {
    if (updatedReplicas < spec.replicas - partition)
      return going(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${spec.replicas - partition} new pods have been updated...\n`,
      )
    return over(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...\n`)
  }
  if (updateRevision !== currentRevision)
    return going(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...\n`,
    )
  return over(
    `statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...\n`,
  )
}
