import type { Pod, Service } from 'kubernetes-types/core/v1'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import type { KubeObject } from '../../api/objects.ts'
import { ApiClient } from '../../client/api-client.ts'
import { Informers } from '../../client/informer.ts'
import { clientConfig } from '../../client/kubeconfig.ts'
import type { ResourceType } from '../../client/resource.ts'
import type { Os } from '../../host/program.ts'
import { addressesOf, serviceOf, type ClusterView } from './cluster-view.ts'
import type { KubernetesOptions } from './kubernetes-options.ts'

const core = (kind: string, plural: string, namespaced = true): ResourceType => ({
  group: '',
  version: 'v1',
  kind,
  plural,
  namespaced,
})
const slices: ResourceType = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
}

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** Tokens of pods are replaced before they expire: the file is read whenever one is needed (client-go: rest.InClusterConfig). */
const ownToken = (os: Os) => (): string => (os.fs.exists(TOKEN) ? os.fs.read(TOKEN).trim() : '')

/** The plugin's watches on the API server (CoreDNS: plugin/kubernetes/controller.go). */
export class ClusterInformers implements ClusterView {
  readonly #os: Os
  readonly #informers: Informers
  readonly #hasEndpoints: boolean
  #modified: number

  constructor(os: Os, options: KubernetesOptions, userAgent: string) {
    const [kubeconfig, context] = options.kubeconfig
    const config = clientConfig(os, {
      ...(kubeconfig ? { kubeconfig } : {}),
      ...(context ? { context } : {}),
      ...(options.endpoint ? { server: options.endpoint } : {}),
    })
    this.#os = os
    this.#informers = new Informers(
      os,
      new ApiClient(os, { ...config, token: kubeconfig ? config.token : ownToken(os), userAgent }),
    )
    this.#hasEndpoints = !options.noEndpoints
    this.#modified = Math.floor(os.clock / 1000)
    this.#follow(options)
  }

  #follow({ labels, namespaceLabels, noEndpoints, pods }: KubernetesOptions): void {
    const informers = this.#informers
    const changed = () => {
      this.#modified = Math.floor(this.#os.clock / 1000)
    }
    informers.add(core('Service', 'services'), labels ? { labelSelector: labels } : {}).onChange(changed)
    informers.addIndex('Service', 'ip', (object) => (object as Service).spec?.clusterIPs ?? [])
    informers.add(
      core('Namespace', 'namespaces', false),
      namespaceLabels ? { labelSelector: namespaceLabels } : {},
    )
    if (!noEndpoints) {
      informers.add(slices, labels ? { labelSelector: labels } : {}).onChange(changed)
      const key = (slice: KubeObject) => [`${serviceOf(slice as EndpointSlice)}.${slice.metadata.namespace}`]
      informers.addIndex('EndpointSlice', 'service', key)
      informers.addIndex('EndpointSlice', 'ip', (slice) =>
        addressesOf(slice as EndpointSlice).map(({ ip }) => ip),
      )
    }
    if (pods !== 'verified') return
    informers.add(core('Pod', 'pods'))
    informers.addIndex('Pod', 'ip', (pod) => {
      const ip = (pod as Pod).status?.podIP
      return ip ? [ip] : []
    })
  }

  start(): void {
    this.#informers.start()
  }

  stop(): void {
    this.#informers.stop()
  }

  whenSynced(ready: () => void): void {
    this.#informers.whenSynced(ready)
  }

  get synced(): boolean {
    return this.#informers.synced
  }

  get modified(): number {
    return this.#modified
  }

  services(name: string, namespace: string): readonly Service[] {
    const service = this.#informers.get('Service', `${namespace}/${name}`) as Service | undefined
    return service ? [service] : []
  }

  servicesByIP(ip: string): readonly Service[] {
    return this.#informers.byIndex('Service', 'ip', ip) as Service[]
  }

  slices(service: string, namespace: string): readonly EndpointSlice[] {
    return this.#slices('service', `${service}.${namespace}`)
  }

  slicesByIP(ip: string): readonly EndpointSlice[] {
    return this.#slices('ip', ip)
  }

  podsByIP(ip: string): readonly Pod[] {
    return this.#informers.byIndex('Pod', 'ip', ip) as Pod[]
  }

  namespaceExists(name: string): boolean {
    return this.#informers.get('Namespace', name) !== undefined
  }

  #slices(index: string, value: string): EndpointSlice[] {
    return this.#hasEndpoints
      ? (this.#informers.byIndex('EndpointSlice', index, value) as EndpointSlice[])
      : []
  }
}
