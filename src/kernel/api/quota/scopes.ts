import type { Pod, ResourceQuota } from 'kubernetes-types/core/v1'
import { podQOSClass } from '../kinds/pod/qos.ts'

/** Scopes are of pods; other objects are in no scope. */
export function inScopes({ spec }: ResourceQuota, pod: Pod | undefined): boolean {
  const scopes = [
    ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists', values: [] as string[] })),
    ...(spec?.scopeSelector?.matchExpressions ?? []),
  ]
  if (scopes.length === 0) return true
  return (
    pod !== undefined &&
    scopes.every(({ scopeName, operator, values = [] }) => matchesScope(pod, scopeName, operator, values))
  )
}

function matchesScope(pod: Pod, scope: string, operator: string, values: readonly string[]): boolean {
  const { activeDeadlineSeconds, priorityClassName = '' } = pod.spec ?? {}
  switch (scope) {
    case 'Terminating':
      return activeDeadlineSeconds !== undefined
    case 'NotTerminating':
      return activeDeadlineSeconds === undefined
    case 'BestEffort':
      return podQOSClass(pod.spec ?? { containers: [] }) === 'BestEffort'
    case 'NotBestEffort':
      return podQOSClass(pod.spec ?? { containers: [] }) !== 'BestEffort'
    case 'PriorityClass':
      if (operator === 'Exists') return priorityClassName !== ''
      if (operator === 'DoesNotExist') return priorityClassName === ''
      return values.includes(priorityClassName) === (operator === 'In')
    default:
      return false
  }
}
