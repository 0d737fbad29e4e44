import type { Container, Pod, ServiceAccount, Volume } from 'kubernetes-types/core/v1'
import { safeRandom } from '../../api/generate-name.ts'
import { goQuote } from '../../api/go-quote.ts'
import type { KubeObject } from '../../api/objects.ts'
import type { Api } from '../call.ts'
import type { Task } from '../task.ts'
import type { AdmissionPlugin, Attributes } from './chain.ts'
import { forbiddenIn, isMirror, podIn, withSpec } from './pod.ts'

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
const volumePrefix = 'kube-api-access-'

/** Every pod has an account, and its token in its containers (kubernetes: plugin/pkg/admission/serviceaccount). */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  *mutate(attributes, api): Task<KubeObject | undefined> {
    const pod = attributes.operation === 'CREATE' ? podIn(attributes) : undefined
    if (!pod) return attributes.object
    if (isMirror(pod)) return refuseReferences(attributes, pod)
    const name = pod.spec?.serviceAccountName || 'default'
    const account = yield* find(attributes, api, name)
    const named = withSpec(pod, {
      serviceAccountName: name,
      serviceAccount: name,
      ...(pod.spec?.imagePullSecrets?.length || !account.imagePullSecrets?.length
        ? {}
        : { imagePullSecrets: account.imagePullSecrets }),
    }) as Pod & KubeObject
    const mounts = pod.spec?.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true
    return mounts ? withToken(named, api.os.random) : named
  },
}

function refuseReferences(attributes: Attributes, pod: Pod & KubeObject): KubeObject {
  if (pod.spec?.serviceAccountName)
    throw forbiddenIn(attributes, 'a mirror pod may not reference service accounts')
  return pod
}

function* find(attributes: Attributes, api: Api, name: string): Task<ServiceAccount> {
  const { namespace } = attributes
  const cache = api.resources.ofKind('', 'ServiceAccount')?.cache
  const key = `${namespace}/${name}`
  // Made a moment ago through another server: look again.
  if (!cache?.get(key)) yield* api.storage.fresh()
  const account = cache?.get(key)?.object
  if (account) return account as unknown as ServiceAccount
  throw forbiddenIn(
    attributes,
    `error looking up service account ${namespace}/${name}: serviceaccount ${goQuote(name)} not found`,
  )
}

/** A projected volume with token, CA and namespace, mounted wherever nothing is mounted there. */
function withToken(pod: Pod & KubeObject, random: () => number): KubeObject {
  const { containers, initContainers } = pod.spec ?? {}
  const volumes = pod.spec?.volumes ?? []
  const existing = volumes.find(({ name = '', projected }) => name.startsWith(volumePrefix) && projected)
  const name = existing?.name ?? `${volumePrefix}${safeRandom(5, random)}`
  let needed = false
  const mounted = (container: Container): Container => {
    if (container.volumeMounts?.some((mount) => mount.mountPath === mountPath)) return container
    needed = true
    const mount = { name, readOnly: true, mountPath }
    return { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] }
  }
  const changed = {
    ...(containers ? { containers: containers.map(mounted) } : {}),
    ...(initContainers ? { initContainers: initContainers.map(mounted) } : {}),
  }
  const more = needed && !existing ? { volumes: [...volumes, tokenVolume(name)] } : {}
  return withSpec(pod, { ...changed, ...more })
}

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
    defaultMode: 420,
  },
})
