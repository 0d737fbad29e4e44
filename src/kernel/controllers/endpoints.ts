import type { Endpoints, Pod, Service } from 'kubernetes-types/core/v1'
import type { KubeObject, Stored } from '../api/objects.ts'
import { controller, type Controller } from '../client/controller.ts'
import type { View } from '../client/informer.ts'
import { attempt, create, event, remove, update, type WriteError, type Writes } from '../client/writes.ts'
import { isHeadless, selects, servicesOfPod } from './endpoints/selection.ts'
import { subsetsOf, truncate } from './endpoints/subsets.ts'
import { LAST_CHANGE_TRIGGER_TIME, TriggerTimes } from './endpoints/trigger-times.ts'
import type { ControllerFlags } from './flags.ts'
import { isNamespaceTerminating } from './replicaset.ts'
import { semanticEqual } from './semantic-equal.ts'

const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'
const HEADLESS = 'service.kubernetes.io/headless'
/** Endpoints that some component keeps for an election are no service's. */
const LEADER = 'control-plane.alpha.kubernetes.io/leader'

/** kubernetes: pkg/controller/endpoint/endpoints_controller.go */
export function endpointsController(): Controller<ControllerFlags> {
  const times = new TriggerTimes()
  return controller<'Service', ControllerFlags>({
    name: 'endpoint-controller',
    reconciles: 'Service',
    watches: {
      Pod: servicesOfPod,
      Endpoints: ({ metadata }, _view, { type }) =>
        type === 'updated' ? [] : [`${metadata.namespace}/${metadata.name}`],
    },
    workers: (flags) => flags['concurrent-endpoint-syncs'],
    paceMs: (service, view) => pace(service, view),
    *reconcile(service, view) {
      const { selector, type, ports = [] } = service.spec ?? {}
      if (!selector || type === 'ExternalName' || (!ports.length && !isHeadless(service))) return
      const key = `${service.metadata.namespace}/${service.metadata.name}`
      const pods = podsOf(service, view)
      yield* write(service, view.get('Endpoints', key), pods, times.next(key, service, pods))
    },
    *gone(key, view) {
      times.forget(key)
      const endpoints = view.get('Endpoints', key)
      if (!endpoints || endpoints.metadata.annotations?.[LEADER]) return
      const { error } = yield* attempt(remove(endpoints))
      if (error && error.code !== 404) throw error
    },
  })
}

/** Pods of the service's namespace that it selects. */
export const podsOf = (service: Stored<Service>, view: View): Stored<Pod>[] =>
  view
    .list('Pod', service.metadata.namespace)
    .filter(({ metadata }) => selects(service.spec?.selector, metadata.labels))

/** The more pods a service may have, the more changes are taken together. */
export const pace = (service: Stored<Service>, view: View): number =>
  Math.min(500, Math.floor(view.list('Pod', service.metadata.namespace).length / 20))

function* write(
  service: Stored<Service>,
  known: Stored<Endpoints> | undefined,
  pods: readonly Pod[],
  triggerTime: string | undefined,
): Writes {
  const { subsets, truncated } = truncate(subsetsOf(service, pods))
  const labels = labelsOf(service)
  const isCurrent =
    known &&
    semanticEqual(known.subsets, subsets) &&
    semanticEqual(labels, known.metadata.labels) &&
    (known.metadata.annotations?.[OVER_CAPACITY] === 'truncated') === truncated
  if (isCurrent) return
  const {
    [LAST_CHANGE_TRIGGER_TIME]: _time,
    [OVER_CAPACITY]: _capacity,
    ...others
  } = known?.metadata.annotations ?? {}
  const annotations = {
    ...others,
    ...(triggerTime ? { [LAST_CHANGE_TRIGGER_TIME]: triggerTime } : {}),
    ...(truncated ? { [OVER_CAPACITY]: 'truncated' } : {}),
  }
  const { name, namespace } = service.metadata
  const metadata = { ...(known?.metadata ?? { name, namespace }), labels, annotations }
  const wanted = { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets } as KubeObject
  const { error } = yield* attempt(known ? update(wanted) : create(wanted))
  if (error) yield* fail(service, wanted, known !== undefined, error)
}

function* fail(service: Stored<Service>, wanted: KubeObject, known: boolean, error: WriteError): Writes {
  const { namespace, name } = service.metadata
  if (isNamespaceTerminating(error)) return
  if (known) {
    const message = `Failed to update endpoint ${namespace}/${name}: ${error.message}`
    yield event(wanted, 'Warning', 'FailedToUpdateEndpoint', message)
  } else {
    const message = `Failed to create endpoint for service ${namespace}/${name}: ${error.message}`
    yield event(service, 'Warning', 'FailedToCreateEndpoint', message)
  }
  throw error
}

/** The service's labels, and whether it is headless. */
function labelsOf(service: Stored<Service>): Record<string, string> {
  const { [HEADLESS]: _headless, ...labels } = service.metadata.labels ?? {}
  return isHeadless(service) ? { ...labels, [HEADLESS]: '' } : labels
}
