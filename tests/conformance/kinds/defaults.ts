import { kindOf } from '../../../src/kernel/api/kinds/index.ts'
import { defaultTemplate } from '../../../src/kernel/api/kinds/pod/defaults.ts'
import { podQOSClass } from '../../../src/kernel/api/kinds/pod/qos.ts'
import { requireStruct, type Field, type FieldType } from '../../../src/kernel/api/schema/types.ts'
import { decode } from '../../../src/kernel/api/schema/decode.ts'
import type { Json, JsonObject, KubeObject } from '../../../src/kernel/api/objects.ts'
import { difference, notApplicable, type Verdict } from '../suite.ts'
import { vectorSuite, type VectorCheck } from '../vector.ts'

/** An object of a kind after its defaults. */
function defaulted(group: string, version: string, kind: string, value: JsonObject): JsonObject {
  const packageName = group === '' ? 'core' : group.split('.', 1)[0]
  const { object } = decode(`${packageName}.${version}.${kind}`, value)
  const made = { metadata: {}, ...object } as unknown as KubeObject
  return (kindOf(group, version, kind)!.defaults?.(made) ?? made) as unknown as JsonObject
}

const becomes =
  (group: string, version: string, kind: string): VectorCheck =>
  ({ original, expected, enableMaxUnavailablePolicy, disablePVCDeletionPolicy }) => {
    if (enableMaxUnavailablePolicy || disablePVCDeletionPolicy)
      return notApplicable('a feature whose default the test turns around')
    const got = defaulted(group, version, kind, original)
    // What a table expects lacks the defaults of nested types and the labels, which other code compares.
    const wanted = defaulted(group, version, kind, expected)
    return difference(withoutLabels(got['spec']), withoutLabels(wanted['spec']))
  }

function withoutLabels(spec: Json | undefined): Json | undefined {
  const { template, ...rest } = (spec ?? {}) as { readonly template?: JsonObject }
  const { metadata, ...inner } = template ?? {}
  return { ...rest, template: inner } as Json
}

const pathOf = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value)

/** kubernetes: pkg/apis/core/v1/defaults_test.go. */
export const coreDefaultsSuite = vectorSuite('pkg__apis__core__v1__defaults_test', {
  testWorkloadDefaults: (value: string, row) => {
    const key = row.key ?? ''
    const wanted = JSON.parse(value) as Json
    return difference(pathOf(everything, jsonPath('core.v1.PodTemplateSpec', key)), wanted)
  },
  TestPodResourcesDefaults: ({ containers, expectedPodSpec, podLevelResourcesEnabled }) => {
    if (podLevelResourcesEnabled) return notApplicable('resources of pods are off by default')
    const pod = defaulted('', 'v1', 'Pod', { spec: { containers } })
    const got = pathOf(pod, ['spec', 'containers']) as JsonObject[]
    const wanted = expectedPodSpec.containers as JsonObject[]
    return difference(
      got.map((one) => one['resources']),
      wanted.map((one) => one['resources'] ?? {}),
    )
  },
  TestPodHostNetworkDefaults: ({ hostNet, expectPodDefault }) => {
    const pod = defaulted('', 'v1', 'Pod', {
      spec: { hostNetwork: hostNet ?? false, containers: [{ ports: [{ containerPort: 12345 }] }] },
    })
    const port = pathOf(pod, ['spec', 'containers', 0, 'ports', 0, 'hostPort']) ?? 0
    return difference(port, expectPodDefault ? 12345 : 0)
  },
  TestSetDefaultReplicationController: ({ rc, expectSelector, expectLabels }) => {
    const { metadata, spec } = defaulted('', 'v1', 'ReplicationController', rc) as {
      [key: string]: JsonObject
    }
    const labels = pathOf(spec, ['template', 'metadata', 'labels'])
    const same = (value: unknown) => difference(value, labels) === undefined
    return (
      difference(same(spec?.['selector']), Boolean(expectSelector)) ??
      difference(same(metadata?.['labels']), Boolean(expectLabels))
    )
  },
  TestSetDefaultReplicationControllerReplicas: ({ rc, expectReplicas }) =>
    difference(
      pathOf(defaulted('', 'v1', 'ReplicationController', rc), ['spec', 'replicas']),
      expectReplicas ?? 0,
    ),
  TestSetDefaultServiceSessionAffinityConfig: ({ spec }) =>
    difference(
      pathOf(defaulted('', 'v1', 'Service', { spec }), [
        'spec',
        'sessionAffinityConfig',
        'clientIP',
        'timeoutSeconds',
      ]),
      10800,
    ),
  TestSetDefaultServiceLoadbalancerIPMode: ({ svc, expectedIPMode, ipModeEnabled }) => {
    if (!ipModeEnabled) return notApplicable('a feature that is on by default, switched off')
    const list = (pathOf(defaulted('', 'v1', 'Service', svc), ['status', 'loadBalancer', 'ingress']) ??
      []) as JsonObject[]
    return difference(
      list.map((one) => one['ipMode'] ?? null),
      expectedIPMode,
    )
  },
  TestSetDefaultPersistentVolume: ({ volumeMode, expectedVolumeMode }) =>
    mode(
      defaulted('', 'v1', 'PersistentVolume', { spec: volumeMode ? { volumeMode } : {} }),
      expectedVolumeMode,
    ),
  TestSetDefaultPersistentVolumeClaim: ({ volumeMode, expectedVolumeMode }) =>
    mode(
      defaulted('', 'v1', 'PersistentVolumeClaim', { spec: volumeMode ? { volumeMode } : {} }),
      expectedVolumeMode,
    ),
  TestSetDefaultEphemeral: ({ volumeMode, expectedVolumeMode }) => {
    const spec = volumeMode ? { volumeMode } : {}
    const pod = defaulted('', 'v1', 'Pod', {
      spec: { volumes: [{ ephemeral: { volumeClaimTemplate: { spec } } }] },
    })
    const path = ['spec', 'volumes', 0, 'ephemeral', 'volumeClaimTemplate', 'spec', 'volumeMode']
    return difference(pathOf(pod, path), expectedVolumeMode)
  },
  TestSetDefaultNodeStatusAllocatable: ({ capacity, allocatable, expectedAllocatable }) =>
    difference(
      pathOf(
        defaulted('', 'v1', 'Node', {
          status: { ...(capacity && { capacity }), ...(allocatable && { allocatable }) },
        }),
        ['status', 'allocatable'],
      ),
      expectedAllocatable,
    ),
  TestSetDefaultServiceInternalTrafficPolicy: ({ svc, expectedInternalTrafficPolicy }) =>
    difference(
      pathOf(defaulted('', 'v1', 'Service', svc), ['spec', 'internalTrafficPolicy']),
      expectedInternalTrafficPolicy,
    ),
  TestSetDefaultResizePolicy: 'resizePolicy is off by default',
  TestSetDefaults_Volume: ({ given, expected }) =>
    given.image
      ? notApplicable('image volumes are off by default')
      : difference(
          pathOf(defaulted('', 'v1', 'Pod', { spec: { volumes: [given] } }), ['spec', 'volumes', 0]),
          expected,
        ),
})

const mode = (object: JsonObject, wanted: string): Verdict =>
  difference(pathOf(object, ['spec', 'volumeMode']), wanted)

/** kubernetes: pkg/apis/apps/v1/defaults_test.go. */
export const appsDefaultsSuite = vectorSuite('pkg__apis__apps__v1__defaults_test', {
  TestSetDefaultDaemonSetSpec: becomes('apps', 'v1', 'DaemonSet'),
  TestSetDefaultStatefulSet: becomes('apps', 'v1', 'StatefulSet'),
  TestSetDefaultDeployment: becomes('apps', 'v1', 'Deployment'),
  TestSetDefaultReplicaSetReplicas: ({ rs, expectReplicas }) =>
    difference(pathOf(defaulted('apps', 'v1', 'ReplicaSet', rs), ['spec', 'replicas']), expectReplicas ?? 0),
})

/** kubernetes: pkg/apis/batch/v1/defaults_test.go, pkg/apis/networking/v1/defaults_test.go. */
export const batchDefaultsSuite = vectorSuite('pkg__apis__batch__v1__defaults_test', {
  TestSetDefaultJob: becomes('batch', 'v1', 'Job'),
})

export const networkingDefaultsSuite = vectorSuite('pkg__apis__networking__v1__defaults_test', {
  TestSetDefaultNetworkPolicy: becomes('networking.k8s.io', 'v1', 'NetworkPolicy'),
  TestSetDefaultsForIngressClassParametersReference: becomes('networking.k8s.io', 'v1', 'IngressClass'),
})

/** kubernetes: pkg/apis/core/v1/helper/qos/qos_test.go. */
export const qosSuite = vectorSuite('pkg__apis__core__v1__helper__qos__qos_test', {
  TestComputePodQOS: ({ pod, expected, podLevelResourcesEnabled }) =>
    podLevelResourcesEnabled
      ? notApplicable('resources of pods are off by default')
      : difference(podQOSClass(pod.spec), expected),
})

const handler = { httpGet: {}, grpc: { port: 1 }, exec: {} }
const container = {
  lifecycle: { postStart: { httpGet: {} }, preStop: { httpGet: {} } },
  livenessProbe: handler,
  readinessProbe: handler,
  startupProbe: handler,
  ports: [{}],
  env: [{ valueFrom: { fieldRef: {} } }],
}

/** A template in which everything is there and nothing is said; its one volume has every source, as in upstream's test. */
const everything = defaultTemplate({
  spec: {
    volumes: [
      {
        ...Object.fromEntries(
          ['hostPath', 'secret', 'configMap', 'iscsi', 'rbd', 'azureDisk', 'scaleIO', 'image'].map((key) => [
            key,
            {},
          ]),
        ),
        emptyDir: {},
        downwardAPI: { items: [{ fieldRef: {} }] },
        projected: { sources: [{ serviceAccountToken: {}, downwardAPI: { items: [{ fieldRef: {} }] } }] },
        ephemeral: { volumeClaimTemplate: { spec: {} } },
      },
    ],
    containers: [container],
    initContainers: [container],
    ephemeralContainers: [container],
  },
} as never)

const aliases: Readonly<Record<string, string>> = {
  ObjectMeta: 'metadata',
  RBDPool: 'pool',
  RadosUser: 'user',
}

/** `.Spec.Volumes[0].VolumeSource.EmptyDir` -> spec, volumes, 0, emptyDir. */
function jsonPath(struct: string, goPath: string): (string | number)[] {
  const result: (string | number)[] = []
  let type: FieldType | undefined = { kind: 'struct', name: struct } as FieldType
  for (const step of goPath.split('.').filter(Boolean)) {
    const [, name = '', index] = /^(\w+)(?:\[(\d+)\])?$/.exec(step) ?? []
    if (type?.kind !== 'struct') continue
    const field: Field | undefined = [...requireStruct(type.name).fields.values()].find(
      (one) => one.name.toLowerCase() === (aliases[name] ?? name).toLowerCase(),
    )
    // An embedded struct is no step in JSON.
    if (!field) continue
    result.push(field.name)
    const held: FieldType = field.type
    type = held
    if (index !== undefined && held.kind === 'array') {
      result.push(Number(index))
      type = held.of
    }
  }
  return result
}
