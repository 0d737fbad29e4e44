import type { Service } from 'kubernetes-types/core/v1'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import { keyOf } from '../api/objects.ts'
import { UserError } from '../api/user-error.ts'
import { ApiClient } from '../client/api-client.ts'
import { bool, number, parseFlags, text } from '../client/component-flags.ts'
import { Informers } from '../client/informer.ts'
import { clientConfig } from '../client/kubeconfig.ts'
import type { ResourceType } from '../client/resource.ts'
import { serveHttp } from '../host/http.ts'
import type { Os, Program } from '../host/program.ts'
import { Proxier } from './kube-proxy/proxier.ts'

const services: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  namespaced: true,
}
const slices: ResourceType = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
}

/** kubernetes: cmd/kube-proxy --iptables-min-sync-period; many changes at once make one new table. */
const MIN_SYNC_MS = 1000
const SERVICE_LABEL = 'kubernetes.io/service-name'

const flags = {
  kubeconfig: text('', 'path to kubeconfig file with authorization information'),
  config: text('', 'path to the configuration file'),
  'cluster-cidr': text('', 'the CIDR range of the pods in the cluster'),
  'masquerade-all': bool(false, 'SNAT all traffic sent via Service cluster IPs'),
  'hostname-override': text('', 'name of the node this is running on'),
  'proxy-mode': text('iptables', 'which proxy mode to use'),
  'healthz-port': number(10256, 'port of the health check server'),
  v: number(0, 'number for the log level verbosity'),
}

/** The program kube-proxy: keeps the node's address translation as Services and EndpointSlices say. */
export const kubeProxy: Program = (os) => {
  try {
    start(os, parseFlags(os.argv.slice(1), flags))
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    os.stderr(`Error: ${error.message}\n`)
    os.exit(1)
  }
}

function start(os: Os, values: ReturnType<typeof parseFlags<typeof flags>>): void {
  const { server, token } = clientConfig(os, { kubeconfig: values.kubeconfig || undefined })
  const informers = new Informers(os, new ApiClient(os, { server, token, userAgent: 'kube-proxy' }))
  const wake = () => sync.request()
  informers.add(services, { labelSelector: '!service.kubernetes.io/headless' }).onChange(wake)
  informers.add(slices, { labelSelector: '!service.kubernetes.io/headless' }).onChange(wake)
  informers.addIndex('EndpointSlice', 'service', ({ metadata }) => [
    `${metadata.namespace}/${metadata.labels?.[SERVICE_LABEL]}`,
  ])
  const proxier = new Proxier(os.kernel.router.netfilter, {
    node: values['hostname-override'] || os.hostname,
    clusterCidr: values['cluster-cidr'],
    masqueradeAll: values['masquerade-all'],
  })
  const sync = new Coalesced(os, () => {
    if (!informers.synced) return
    const slicesOf = (service: Service) =>
      informers.byIndex('EndpointSlice', 'service', keyOf(service)) as EndpointSlice[]
    const services = informers.list('Service') as Service[]
    proxier.sync(services, slicesOf)
    os.observe({ type: 'iptables', services: services.length })
  })
  informers.start()
  informers.whenSynced(wake)
  serveHttp(os, values['healthz-port'], ({ respond }) => respond({ status: 200, headers: {}, body: '{}' }))
}

/** Does something at once when it was long ago that it did, and otherwise once for all requests of a second. */
class Coalesced {
  readonly #os: Os
  readonly #act: () => void
  #last = Number.NEGATIVE_INFINITY
  #waiting = false

  constructor(os: Os, act: () => void) {
    this.#os = os
    this.#act = act
  }

  request(): void {
    if (this.#waiting) return
    this.#waiting = true
    this.#os.after(Math.max(0, this.#last + MIN_SYNC_MS - this.#os.now), () => {
      this.#waiting = false
      this.#last = this.#os.now
      this.#act()
    })
  }
}
