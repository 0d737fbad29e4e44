import type { Endpoint, EndpointPort } from 'kubernetes-types/discovery/v1'
import type { Node, Pod, Service } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../../../src/kernel/api/objects.ts'
import { planSlices } from '../../../src/kernel/controllers/endpointslice.ts'
import { sameEndpoint } from '../../../src/kernel/controllers/endpoints/packing.ts'
import { hasHostnameIn, shouldBeInEndpoints } from '../../../src/kernel/controllers/endpoints/selection.ts'
import { addressTypesOf, endpointOf, portsOf } from '../../../src/kernel/controllers/endpoints/slices.ts'
import { subsetsOf, truncate } from '../../../src/kernel/controllers/endpoints/subsets.ts'
import { difference } from '../suite.ts'
import { vectorSuite } from '../vector.ts'

const NEEDS_CLIENT = 'a fake client and clock; tried on the whole programs'

const utilsSuite = vectorSuite(
  'endpointslice__utils_test',
  {
    TestPodToEndpoint: (c: {
      pod: Pod
      node?: Node
      svc: Service
      publishNotReadyAddresses?: boolean
      addressType?: 'IPv4' | 'IPv6'
      expectedEndpoint: Endpoint
    }) => {
      const service = {
        ...c.svc,
        spec: {
          ...c.svc.spec,
          publishNotReadyAddresses: c.publishNotReadyAddresses ?? c.svc.spec?.publishNotReadyAddresses,
        },
      }
      return difference(endpointOf(c.pod, c.node, service, 'IPv4'), c.expectedEndpoint)
    },
    TestGetEndpointPorts: (c: { service: Service; pod: Pod; expectedPorts: EndpointPort[] }) =>
      difference(portsOf(c.service, c.pod), c.expectedPorts),
    TestSupportedServiceAddressType: (c: { service: Service; expectedAddressTypes: string[] }) =>
      difference(addressTypesOf(c.service).sort(), [...c.expectedAddressTypes].sort()),
    TestNewEndpointSlice: 'the service is changed by a Go function',
    TestSetEndpointSliceLabels: 'the service is changed by a Go function',
    TestServiceControllerKey: 'a helper of Go',
    Test_hintsEnabled: 'topology hints by annotation are not given',
  },
  { acceptFunctions: true },
)

const reconcilerSuite = vectorSuite(
  'endpointslice__reconciler_test',
  {
    TestReconcileMaxEndpointsPerSlice: (c: {
      maxEndpointsPerSlice: number
      expectedSliceLengths: number[]
    }) => {
      const pods = Array.from(
        { length: 250 },
        (_, i): Pod => ({
          metadata: { name: `pod${i}`, namespace: 'test', labels: { foo: 'bar' } },
          spec: { containers: [], nodeName: 'node-1' },
          status: {
            podIP: `10.0.${i}.1`,
            podIPs: [{ ip: `10.0.${i}.1` }],
            conditions: [{ type: 'Ready', status: 'True' }],
          },
        }),
      )
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'foo', namespace: 'test', uid: 'u' },
        spec: {
          ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
          selector: { foo: 'bar' },
          ipFamilies: ['IPv4'],
        },
      } as Service & KubeObject
      const node: Node = { metadata: { name: 'node-1' } }
      const { plan } = planSlices(service, pods, [], 'IPv4', () => node, c.maxEndpointsPerSlice)
      return difference(
        plan.create.map(({ endpoints }) => endpoints.length).sort(),
        [...c.expectedSliceLengths].sort(),
      )
    },
    TestReconcile1Pod: NEEDS_CLIENT,
    TestReconcile1EndpointSlice: NEEDS_CLIENT,
    TestPlaceHolderSliceCompare: 'a helper of Go',
    TestReconcileEndpointSlicesRecreation: NEEDS_CLIENT,
    TestReconcileEndpointSlicesNamedPorts: NEEDS_CLIENT,
    TestReconcilerFinalizeSvcDeletionTimestamp: NEEDS_CLIENT,
    TestReconcilerPodMissingNode: NEEDS_CLIENT,
    TestReconcileTopology: 'topology hints by annotation are not given',
    TestReconcile_TrafficDistribution: NEEDS_CLIENT,
  },
  { acceptFunctions: true },
)

const selectionSuite = vectorSuite(
  'endpointslice__util__controller_utils_test',
  {
    TestShouldPodBeInEndpoints: (c: { pod: Pod; expected?: boolean; includeTerminating?: boolean }) =>
      difference(shouldBeInEndpoints(c.pod, c.includeTerminating ?? false), c.expected ?? false),
    TestShouldSetHostname: (c: { pod: Pod; service: Service; expected?: boolean }) =>
      difference(hasHostnameIn(c.pod, c.service), c.expected ?? false),
    TestDetermineNeededServiceUpdates: 'a helper of Go',
    TestServiceControllerKey: 'a helper of Go',
    Test_podChanged: 'the pod is changed by a Go function',
    TestGetPodServiceMemberships: 'asks a lister',
    TestEndpointsEqualBeyondHash: (c: { ep1: Endpoint; ep2: Endpoint; expected?: boolean }) =>
      difference(sameEndpoint(c.ep1, c.ep2), c.expected ?? false),
  },
  { acceptFunctions: true },
)

const endpointsSuite = vectorSuite(
  'pkg__controller__endpoint__endpoints_controller_test',
  {
    TestSyncServiceAddresses: (c: {
      service: Service
      pod: Pod
      expectedReady?: number
      expectedUnready?: number
    }) => {
      const subsets = subsetsOf(c.service, [c.pod])
      const sum = (pick: (subset: (typeof subsets)[number]) => unknown[] | undefined) =>
        subsets.reduce((count, subset) => count + (pick(subset)?.length ?? 0), 0)
      return difference(
        [sum(({ addresses }) => addresses), sum(({ notReadyAddresses }) => notReadyAddresses)],
        [c.expectedReady ?? 0, c.expectedUnready ?? 0],
      )
    },
    TestTruncateEndpoints: (c: {
      subsetsReady: number[]
      subsetsNotReady: number[]
      expectedReady: number[]
      expectedNotReady: number[]
    }) => {
      const addresses = (count: number) =>
        Array.from({ length: count }, (_, i) => ({ ip: `10.0.${Math.floor(i / 256)}.${i % 256}` }))
      const subsets = (c.subsetsReady ?? []).map((ready, i) => ({
        addresses: addresses(ready),
        notReadyAddresses: addresses(c.subsetsNotReady[i]),
      }))
      const cut = truncate(subsets).subsets
      return difference(
        [
          cut.map(({ addresses }) => addresses?.length ?? 0),
          cut.map(({ notReadyAddresses }) => notReadyAddresses?.length ?? 0),
        ],
        [c.expectedReady ?? [], c.expectedNotReady ?? []],
      )
    },
    TestSyncServiceExternalNameType: NEEDS_CLIENT,
    TestPodToEndpointAddressForService: 'asks a fake lister of two families',
    TestPodUpdatesBatching: NEEDS_CLIENT,
    TestPodAddsBatching: NEEDS_CLIENT,
    TestPodDeleteBatching: NEEDS_CLIENT,
    TestSyncServiceOverCapacity: NEEDS_CLIENT,
    TestEndpointPortFromServicePort: 'a helper of Go',
    TestEndpointSubsetsEqualIgnoreResourceVersion: 'a helper of Go',
    TestServiceExternalNameTypeSync: NEEDS_CLIENT,
  },
  { acceptFunctions: true },
)

export const endpointSuites = [utilsSuite, reconcilerSuite, selectionSuite, endpointsSuite]
