import type {
  Node,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodSpec,
  Taint,
  Toleration,
} from 'kubernetes-types/core/v1'
import { labelRequirement, matchesLabels, selectorOf, type LabelOperator } from '../../api/labels.ts'
import { UserError } from '../../api/user-error.ts'
import { nodeTaints, tolerates } from '../node/taints.ts'

// kubernetes: pkg/controller/daemon NodeShouldRunDaemonPod

export interface Fit {
  /** A pod should be made there. */
  readonly shouldRun: boolean
  /** A pod that is there may stay. */
  readonly shouldContinue: boolean
}

/** Whether a node takes a daemon's pod, and whether it keeps one. */
export function fitOf(spec: PodSpec, tolerations: readonly Toleration[], node: Node): Fit {
  const named = !spec.nodeName || spec.nodeName === node.metadata?.name
  if (!named || !matchesNode(spec, node)) return { shouldRun: false, shouldContinue: false }
  const untolerated = nodeTaints(node).filter((taint) => !isTolerated(taint, tolerations))
  return {
    shouldRun: !untolerated.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute'),
    shouldContinue: !untolerated.some(({ effect }) => effect === 'NoExecute'),
  }
}

const isTolerated = (taint: Taint, tolerations: readonly Toleration[]): boolean =>
  tolerations.some((toleration) => tolerates(toleration, taint))

/** nodeSelector and required node affinity (component-helpers: GetRequiredNodeAffinity). */
export function matchesNode({ nodeSelector, affinity }: PodSpec, node: Node): boolean {
  const labels = node.metadata?.labels ?? {}
  if (!Object.entries(nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  return !terms || terms.some((term) => matchesTerm(term, node))
}

function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  if (!matchExpressions.length && !matchFields.length) return false
  const fields = { 'metadata.name': node.metadata?.name ?? '' }
  return (
    matchExpressions.every((requirement) => meets(requirement, node.metadata?.labels ?? {})) &&
    matchFields.every((requirement) => meets(requirement, fields))
  )
}

const operators: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
}

function meets(
  { key, operator, values = [] }: NodeSelectorRequirement,
  labels: Record<string, string>,
): boolean {
  if (key === 'metadata.name' && labels[key] !== undefined)
    return operator === 'In'
      ? values.includes(labels[key])
      : operator === 'NotIn' && !values.includes(labels[key])
  try {
    return matchesLabels(selectorOf([labelRequirement(key, operators[operator], values)]), labels)
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}
