import type { Pod } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../../api/objects.ts'
import type { Api } from '../call.ts'
import type { AdmissionPlugin, Attributes } from './chain.ts'
import { forbiddenIn, podIn, withSpec } from './pod.ts'

interface PriorityClass {
  readonly metadata: { readonly name: string }
  readonly value: number
  readonly globalDefault?: boolean
  readonly preemptionPolicy?: string
}

/** kubernetes: pkg/apis/scheduling: the classes that every cluster has. */
const systemClasses: readonly PriorityClass[] = [
  { metadata: { name: 'system-cluster-critical' }, value: 2000000000 },
  { metadata: { name: 'system-node-critical' }, value: 2000001000 },
]

/** The number behind a pod's priority class (kubernetes: plugin/pkg/admission/priority). */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  mutate(attributes, api): KubeObject | undefined {
    const pod = podIn(attributes)
    if (!pod) return attributes.object
    return attributes.operation === 'UPDATE'
      ? keep(pod, attributes.old as Pod | undefined)
      : compute(attributes, pod, api)
  },
}

/** An update need not repeat what was computed. */
function keep(pod: Pod & KubeObject, old: Pod | undefined): KubeObject {
  const { priority: value, preemptionPolicy } = old?.spec ?? {}
  return withSpec(pod, {
    ...(pod.spec?.priority === undefined && value !== undefined ? { priority: value } : {}),
    ...(pod.spec?.preemptionPolicy === undefined && preemptionPolicy !== undefined
      ? { preemptionPolicy }
      : {}),
  })
}

function compute(attributes: Attributes, pod: Pod & KubeObject, api: Api): KubeObject {
  const wanted = pod.spec?.priorityClassName
  const classes = classesOf(api)
  const found = wanted ? classes.find(({ metadata }) => metadata.name === wanted) : defaultOf(classes)
  if (wanted && !found) throw forbiddenIn(attributes, `no PriorityClass with name ${wanted} was found`)
  const value = found?.value ?? 0
  const policy = found?.preemptionPolicy ?? 'PreemptLowerPriority'
  const { priority: given, preemptionPolicy } = pod.spec ?? {}
  if (given !== undefined && given !== value)
    throw forbiddenIn(
      attributes,
      `the integer value of priority (${given}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    )
  if (preemptionPolicy !== undefined && preemptionPolicy !== policy)
    throw forbiddenIn(
      attributes,
      `the string value of PreemptionPolicy (${preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    )
  const name = found?.metadata.name
  return withSpec(pod, {
    ...(name ? { priorityClassName: name } : {}),
    priority: value,
    preemptionPolicy: policy,
  })
}

function classesOf({ resources }: Api): PriorityClass[] {
  const stored = resources.ofKind('scheduling.k8s.io', 'PriorityClass')?.cache.list() ?? []
  const own = stored.map(({ object }) => object as unknown as PriorityClass)
  return [
    ...own,
    ...systemClasses.filter(({ metadata }) => !own.some((one) => one.metadata.name === metadata.name)),
  ]
}

/** Of several, the one with the lowest value. */
const defaultOf = (classes: readonly PriorityClass[]): PriorityClass | undefined =>
  classes.filter(({ globalDefault }) => globalDefault).sort((a, b) => a.value - b.value)[0]
