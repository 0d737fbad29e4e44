import { matchesFields, parseFieldSelector } from '../../../src/kernel/api/fields.ts'
import { pod as podKind } from '../../../src/kernel/api/kinds/pod.ts'
import { dropDisabledFields } from '../../../src/kernel/api/kinds/pod/disabled-fields.ts'
import { onlyEphemeralContainers } from '../../../src/kernel/api/kinds/pod/ephemeral-containers.ts'
import { podQOSClass } from '../../../src/kernel/api/kinds/pod/qos.ts'
import { validateEphemeralContainersUpdate } from '../../../src/kernel/api/kinds/validation/pod.ts'
import { containersWithPath } from '../../../src/kernel/api/kinds/validation/windows.ts'
import type { KubeObject } from '../../../src/kernel/api/objects.ts'
import { difference, notApplicable } from '../suite.ts'
import { vectorSuite, type VectorCheck } from '../vector.ts'
import { object, part } from './go-object.ts'
import { create, update } from './validating.ts'
import { whether } from './verdicts.ts'

const now = Date.parse('2024-01-01T00:00:00Z')
const prepared = (pod: KubeObject): KubeObject => podKind.prepareForCreate!(pod, { now })
const specOf = (pod: KubeObject) => (pod as { spec?: never }).spec ?? ({} as never)

/** kubernetes: pkg/registry/core/pod/strategy_test.go. */
export const podStrategySuite = vectorSuite('pkg__registry__core__pod__strategy_test', {
  TestMatchPod: ({ in: pod, fieldSelector, expectMatch }) => {
    const made = object(pod)
    const { name = '', namespace = '' } = made.metadata
    const fields = {
      'metadata.name': name,
      'metadata.namespace': namespace,
      ...podKind.selectableFields!(made),
    }
    return difference(matchesFields(parseFieldSelector(fieldSelector.$string), fields), Boolean(expectMatch))
  },
  TestGetPodQOS: ({ pod, expected }) => difference(podQOSClass(specOf(object(pod))), expected),
  TestSchedulingGatedCondition: ({ pod, want }) => {
    const { conditions = [] } =
      (prepared(object(pod)) as { status?: { conditions?: unknown[] } }).status ?? {}
    const wanted = Object.entries(want as object).map(([key, value]) => [key.toLowerCase(), value])
    return difference(conditions[0] ?? {}, Object.fromEntries(wanted))
  },
  TestCheckGracefulDelete: ({ pod, deleteGracePeriod, gracePeriod }) =>
    difference(podKind.gracePeriodSeconds!(object(pod), deleteGracePeriod), gracePeriod ?? 0),
  TestGetPodIP: 'a helper of Go code',
  TestPodIndexFunc: 'an index of Go code',
  TestPodStrategyValidate: ({ pod, wantErr }) => whether(Boolean(wantErr), create(pod)),
  TestPodStrategyValidateUpdate: ({ newPod, oldPod }) => whether(false, update(newPod, oldPod)),
  TestEphemeralContainerStrategyValidateUpdate: ({ newPod, oldPod }, row) =>
    whether(
      row.line !== 961,
      validateEphemeralContainersUpdate(object(newPod) as never, object(oldPod) as never),
    ),
  TestDropNonEphemeralContainerUpdates: ({ newPod, oldPod, wantPod }) =>
    difference(onlyEphemeralContainers(object(newPod) as never, object(oldPod) as never), object(wantPod)),
  TestNodeInclusionPolicyEnablementInCreating: ({
    topologySpreadConstraints,
    wantTopologySpreadConstraints,
  }) => {
    const constraints = (list: unknown) =>
      part<{ topologySpreadConstraints?: unknown }>('core.v1.PodSpec', {
        topologySpreadConstraints: list as never,
      }).topologySpreadConstraints
    const spec = part<never>('core.v1.PodSpec', { topologySpreadConstraints })
    return difference(
      dropDisabledFields(spec).topologySpreadConstraints,
      constraints(wantTopologySpreadConstraints),
    )
  },
  Test_mutatePodAffinity: ({ pod, wantPod, featureGateEnabled }) =>
    featureGateEnabled
      ? difference(
          (specOf(prepared(object(pod))) as { affinity?: unknown }).affinity,
          (specOf(object(wantPod)) as { affinity?: unknown }).affinity,
        )
      : notApplicable('a feature that is on by default, switched off'),
  TestPodLifecycleSleepActionEnablement: ({ newPod, wantPod, gateEnabled }) =>
    gateEnabled
      ? difference(dropDisabledFields(specOf(object(newPod))), specOf(object(wantPod)))
      : notApplicable('a feature that is on by default, switched off'),
  TestPodResizePrepareForUpdate: 'in-place resizing is off by default',
})

type Enabled = { readonly enabled?: boolean; readonly gateEnabled?: boolean; readonly gates?: unknown }

/** Features that are on: a pod keeps the field. */
const kept =
  (struct: string): VectorCheck =>
  ({ enabled, podSpec, wantPodSpec }) =>
    enabled
      ? difference(dropDisabledFields(part(struct, podSpec)), part(struct, wantPodSpec))
      : notApplicable('a feature that is on by default, switched off')

/** Features that are off: a new pod loses the field. What pods had before, they keep; none had it here. */
const dropped =
  (specs: (value: never) => readonly [unknown, unknown, boolean]): VectorCheck =>
  (value: Enabled) => {
    if (value.enabled || value.gateEnabled || value.gates)
      return notApplicable('a feature that is off by default')
    const [got, want, hadIt] = specs(value as never)
    return hadIt ? notApplicable('a pod from when the feature was on') : difference(got, want)
  }

const pods = (what: RegExp) =>
  dropped(({ newPod, wantPod, oldPod }: { newPod: never; wantPod: never; oldPod?: never }) => [
    dropDisabledFields(specOf(object(newPod))),
    dropDisabledFields(specOf(object(wantPod))),
    what.test(JSON.stringify(oldPod ?? {})),
  ])

/** kubernetes: pkg/api/pod/util_test.go. */
export const podUtilSuite = vectorSuite('pkg__api__pod__util_test', {
  TestVisitContainers: ({ spec, mask, wantContainers }) => {
    if (mask) return notApplicable('a mask of Go code')
    const made = part<never>('core.v1.PodSpec', spec)
    return difference(
      containersWithPath(made, '').map(([{ name }]) => name),
      wantContainers,
    )
  },
  TestDropAppArmor: 'a feature that is on by default, switched off',
  TestDropDynamicResourceAllocation: pods(/claim/i),
  TestValidatePodDeletionCostOption: 'options that only Go code passes around',
  TestDropDisabledPodStatusFields: 'in-place resizing is off by default',
  TestDropNodeInclusionPolicyFields: kept('core.v1.PodSpec'),
  Test_dropDisabledMatchLabelKeysFieldInPodAffinity: kept('core.v1.PodSpec'),
  Test_dropDisabledMatchLabelKeysFieldInTopologySpread: kept('core.v1.PodSpec'),
  TestValidateTopologySpreadConstraintLabelSelectorOption: 'options that only Go code passes around',
  TestValidateAllowNonLocalProjectedTokenPathOption: 'options that only Go code passes around',
  TestMarkPodProposedForResize: 'in-place resizing is off by default',
  TestDropClusterTrustBundleProjectedVolumes: ({
    newPod,
    wantPod,
    oldPod,
    clusterTrustBundleProjectionEnabled,
  }) =>
    clusterTrustBundleProjectionEnabled || /ClusterTrustBundle/.test(JSON.stringify(oldPod ?? {}))
      ? notApplicable('a feature that is off by default')
      : difference(
          dropDisabledFields(part('core.v1.PodSpec', newPod)),
          dropDisabledFields(part('core.v1.PodSpec', wantPod)),
        ),
  TestDropPodLifecycleSleepAction: ({ gateEnabled, newLifecycleHandler, expectLifecycleHandler }) => {
    if (!gateEnabled) return notApplicable('a feature that is on by default, switched off')
    const spec = (handler: unknown) => ({
      containers: [
        {
          name: 'c',
          ...(handler ? { lifecycle: { preStop: part('core.v1.LifecycleHandler', handler as never) } } : {}),
        },
      ],
    })
    return difference(dropDisabledFields(spec(newLifecycleHandler) as never), spec(expectLifecycleHandler))
  },
  TestDropImageVolumes: 'image volumes are off by default',
  TestDropSELinuxChangePolicy: pods(/seLinuxChangePolicy/),
  TestValidateAllowSidecarResizePolicy: 'options that only Go code passes around',
  TestValidateAllowPodLifecycleSleepActionZeroValue: 'options that only Go code passes around',
})
