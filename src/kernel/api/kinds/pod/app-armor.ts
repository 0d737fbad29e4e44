import type { Container, Pod, PodSpec } from 'kubernetes-types/core/v1'
import type { Typed } from '../../kind.ts'
import type { AppArmorProfile } from '../validation/security-context.ts'

const prefix = 'container.apparmor.security.beta.kubernetes.io/'

type Profiled = { readonly appArmorProfile?: AppArmorProfile }
type Annotations = Readonly<Record<string, string>>

/**
 * A container's profile may stand in a field or, as before 1.30, in an annotation: each is filled in from the other
 * (kubernetes: pkg/registry/core/pod/strategy.go applyAppArmorVersionSkew).
 */
export function withAppArmorInSync(pod: Typed<Pod>): Typed<Pod> {
  const spec = pod.spec
  if (!spec || spec.os?.name === 'windows') return pod
  const annotations: Record<string, string> = { ...pod.metadata.annotations }
  const ofPod = (spec.securityContext as Profiled | undefined)?.appArmorProfile
  const lists = (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((key) =>
    spec[key]
      ? [[key, (spec[key] as Container[]).map((one) => inSync(one, ofPod, annotations))] as const]
      : [],
  )
  const changed: PodSpec = { ...spec, ...Object.fromEntries(lists) }
  const metadata = Object.keys(annotations).length > 0 ? { ...pod.metadata, annotations } : pod.metadata
  return { ...pod, metadata, spec: changed }
}

/** The container with its field; its annotation goes into the given map. */
function inSync(
  container: Container,
  ofPod: AppArmorProfile | undefined,
  annotations: Record<string, string>,
): Container {
  const key = `${prefix}${container.name}`
  const own = (container.securityContext as Profiled | undefined)?.appArmorProfile
  const annotation = (annotations as Annotations)[key]
  if (annotation === undefined) {
    const text = annotationOf(own ?? ofPod)
    if (text) annotations[key] = text
    return container
  }
  const profile = own ? undefined : profileOf(annotation)
  if (!profile || same(profile, ofPod)) return container
  return {
    ...container,
    securityContext: { ...container.securityContext, appArmorProfile: profile } as object,
  }
}

const same = (a: AppArmorProfile, b: AppArmorProfile | undefined): boolean =>
  a.type === b?.type && a.localhostProfile === b?.localhostProfile

function annotationOf(profile: AppArmorProfile | undefined): string | undefined {
  switch (profile?.type) {
    case 'Unconfined':
      return 'unconfined'
    case 'RuntimeDefault':
      return 'runtime/default'
    case 'Localhost':
      return profile.localhostProfile ? `localhost/${profile.localhostProfile}` : undefined
    default:
      return undefined
  }
}

/** Nothing for a text that makes no valid profile. */
function profileOf(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' }
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' }
  const name = annotation.startsWith('localhost/') ? annotation.slice('localhost/'.length) : ''
  return name && name.trim() === name && name.length <= 4095
    ? { type: 'Localhost', localhostProfile: name }
    : undefined
}
