import { equalJson } from '../api/json.ts'
import type { Json, JsonObject, KubeObject } from '../api/objects.ts'
import { StatusError } from '../api/status.ts'
import type { Os } from '../host/program.ts'
import { ownCreate, ownWriting } from './bootstrap/own-writing.ts'
import type { Api } from './call.ts'
import { field, withField } from './meta.ts'
import { update } from './store.ts'
import { runTask, type Task } from './task.ts'

/** kubernetes: pkg/controlplane: DefaultEndpointReconcilerTTL, and how often the lease is renewed. */
const LEASE_SECONDS = 15
const INTERVAL_MS = 10_000
const RETRY_MS = 1000

const namespace = 'default'
const name = 'kubernetes'
const skipMirror = { 'endpointslice.kubernetes.io/skip-mirror': 'true' }

/**
 * The Service `kubernetes` and its endpoints: every API server holds a lease in etcd, and all that have one are endpoints
 * (kubernetes: pkg/controlplane/controller/kubernetesservice, reconcilers/lease.go).
 */
export function keepKubernetesService(api: Api): void {
  const again = (ms: number) => void api.os.after(ms, () => keepKubernetesService(api))
  runTask(
    reconcile(api),
    () => again(INTERVAL_MS),
    () => again(RETRY_MS),
  )
}

function* reconcile(api: Api): Task<void> {
  const address = advertisedAddress(api)
  yield* renewLease(api, address)
  const { masterLeases } = api
  const addresses = [...new Set([...masterLeases.list().map(({ key }) => key), address])].sort()
  yield* keep(api, '', 'Service', serviceOf(api), () => true)
  const endpoints = endpointsOf(api, addresses)
  yield* keep(api, '', 'Endpoints', endpoints, (found) => sameField(found, endpoints, 'subsets'))
  const slice = sliceOf(api, addresses)
  yield* keep(api, 'discovery.k8s.io', 'EndpointSlice', slice, (found) =>
    sameField(found, slice, 'endpoints'),
  )
}

function* renewLease(api: Api, address: string): Task<void> {
  const lease = {
    kind: 'Endpoints',
    apiVersion: 'v1',
    metadata: { name: address },
    subsets: [{ addresses: [{ ip: address }], ports: null }],
  }
  yield* api.storage.update(api.masterLeases, address, () => ({
    put: lease as unknown as JsonObject,
    ttlSeconds: LEASE_SECONDS,
  }))
}

/** Make it if it is missing, mend it if it differs. */
function* keep(
  api: Api,
  group: string,
  kind: string,
  wanted: JsonObject,
  isRight: (found: KubeObject) => boolean,
): Task<void> {
  const resource = api.resources.ofKind(group, kind)
  if (!resource) return
  const found = resource.cache.get(`${namespace}/${name}`)
  try {
    if (!found) yield* ownCreate(api, group, kind, wanted)
    else if (!isRight(found.object as KubeObject))
      yield* update(
        ownWriting(api),
        resource,
        { namespace, name },
        {
          produce: (old) =>
            Object.entries(wanted).reduce(
              (object, [key, value]) => (key === 'metadata' ? object : withField(object, key, value as Json)),
              old as KubeObject,
            ),
        },
      )
  } catch (error) {
    // Another server was quicker.
    if (!(error instanceof StatusError) || error.status.code !== 409) throw error
  }
}

const sameField = (found: KubeObject, wanted: JsonObject, key: string): boolean =>
  equalJson(field(found, key), wanted[key])

/** --advertise-address, or the address of the host's first interface. */
function advertisedAddress({ flags, os }: Api): string {
  const bind = flags.text('bind-address')
  return flags.text('advertise-address') || (bind !== '0.0.0.0' && bind !== '::' ? bind : hostAddress(os))
}

function hostAddress({ net }: Os): string {
  const addresses = net.interfaces
    .filter(({ name: device }) => device !== 'lo')
    .flatMap((one) => one.addresses)
  return addresses[0]?.split('/')[0] ?? '127.0.0.1'
}

const port = (api: Api): number => api.flags.number('secure-port')

const serviceOf = (api: Api): JsonObject => ({
  metadata: { name, namespace, labels: { provider: 'kubernetes', component: 'apiserver' } },
  spec: {
    ports: [{ name: 'https', port: 443, targetPort: port(api), protocol: 'TCP' }],
    clusterIP: api.services.firstIP,
    sessionAffinity: 'None',
    ipFamilyPolicy: 'SingleStack',
    type: 'ClusterIP',
  },
})

const endpointsOf = (api: Api, addresses: readonly string[]): JsonObject => ({
  metadata: { name, namespace, labels: skipMirror },
  subsets: [
    {
      addresses: addresses.map((ip) => ({ ip })),
      ports: [{ name: 'https', port: port(api), protocol: 'TCP' }],
    },
  ],
})

const sliceOf = (api: Api, addresses: readonly string[]): JsonObject => ({
  metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints: addresses.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
  ports: [{ name: 'https', port: port(api), protocol: 'TCP' }],
})
