import type { Namespace, Pod, PodTemplateSpec } from 'kubernetes-types/core/v1'
import { goQuote } from '../../api/go-quote.ts'
import type { JsonObject, KubeObject } from '../../api/objects.ts'
import { invalidObject, StatusError } from '../../api/status.ts'
import type { Api } from '../call.ts'
import type { AdmissionPlugin, Attributes } from './chain.ts'
import { forbiddenIn } from './pod.ts'
import { details, findings } from './pod-security/checks.ts'
import { configurationOf, type Configuration } from './pod-security/configuration.ts'
import { checkNamespace } from './pod-security/namespace.ts'
import { policyOf, printLevel, type Policy } from './pod-security/policy.ts'
import type { PodLike } from './pod-security/pod-like.ts'

/** Pods keep to the level that their namespace's labels demand (staging/src/k8s.io/pod-security-admission). */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  validate(attributes, api): void {
    const { operation, resource, subresource, object } = attributes
    if ((operation !== 'CREATE' && operation !== 'UPDATE') || !object) return
    const { group, kind } = resource.definition
    if (group === '' && kind === 'Namespace') {
      if (subresource === '') namespaceChanged(attributes, api)
    } else if (group === '' && kind === 'Pod') {
      if (subresource === '' || subresource === 'ephemeralcontainers') podChanged(attributes, api)
    } else if (subresource === '') {
      const template = templateIn(`${group}/${kind}`, object)
      if (template?.spec) judgeTemplate(attributes, api, template as PodLike)
    }
  },
}

function namespaceChanged(attributes: Attributes, api: Api): void {
  const configuration = configurationOf(api)
  const pods = () =>
    (api.resources.ofKind('', 'Pod')?.cache.list(attributes.name) ?? []).map(({ object }) => object as Pod)
  const { errors, warnings } = checkNamespace(
    attributes.object as Namespace & KubeObject,
    attributes.old as Namespace | undefined,
    configuration,
    pods,
  )
  if (errors.length)
    throw new StatusError(invalidObject(attributes.resource.groupKind, attributes.name, errors))
  for (const text of warnings) attributes.warn(text)
}

function podChanged(attributes: Attributes, api: Api): void {
  const pod = attributes.object as Pod
  if (attributes.operation === 'UPDATE' && !isSignificant(pod, attributes.old as Pod)) return
  const policy = policyFor(attributes, api, pod.spec?.runtimeClassName)
  if (!policy) return
  const found = findings(policy.enforce.level, policy.enforce.version, pod as PodLike)
  if (found.length)
    throw forbiddenIn(
      attributes,
      `violates PodSecurity ${goQuote(printLevel(policy.enforce))}: ${details(found)}`,
    )
  warnOf(attributes, policy, pod as PodLike)
}

/** Only pods are refused; of what makes pods their maker is told. */
function judgeTemplate(attributes: Attributes, api: Api, template: PodLike): void {
  const policy = policyFor(attributes, api, template.spec.runtimeClassName)
  if (policy) warnOf(attributes, policy, template)
}

function warnOf(attributes: Attributes, { warn }: Policy, pod: PodLike): void {
  const found = findings(warn.level, warn.version, pod)
  if (found.length)
    attributes.warn(`would violate PodSecurity ${goQuote(printLevel(warn))}: ${details(found)}`)
}

/** Undefined: exempt. */
function policyFor(
  { namespace, user }: Attributes,
  api: Api,
  runtimeClass: string | undefined,
): Policy | undefined {
  const configuration = configurationOf(api)
  if (isExempt(configuration, namespace, user.name, runtimeClass)) return undefined
  const labels = api.resources.ofKind('', 'Namespace')?.cache.get(namespace)?.object.metadata.labels
  return policyOf(labels, configuration.defaults).policy
}

export const isExempt = (
  { namespaces, usernames, runtimeClasses }: Configuration,
  namespace: string,
  user: string,
  runtimeClass: string | undefined,
): boolean =>
  namespaces.includes(namespace) ||
  usernames.includes(user) ||
  (runtimeClass !== undefined && runtimeClasses.includes(runtimeClass))

/** What of a pod can change that matters: images, ephemeral containers, annotations about profiles. */
export function isSignificant(pod: Pod, old: Pod): boolean {
  const images = (one: Pod) =>
    [...(one.spec?.containers ?? []), ...(one.spec?.initContainers ?? [])].map(({ image }) => image)
  const ephemeral = (one: Pod) =>
    ((one.spec?.ephemeralContainers ?? []) as readonly { name: string; image?: string }[]).map(
      ({ name, image }) => `${name} ${image}`,
    )
  const profiles = (one: Pod) =>
    Object.entries(one.metadata?.annotations ?? {}).filter(([key]) =>
      /^(container\.apparmor\.security\.beta|(container\.)?seccomp\.security\.alpha)\.kubernetes\.io\//.test(
        key,
      ),
    )
  return [images, ephemeral, profiles].some((part) => JSON.stringify(part(pod)) !== JSON.stringify(part(old)))
}

/** Where kinds keep what they make pods of (pod-security-admission: admission/admission.go ExtractPodSpec). */
function templateIn(kind: string, object: KubeObject): PodTemplateSpec | undefined {
  const { spec, template } = object as unknown as { spec?: JsonObject; template?: PodTemplateSpec }
  if (kind === '/PodTemplate') return template
  if (kind === 'batch/CronJob') {
    const job = spec?.['jobTemplate'] as { spec?: { template?: PodTemplateSpec } } | undefined
    return job?.spec?.template
  }
  return makers.has(kind) ? (spec?.['template'] as PodTemplateSpec | undefined) : undefined
}

const makers = new Set([
  '/ReplicationController',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'batch/Job',
])
