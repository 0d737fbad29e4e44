import type {
  Affinity,
  Container,
  EnvVar,
  NodeSelectorTerm,
  PodAffinityTerm,
  PodSpec,
  WeightedPodAffinityTerm,
} from 'kubernetes-types/core/v1'
import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import { goQuote } from '../../go-quote.ts'
import { sortedEntries } from '../validation/rules.ts'
import { containersWithPath } from '../validation/windows.ts'
import { fractions } from './fractions.ts'
import { deprecatedLabel } from './node-labels.ts'
import { portWarnings } from './ports.ts'
import { volumeWarnings } from './volumes.ts'

/**
 * What is odd about a pod, or about a template at `path` (kubernetes: pkg/api/pod/warnings.go warningsForPodSpecAndMeta). The
 * path is empty for a pod, else it ends with a dot.
 */
export function podWarnings(spec: PodSpec, meta: ObjectMeta, path = ''): string[] {
  const field = `${path}spec`
  const containers = containersWithPath(spec, field)
  const grace = spec.terminationGracePeriodSeconds
  return [
    ...sortedEntries(spec.nodeSelector).flatMap(([key]) =>
      deprecatedLabel(key).map((why) => `${field}.nodeSelector[${key}]: ${why}`),
    ),
    ...nodeAffinityWarnings(spec.affinity, `${field}.affinity.nodeAffinity`),
    ...spreadWarnings(spec, `${field}.topologySpreadConstraints`),
    ...annotationWarnings(meta, `${path}metadata.annotations`),
    ...volumeWarnings(spec.volumes ?? [], `${field}.volumes`),
    ...duplicates(spec.hostAliases, 'ip', `${field}.hostAliases`),
    ...duplicates(spec.imagePullSecrets, 'name', `${field}.imagePullSecrets`),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, i) =>
      name ? [] : [`${field}.imagePullSecrets[${i}].name: invalid empty name ""`],
    ),
    ...fractions(spec.overhead, `${field}.overhead`),
    ...seccompOfPod(spec, meta, `${path}metadata.annotations`),
    ...containers.flatMap(([container, at]) => [
      ...profileWarnings(container, spec, meta, path),
      ...containerWarnings(container, at),
    ]),
    ...portWarnings(containers),
    ...(grace !== undefined && grace < 0
      ? [
          `${field}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...podAffinityWarnings(spec.affinity, `${field}.affinity`),
  ]
}

const nothingMatches = 'a null labelSelector results in matching no pod'

function nodeAffinityWarnings(affinity: Affinity | undefined, field: string): string[] {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: needed,
    preferredDuringSchedulingIgnoredDuringExecution: liked,
  } = affinity?.nodeAffinity ?? {}
  return [
    ...(needed?.nodeSelectorTerms ?? []).flatMap((term, i) =>
      termWarnings(term, `${field}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`),
    ),
    ...(liked ?? []).flatMap(({ preference }, i) =>
      termWarnings(preference, `${field}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`),
    ),
  ]
}

const termWarnings = ({ matchExpressions }: NodeSelectorTerm, field: string): string[] =>
  (matchExpressions ?? []).flatMap(({ key }, i) =>
    deprecatedLabel(key).map((why) => `${field}.matchExpressions[${i}].key: ${key} is ${why}`),
  )

const spreadWarnings = ({ topologySpreadConstraints }: PodSpec, field: string): string[] =>
  (topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, i) => [
    ...deprecatedLabel(topologyKey).map((why) => `${field}[${i}].topologyKey: ${topologyKey} is ${why}`),
    ...(labelSelector ? [] : [`${field}[${i}].labelSelector: ${nothingMatches}`]),
  ])

function podAffinityWarnings(affinity: Affinity | undefined, field: string): string[] {
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((key) => {
    const {
      requiredDuringSchedulingIgnoredDuringExecution: needed,
      preferredDuringSchedulingIgnoredDuringExecution: liked,
    } = affinity?.[key] ?? {}
    const blind = ({ labelSelector }: PodAffinityTerm): boolean => labelSelector === undefined
    return [
      ...(needed ?? []).flatMap((term: PodAffinityTerm, i) =>
        blind(term)
          ? [
              `${field}.${key}.requiredDuringSchedulingIgnoredDuringExecution[${i}].labelSelector: ${nothingMatches}`,
            ]
          : [],
      ),
      ...(liked ?? []).flatMap(({ podAffinityTerm }: WeightedPodAffinityTerm, i) =>
        blind(podAffinityTerm)
          ? [
              `${field}.${key}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm.labelSelector: ${nothingMatches}`,
            ]
          : [],
      ),
    ]
  })
}

const oldAnnotations: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod':
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}

const annotationWarnings = ({ annotations }: ObjectMeta, field: string): string[] =>
  Object.entries(oldAnnotations).flatMap(([key, why]) =>
    annotations?.[key] === undefined ? [] : [`${field}[${key}]: ${why}`],
  )

const useSeccomp = 'non-functional in v1.27+; use the "seccompProfile" field instead'

function seccompOfPod({ securityContext }: PodSpec, { annotations }: ObjectMeta, field: string): string[] {
  const key = 'seccomp.security.alpha.kubernetes.io/pod'
  return annotations?.[key] === undefined || securityContext?.seccompProfile
    ? []
    : [`${field}[${key}]: ${useSeccomp}`]
}

type Profiled = { readonly appArmorProfile?: object }

/** Annotations that speak of a container where its fields do not. */
function profileWarnings(
  container: Container,
  spec: PodSpec,
  { annotations = {} }: ObjectMeta,
  path: string,
): string[] {
  const context = container.securityContext
  const seccomp = `container.seccomp.security.alpha.kubernetes.io/${container.name}`
  const appArmor = `container.apparmor.security.beta.kubernetes.io/${container.name}`
  const armored = [spec.securityContext, context].some(
    (one) => (one as Profiled | undefined)?.appArmorProfile,
  )
  const field = `${path}metadata.annotations`
  return [
    ...(annotations[seccomp] !== undefined && !context?.seccompProfile
      ? [`${field}[${seccomp}]: ${useSeccomp}`]
      : []),
    // Those of pods are turned into fields first.
    ...(path !== '' && annotations[appArmor] !== undefined && !armored
      ? [`${field}[${appArmor}]: deprecated since v1.30; use the "appArmorProfile" field instead`]
      : []),
  ]
}

const containerWarnings = ({ resources, env = [] }: Container, field: string): string[] => [
  ...(['memory', 'ephemeral-storage'] as const).flatMap((name) => [
    ...fractions(resources?.limits, `${field}.resources.limits`, [name]),
    ...fractions(resources?.requests, `${field}.resources.requests`, [name]),
  ]),
  ...env.flatMap((variable, i) =>
    hidesEarlier(variable, env.slice(0, i))
      ? [
          `${field}.env[${i}]: hides previous definition of ${goQuote(variable.name)}, which may be dropped when using apply`,
        ]
      : [],
  ),
]

/** To build on the earlier value is no mistake. */
function hidesEarlier({ name, value = '', valueFrom }: EnvVar, earlier: readonly EnvVar[]): boolean {
  const reference = `$(${name})`
  const again = earlier.some((one) => one.name === name)
  return again && (valueFrom !== undefined || value === reference || !value.includes(reference))
}

function duplicates<K extends string>(
  items: readonly { readonly [key in K]?: string }[] | undefined,
  key: K,
  field: string,
): string[] {
  const values = (items ?? []).map((item) => item[key] ?? '')
  return values.flatMap((value, i) =>
    values.indexOf(value) < i ? [`${field}[${i}].${key}: duplicate ${key} ${goQuote(value)}`] : [],
  )
}
