import type {
  Container,
  LimitRange,
  LimitRangeItem,
  PersistentVolumeClaim,
  Pod,
} from 'kubernetes-types/core/v1'
import type { KubeObject } from '../../api/objects.ts'
import type { Api } from '../call.ts'
import type { AdmissionPlugin, Attributes } from './chain.ts'
import { violations } from './limits.ts'
import { forbiddenIn, podIn, withSpec } from './pod.ts'
import { amountsOf, podAmounts } from '../../api/kinds/pod/amounts.ts'

/** Amounts that a namespace sets for what does not name its own, and bounds for all (kubernetes: plugin/pkg/admission/limitranger). */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  mutate(attributes, api): KubeObject | undefined {
    const pod = attributes.operation === 'CREATE' ? podIn(attributes) : undefined
    if (!pod) return attributes.object
    return limitRanges(attributes, api).reduce<Pod & KubeObject>(withDefaults, pod)
  },
  validate(attributes, api): void {
    const check = checkOf(attributes)
    if (!check) return
    for (const { spec } of limitRanges(attributes, api)) {
      const errors = (spec?.limits ?? []).flatMap(check)
      if (errors.length)
        throw forbiddenIn(attributes, errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`)
    }
  },
}

const limitRanges = ({ namespace }: Attributes, { resources }: Api): LimitRange[] =>
  (resources.ofKind('', 'LimitRange')?.cache.list(namespace) ?? []).map(
    ({ object }) => object as unknown as LimitRange,
  )

/** How one item of a LimitRange judges the object; undefined when none concerns it. */
function checkOf(attributes: Attributes): ((item: LimitRangeItem) => string[]) | undefined {
  const pod = attributes.operation === 'CREATE' ? podIn(attributes) : undefined
  if (pod) return (item) => podViolations(item, pod)
  const { resource, subresource, object, old } = attributes
  const isClaim =
    resource.definition.kind === 'PersistentVolumeClaim' &&
    !subresource &&
    object &&
    !old?.metadata.deletionTimestamp
  if (!isClaim) return undefined
  const { spec } = object as PersistentVolumeClaim
  const requested = { requests: amountsOf(spec?.resources?.requests) }
  return (item) => (item.type === 'PersistentVolumeClaim' ? violations(item, requested) : [])
}

function podViolations(item: LimitRangeItem, pod: Pod): string[] {
  if (item.type === 'Pod')
    return violations(item, { requests: podAmounts(pod, 'requests'), limits: podAmounts(pod, 'limits') })
  if (item.type !== 'Container') return []
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
  return containers.flatMap(({ resources }) =>
    violations(item, { requests: amountsOf(resources?.requests), limits: amountsOf(resources?.limits) }),
  )
}

/** The pod with the defaults of a LimitRange, and a note of what was set. */
function withDefaults(pod: Pod & KubeObject, { spec }: LimitRange): Pod & KubeObject {
  const items = (spec?.limits ?? []).filter(({ type }) => type === 'Container')
  const limits = Object.assign({}, ...items.map((item) => item.default)) as Record<string, string>
  const requests = Object.assign({}, ...items.map((item) => item.defaultRequest)) as Record<string, string>
  const notes: string[] = []
  const complete = (kind: string) => (container: Container) =>
    merged(container, { limits, requests }, kind, notes)
  const { containers = [], initContainers } = pod.spec ?? {}
  const changed = {
    containers: containers.map(complete('container')),
    ...(initContainers ? { initContainers: initContainers.map(complete('init container')) } : {}),
  }
  if (notes.length === 0) return pod
  const annotations = {
    ...pod.metadata.annotations,
    'kubernetes.io/limit-ranger': `LimitRanger plugin set: ${notes.join('; ')}`,
  }
  return { ...withSpec(pod, changed), metadata: { ...pod.metadata, annotations } } as Pod & KubeObject
}

type Quantities = Readonly<Record<string, string>>

function merged(
  container: Container,
  defaults: { readonly limits: Quantities; readonly requests: Quantities },
  kind: string,
  notes: string[],
): Container {
  const add = (name: 'requests' | 'limits', word: string): Quantities | undefined => {
    const own = container.resources?.[name] ?? {}
    const missing = Object.keys(defaults[name])
      .filter((key) => own[key] === undefined)
      .sort()
    if (missing.length === 0) return container.resources?.[name]
    notes.push(`${missing.join(', ')} ${word} for ${kind} ${container.name}`)
    return { ...defaults[name], ...own }
  }
  const requests = add('requests', 'request')
  const limits = add('limits', 'limit')
  return {
    ...container,
    resources: { ...container.resources, ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) },
  }
}
