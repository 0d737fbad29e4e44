import { validateEnv, validateEnvFrom } from '../../../src/kernel/api/kinds/validation/env.ts'
import { nonSpecialIP } from '../../../src/kernel/api/kinds/validation/ip.ts'
import { validateInlineVolumeSpec } from '../../../src/kernel/api/kinds/validation/inline-volume-spec.ts'
import { validateEphemeralContainersUpdate } from '../../../src/kernel/api/kinds/validation/pod.ts'
import { validatePodTemplateSpec } from '../../../src/kernel/api/kinds/validation/pod-spec.ts'
import { validateHostUsers } from '../../../src/kernel/api/kinds/validation/security-context.ts'
import { validateKeyToPath } from '../../../src/kernel/api/kinds/validation/key-to-path.ts'
import { validateDNSConfig } from '../../../src/kernel/api/kinds/validation/dns-config.ts'
import { validatePersistentVolumeSpec } from '../../../src/kernel/api/kinds/validation/persistent-volume.ts'
import {
  resourceName,
  validateLimits,
  validateResourceRequirements,
} from '../../../src/kernel/api/kinds/validation/resources.ts'
import { validateTopologySpread } from '../../../src/kernel/api/kinds/validation/topology-spread.ts'
import { validatePVCSpec } from '../../../src/kernel/api/kinds/validation/volume-claim.ts'
import { validateVolumes } from '../../../src/kernel/api/kinds/validation/volumes.ts'
import {
  validateHostProcess,
  validateOS,
  validateWindowsOptions,
} from '../../../src/kernel/api/kinds/validation/windows.ts'
import type { FieldError } from '../../../src/kernel/api/field-error.ts'
import type { JsonObject } from '../../../src/kernel/api/objects.ts'
import { notApplicable } from '../suite.ts'
import { vectorSuite, type VectorCheck } from '../vector.ts'
import { object, part, parts } from './go-object.ts'
import { create, definitionOf, statusUpdate, update, type Loose } from './validating.ts'
import { contains, failsIf, passesAt, passesIf, sameErrors, typed, whether } from './verdicts.ts'

/** Rows about a feature that is switched on for the test alone. */
const unlessOn =
  (flag: string, check: VectorCheck): VectorCheck =>
  (value, row) =>
    value?.[flag] ? notApplicable(`a feature that is off by default: ${flag}`) : check(value, row)

/** In-place resizing is off by default, and names of environment variables are freer than they were. */
const unlessResized =
  (check: VectorCheck): VectorCheck =>
  (value, row) => {
    const text = JSON.stringify(value)
    if (/resizePolicy/i.test(text)) return notApplicable('resizePolicy is off by default')
    return text.includes('env[0].name')
      ? notApplicable('environment names of before 1.32')
      : check(value, row)
  }

/** A pod with these fields and nothing else to complain of. */
const podWith = (spec: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod', namespace: 'ns' },
  spec: {
    containers: [
      { name: 'ctr', image: 'image', imagePullPolicy: 'IfNotPresent', terminationMessagePolicy: 'File' },
    ],
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    terminationGracePeriodSeconds: 30,
    ...spec,
  },
})

/** The errors under a path, with the path's own beginning taken away. */
const under = (errors: readonly FieldError[], path: string): FieldError[] =>
  errors
    .filter(({ field }) => field.startsWith(path))
    .map((error) => ({ ...error, field: error.field.slice(5) }))

const ofSpec = (spec: JsonObject, path: string): FieldError[] => under(create(podWith(spec)), `spec.${path}`)

/** A pod that is there already, so that it may have containers to debug it with. */
const ofSpecForUpdate = (spec: JsonObject): FieldError[] => {
  const pod = podWith(spec)
  return under(update(pod, pod), 'spec.ephemeralContainers')
}

const ofSecurityContext = (context: Loose): FieldError[] => {
  const securityContext = part<JsonObject>('core.v1.SecurityContext', context)
  return ofSpec({ hostUsers: false, containers: [container({ securityContext })] }, 'containers')
}

const goContainers = (value: Loose, struct = 'core.v1.Container') => parts<never>(struct, value)

const claimSpec = (value: Loose) =>
  validatePVCSpec(part('core.v1.PersistentVolumeClaimSpec', value['claimSpec']), 'spec')

const ofEphemeral = ({ metadata, spec }: Loose): FieldError[] => {
  const volumeClaimTemplate = part<never>('core.v1.PersistentVolumeClaimTemplate', { metadata, spec })
  return validateVolumes([{ name: 'v', ephemeral: { volumeClaimTemplate } }], undefined, 'field')[1]
}

const container = (fields: JsonObject): JsonObject => ({
  name: 'ctr',
  image: 'image',
  imagePullPolicy: 'IfNotPresent',
  terminationMessagePolicy: 'File',
  ...fields,
})

const volumeChecks: Readonly<Record<string, VectorCheck | string>> = {
  TestValidatePersistentVolumes: unlessOn(
    'enableVolumeAttributesClass',
    failsIf('isExpectedFailure', ({ volume }) => create(volume)),
  ),
  TestValidatePersistentVolumeSpec: (value) => {
    const validate = value.isInlineSpec ? validateInlineVolumeSpec : validatePersistentVolumeSpec
    const spec = part('core.v1.PersistentVolumeSpec', value.pvSpec)
    return whether(Boolean(value.isExpectedFailure), validate(spec as never, 'spec'))
  },
  TestValidatePersistentVolumeSourceUpdate: failsIf('isExpectedFailure', ({ newVolume, oldVolume }) =>
    update(newVolume, oldVolume),
  ),
  TestValidateLocalVolumes: failsIf('isExpectedFailure', ({ volume }) => create(volume)),
  TestValidateVolumeNodeAffinityUpdate: failsIf('isExpectedFailure', ({ newPV, oldPV }) =>
    update(newPV, oldPV),
  ),
  TestValidatePeristentVolumeAttributesClassUpdate: unlessOn(
    'enableVolumeAttributesClass',
    failsIf('isExpectedFailure', ({ newPV, oldPV }) => update(newPV, oldPV)),
  ),
  TestAlphaPVVolumeModeUpdate: failsIf('isExpectedFailure', ({ newPV, oldPV }) => update(newPV, oldPV)),
  TestPVVolumeMode: passesAt(5649, create),
  TestValidationOptionsForPersistentVolume: 'options that only Go code passes around',
  TestValidationOptionsForPersistentVolumeClaim: 'options that only Go code passes around',
  TestValidationOptionsForPersistentVolumeClaimTemplate: 'options that only Go code passes around',
  // The claims of ephemeral volumes have neither name nor namespace.
  testValidatePVC: unlessOn(
    'enableVolumeAttributesClass',
    failsIf('isExpectedFailure', ({ claim }) =>
      claim.metadata?.name || claim.metadata?.namespace ? create(claim) : ofEphemeral(claim),
    ),
  ),
  TestPVCVolumeMode: passesAt(5617, create),
  TestValidatePersistentVolumeClaimUpdate: unlessOn('enableVolumeAttributesClass', (value, row) =>
    !value.enableRecoverFromExpansion && /resize-enabled|recover-disabled/.test(row.key ?? '')
      ? notApplicable('recovery from expansion is switched off for the test')
      : failsIf('isExpectedFailure', ({ newClaim, oldClaim }) => update(newClaim, oldClaim))(value, row),
  ),
  TestValidatePersistentVolumeClaimStatusUpdate: failsIf('isExpectedFailure', ({ newClaim, oldClaim }) =>
    statusUpdate(newClaim, oldClaim),
  ),
  TestAlphaVolumePVCDataSource: failsIf('expectedFail', claimSpec),
  testAnyDataSource: failsIf('expectedFail', claimSpec),
  TestValidateKeyToPath: (value) => {
    const errors = validateKeyToPath(part('core.v1.KeyToPath', value.kp), 'field')
    return value.ok ? whether(false, errors) : typed(errors.slice(0, 1), [{ type: value.errtype }])
  },
  TestValidateCSIPersistentVolumeSource: (value) => {
    const spec = {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1G' },
      csi: part('core.v1.CSIPersistentVolumeSource', value.csi),
    }
    const errors = validatePersistentVolumeSpec(spec as never, 'spec')
    return value.errtype
      ? typed(errors.slice(0, 1), [{ type: value.errtype, field: value.errfield }])
      : whether(false, errors)
  },
  TestValidateCSIVolumeSource: (value) => {
    const volume = { name: 'v', csi: part('core.v1.CSIVolumeSource', value.csi) }
    const errors = validateVolumes([volume], undefined, 'field')[1]
    return value.errtype
      ? typed(errors.slice(0, 1), [{ type: value.errtype, field: value.errfield }])
      : whether(false, errors)
  },
  TestValidateVolumes: (value) => {
    const volume = part<never>('core.v1.Volume', value.vol)
    const errors = validateVolumes([volume], undefined, 'field')[1]
    const wanted = (value.errs ?? []) as { etype: string; field: string; detail?: string }[]
    return typed(
      errors,
      wanted.map(({ etype, field, detail }) => ({ type: etype, field, ...(detail && { detail }) })),
    )
  },
}

const withSource = (name: string, type: string, source: unknown): FieldError[] =>
  validateVolumes([{ name: 'v', [name]: part(type, source as JsonObject) } as never], undefined, 'field')[1]

const mounts: VectorCheck = (value) =>
  whether(
    false,
    ofSpec(
      {
        containers: [container({ volumeMounts: parts<JsonObject>('core.v1.VolumeMount', value.mounts) })],
        volumes: mountVolumes,
      },
      'containers',
    ),
  )

const withAffinity = (config: Loose): FieldError[] =>
  under(
    create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'abc', namespace: 'ns' },
      spec: {
        type: 'ClusterIP',
        sessionAffinity: 'ClientIP',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
        ...(config && { sessionAffinityConfig: part<JsonObject>('core.v1.SessionAffinityConfig', config) }),
      },
    }),
    'spec.sessionAffinityConfig',
  )

const withSecret = (secret: Loose): FieldError[] =>
  validatePersistentVolumeSpec(
    {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1G' },
      csi: {
        driver: 'a',
        volumeHandle: 'b',
        controllerPublishSecretRef: part('core.v1.SecretReference', secret),
      },
    } as never,
    'spec',
  )

const annotated = (annotations: Readonly<Record<string, string>>, spec: JsonObject = {}): FieldError[] => {
  const pod = podWith(spec)
  return create({ ...pod, metadata: { ...(pod['metadata'] as JsonObject), annotations } })
}

const mountChecks: Readonly<Record<string, VectorCheck | string>> = {
  TestValidateNFSVolumeSource: ({ nfs, errtype, errfield }) =>
    typed(withSource('nfs', 'core.v1.NFSVolumeSource', nfs).slice(0, 1), [
      { type: errtype, field: errfield },
    ]),
  TestValidateFlexVolumeSource: ({ source, expectedErrs }) =>
    typed(
      withSource('flexVolume', 'core.v1.FlexVolumeSource', source),
      Object.entries(expectedErrs as Record<string, string>).map(([field, detail]) => ({ field, detail })),
    ),
  TestValidateSubpathMutuallyExclusive: mounts,
  TestValidateDisabledSubpathExpr: mounts,
  TestValidateOrSetClientIPAffinityConfig: passesAt(21925, withAffinity),
  TestAlphaVolumeSnapshotDataSource: (claimSpecOf) =>
    whether(true, validatePVCSpec(part('core.v1.PersistentVolumeClaimSpec', claimSpecOf), 'spec')),
  TestValidatePVSecretReference: (value) =>
    whether(Boolean(value.expectError), withSecret(value.args.secretRef)),
  TestValidateAppArmorProfileFormat: passesIf('expectValid', ({ profile }) =>
    annotated({ 'container.apparmor.security.beta.kubernetes.io/ctr': profile ?? '' }),
  ),
  TestValidateSeccompAnnotationsAndFieldsMatch: ({ annotationValue, seccompField, expectedErr }) =>
    whether(
      Boolean(expectedErr),
      annotated(
        { 'seccomp.security.alpha.kubernetes.io/pod': annotationValue },
        { securityContext: { seccompProfile: part('core.v1.SeccompProfile', seccompField) } },
      ),
    ),
  TestCrossNamespaceSource: 'sources in other namespaces are off by default',
  TestVolumeAttributesClass: 'classes of volume attributes are off by default',
  TestValidateContainerStatusAllocatedResourcesStatus: 'health of devices is off by default',
}

const containerChecks: Readonly<Record<string, VectorCheck | string>> = {
  TestRelaxedValidateEnv: contains('expectedError', ({ envs }) =>
    validateEnv(parts('core.v1.EnvVar', envs), 'field'),
  ),
  TestValidateEphemeralContainers: (value, row) => {
    const given = (row.line === 7873 ? value : value.ephemeralContainers) as Loose
    const errors = ofSpecForUpdate({
      containers: [container({ name: 'ctr' })],
      initContainers: [container({ name: 'ictr' })],
      volumes: ['blk', 'vol'].map((name) => ({ name, persistentVolumeClaim: { claimName: 'pvc' } })),
      ephemeralContainers: goContainers(given, 'core.v1.EphemeralContainer'),
    })
    return sameErrors('expectedErrors', () => errors)(row.line === 7873 ? { expectedErrors: [] } : value, row)
  },
  TestValidatePorts: (value) =>
    typed(
      ofSpec(
        { containers: [container({ ports: parts<JsonObject>('core.v1.ContainerPort', value.P) })] },
        'containers',
      ).slice(0, 1),
      [{ type: value.T, field: value.F, ...(value.D && { detail: value.D }) }],
    ),
  TestValidatePullPolicy: (value) =>
    whether(
      false,
      ofSpec(
        {
          containers: [
            { terminationMessagePolicy: 'File', ...part<object>('core.v1.Container', value.Container) },
          ],
        },
        'containers',
      ).filter(({ field }) => field.endsWith('imagePullPolicy')),
    ),
  TestValidateMountPropagation: (value, row) =>
    value.container
      ? failsIf('expectError', ({ container: given, mount }) =>
          ofSpec(
            {
              containers: [
                container({
                  ...part<object>('core.v1.Container', given),
                  volumeMounts: parts<JsonObject>('core.v1.VolumeMount', [mount]),
                }),
              ],
              volumes: [{ name: 'foo', hostPath: { path: '/foo/baz', type: '' } }],
            },
            'containers',
          ).filter(({ field }) => field.includes('mountPropagation')),
        )(value, row)
      : notApplicable('a mount without a container'),
  TestAlphaValidateVolumeDevices: (value, row) =>
    whether(
      !row.key?.startsWith('valid'),
      ofSpec(
        {
          containers: [
            container({
              volumeDevices: parts<JsonObject>('core.v1.VolumeDevice', value),
              volumeMounts: [{ name: 'ghi', mountPath: '/this/path/exists' }],
            }),
          ],
          volumes: [
            ...['abc', 'xyz'].map((name) => ({
              name,
              persistentVolumeClaim: { claimName: 'pvc' },
            })),
            ...['def', 'abc-123'].map((name) => ({ name, hostPath: { path: '/foo/baz', type: '' } })),
            { name: 'ghi', emptyDir: {} },
          ],
        },
        'containers',
      ),
    ),
  Test_validateProbe: sameErrors('want', ({ args }) =>
    ofSpec({ containers: [container({ startupProbe: part('core.v1.Probe', args.probe) })] }, 'containers')
      .filter(({ message }) => !message.endsWith(': must be 1'))
      .map((error) => ({ ...error, field: error.field.replace('containers[0].startupProbe', 'test') })),
  ),
  TestValidateSleepAction: unlessOn(
    'zeroValueEnabled',
    sameErrors('expectErr', ({ action, gracePeriod = 0 }) =>
      ofSpec(
        {
          terminationGracePeriodSeconds: gracePeriod,
          containers: [container({ lifecycle: { preStop: { sleep: part('core.v1.SleepAction', action) } } })],
        },
        'containers',
      ).map((error) => ({ ...error, field: 'root' })),
    ),
  ),
  TestValidateWindowsHostProcessPod: (value) =>
    value.allowPrivileged
      ? whether(Boolean(value.expectError), validateHostProcess(podSpec(value.podSpec) as never, 'spec'))
      : notApplicable('privileged containers are switched off for the test'),
  TestValidateWindowsSecurityContext: failsIf('expectError', ({ sc }) =>
    validateOS({ ...podSpec(sc), os: { name: 'windows' } } as never, 'spec'),
  ),
  TestValidateLinuxPodSecurityContext: failsIf('expectErr', ({ podSpec: spec }) =>
    validateOS({ ...podSpec(spec), os: { name: 'linux' } } as never, 'spec'),
  ),
  TestValidateOverhead: ({ overhead }) => whether(true, validateLimits(overhead, 'overhead')),
  TestValidateResourceRequirements: ({ requirements }) =>
    whether(
      false,
      validateResourceRequirements(part('core.v1.ResourceRequirements', requirements), [], 'resources'),
    ),
  TestValidatePodTemplateSpecSeccomp: sameErrors('expectedErr', ({ spec }) =>
    validatePodTemplateSpec(part('core.v1.PodTemplateSpec', spec), 'template'),
  ),
  TestRelaxedValidateEnvFrom: contains('expectedError', ({ envs }) =>
    validateEnvFrom(parts('core.v1.EnvFromSource', envs), 'field'),
  ),
  TestValidateEnv: 'environment names of before 1.32',
  TestValidateEnvFrom: 'environment names of before 1.32',
  TestValidateContainers: unlessResized(
    sameErrors('expectedErrors', ({ containers }) =>
      ofSpec({ containers: goContainers(containers), volumes: testVolumes }, 'containers'),
    ),
  ),
  TestValidateInitContainers: sameErrors('expectedErrors', ({ initContainers }) =>
    ofSpec(
      { initContainers: goContainers(initContainers), containers: [container({ name: 'app' })] },
      'initContainers',
    ),
  ),
  TestValidatePodDNSConfig: contains('expectedError', ({ dnsConfig, dnsPolicy }) =>
    validateDNSConfig(dnsConfig && part('core.v1.PodDNSConfig', dnsConfig), dnsPolicy, 'dnsConfig'),
  ),
  TestValidatePodDNSConfigWithRelaxedSearchDomain: unlessOn(
    'featureEnabled',
    failsIf('expectError', ({ dnsConfig }) =>
      validateDNSConfig(part('core.v1.PodDNSConfig', dnsConfig), undefined, 'dnsConfig'),
    ),
  ),
  TestValidatePodReadinessGates: passesAt(9923, ({ readinessGates }) =>
    ofSpec(
      { readinessGates: parts<JsonObject>('core.v1.PodReadinessGate', readinessGates) },
      'readinessGates',
    ),
  ),
  TestValidateSchedulingGates: sameErrors('wantFieldErrors', ({ schedulingGates }) =>
    ofSpec(
      { schedulingGates: parts<JsonObject>('core.v1.PodSchedulingGate', schedulingGates) },
      'schedulingGates',
    ).map((error) => ({
      ...error,
      field: error.field.replace('schedulingGates', 'field'),
    })),
  ),
  TestValidateTopologySpreadConstraints: (value, row) =>
    value.opts
      ? notApplicable('options that only Go code passes around')
      : sameErrors('wantFieldErrors', ({ constraints }) =>
          validateTopologySpread(parts('core.v1.TopologySpreadConstraint', constraints), 'field'),
        )(value, row),
  TestValidateWindowsSecurityContextOptions: contains('expectedErrorSubstring', ({ windowsOptions }) =>
    validateWindowsOptions(
      windowsOptions && part('core.v1.WindowsSecurityContextOptions', windowsOptions),
      'field',
    ),
  ),
  TestValidateHostUsers: passesIf('success', ({ spec }) => validateHostUsers(podSpec(spec) as never, 'spec')),
  TestValidateOS: failsIf('expectError', ({ podSpec: spec }) => ofSpec(podSpec(spec), 'os')),
  TestValidateSecurityContext: (value, row) =>
    value.errorDetail === 'disallowed by cluster policy'
      ? notApplicable('privileged containers are switched off for the test')
      : contains('errorDetail', ({ sc }) => ofSecurityContext(sc))(value, row),
  TestValidateNonSpecialIP: passesAt(23546, ({ ip }) => nonSpecialIP('ip', ip)),
  TestValidatePodResourceNames: 'resources of pods are off by default',
  TestValidateResourceNames: passesIf('success', ({ input }) => resourceName('field', input ?? '')),
  TestValidatePodSpecWithSupplementalGroupsPolicy: 'supplementalGroupsPolicy is off by default',
  TestValidateWindowsPodSecurityContextSupplementalGroupsPolicy: 'supplementalGroupsPolicy is off by default',
  TestValidatePodStatusUpdateWithSupplementalGroupsPolicy: 'supplementalGroupsPolicy is off by default',
  TestValidateSELinuxChangePolicy: 'seLinuxChangePolicy is off by default',
  TestValidatePodResourceConsistency: 'resources of pods are off by default',
  TestValidateResizePolicy: 'resizePolicy is off by default',
  TestAlphaLocalStorageCapacityIsolation: passesAt(
    5748,
    (source) =>
      validateVolumes([{ name: 'v', ...part<object>('core.v1.Volume', source) }], undefined, 'field')[1],
  ),
  TestLocalStorageEnvWithFeatureGate: passesAt(5916, (variable) =>
    validateEnv(parts('core.v1.EnvVar', [variable]), 'field'),
  ),
  TestHugePagesEnv: passesAt(5943, (variable) => validateEnv(parts('core.v1.EnvVar', [variable]), 'field')),
  TestValidateVolumeMounts: (value, row) =>
    whether(
      row.key !== 'valid',
      ofSpec(
        {
          containers: [container({ volumeMounts: parts<JsonObject>('core.v1.VolumeMount', value) })],
          volumes: mountVolumes,
        },
        'containers',
      ),
    ),
  TestValidateProbe: passesAt(7449, (probe) =>
    ofSpec(
      { containers: [container({ livenessProbe: { ...part<object>('core.v1.Probe', probe) } })] },
      'containers',
    ).filter(({ message }) => !message.endsWith(': must be 1')),
  ),
  TestValidateHandler: passesAt(7592, (handler) =>
    ofSpec(
      { containers: [container({ lifecycle: { postStart: part('core.v1.LifecycleHandler', handler) } })] },
      'containers',
    ),
  ),
}

const testVolumes: JsonObject[] = []
const mountVolumes: JsonObject[] = ['abc', '123', 'abc-123'].map((name) => ({
  name,
  hostPath: { path: '/foo/bar', type: '' },
}))

/** Go keeps the host's namespaces in the security context. */
function podSpec(value: Loose): JsonObject {
  const { SecurityContext: context, ...rest } = (value ?? {}) as Record<string, never>
  const { HostNetwork, HostPID, HostIPC, HostUsers, ShareProcessNamespace, ...own } = (context ??
    {}) as Record<string, never>
  const host = { HostNetwork, HostPID, HostIPC, HostUsers, ShareProcessNamespace }
  const given = Object.fromEntries(Object.entries(host).filter(([, one]) => one !== undefined))
  const spec = part<JsonObject>('core.v1.PodSpec', {
    ...rest,
    ...given,
    ...(context ? { SecurityContext: own } : {}),
  } as never)
  return Object.fromEntries(Object.entries(spec).filter(([, one]) => one !== null && one !== undefined))
}

const podChecks: Readonly<Record<string, VectorCheck | string>> = {
  TestValidatePod: (value, row) =>
    row.key?.startsWith('ClusterTrustBundlePEM')
      ? notApplicable('a feature that is off by default: ClusterTrustBundleProjection')
      : value.spec?.apiVersion
        ? contains('expectedError', ({ spec }) => create(spec))(value, row)
        : whether(false, create(value)),
  TestValidatePodSpec: unlessResized((value, row) => {
    const named = { ...value, metadata: { name: 'pod', ...value.metadata } }
    return whether(row.line !== 10126, create(named))
  }),
  TestValidatePodCreateWithSchedulingGates: sameErrors('wantFieldErrors', ({ pod }) => create(pod)),
  TestValidatePodUpdate: contains('err', (value) => {
    const named = (pod: JsonObject) => ({
      ...pod,
      metadata: { ...(pod['metadata'] as JsonObject), ...(unnamed(value) && { name: 'name' }) },
    })
    return update(named(value.new), named(value.old))
  }),
  TestValidatePodStatusUpdate: (value, row) =>
    JSON.stringify(value).includes('resourceClaimStatuses')
      ? notApplicable('dynamic resource allocation is off by default')
      : contains('err', (one) => statusUpdate(one.new, one.old))(value, row),
  TestValidatePodEphemeralContainersUpdate: contains('err', (value) =>
    validateEphemeralContainersUpdate(object(value.new) as never, object(value.old) as never),
  ),
  TestValidatePodResize: 'in-place resizing is off by default',
  TestValidatePodConditions: passesAt(9980, ({ podConditions }) => {
    const pod = podWith({})
    return statusUpdate(
      { ...pod, status: { conditions: parts<JsonObject>('core.v1.PodCondition', podConditions) } },
      pod,
    ).filter(({ field }) => field.includes('conditions'))
  }),
  TestPodIPsValidation: failsIf('expectError', ({ pod }) => statusUpdate(pod, pod)),
  TestHostIPsValidation: failsIf('expectError', ({ pod }) => statusUpdate(pod, pod)),
  TestHugePagesIsolation: failsIf('expectError', ({ pod }) => create(pod)),
  TestValidateDynamicResourceAllocation: 'dynamic resource allocation is off by default',
}

const unnamed = ({
  new: now,
  old,
}: {
  new: { metadata: JsonObject }
  old: { metadata: JsonObject }
}): boolean => !now.metadata['name'] && !old.metadata['name']

const otherChecks: Readonly<Record<string, VectorCheck | string>> = {
  TestValidateReplicationControllerStatus: failsIf('expectedErr', ({ name, expectedErr, ...status }) => {
    const controller = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'rc', namespace: 'ns' },
    }
    return statusUpdate({ ...controller, status }, controller)
  }),
  TestValidateReplicationController: passesAt(16645, create),
  TestValidateReplicationControllerUpdate: passesAt(16488, (value) => update(value.update, value.old)),
  TestValidateReplicationControllerStatusUpdate: passesAt(16381, (value) =>
    statusUpdate(value.update, value.old),
  ),
  TestValidateNode: passesAt(16926, create),
  TestValidateNodeUpdate: passesIf('valid', ({ node, oldNode }) =>
    update(node ?? bare('Node'), oldNode ?? bare('Node')),
  ),
  TestValidateNodeCIDRs: failsIf('expectError', ({ node }) => create(node)),
  TestValidateLimitRange: (value, row) => {
    if (value.R) return contains('D', () => create(value.R))(value.D ? value : { D: true }, row)
    return whether(false, create(limitRange(value.spec)))
  },
  TestValidateLimitRangeForLocalStorage: ({ spec }) => whether(false, create(limitRange(spec))),
  TestValidateResourceQuota: contains('errDetail', ({ rq }) => create(rq)),
  TestValidateNamespace: (value, row) =>
    whether(row.line !== 19904, create(value.R ?? (value.kind ? value : bare('Namespace')))),
  TestValidateNamespaceStatusUpdate: passesIf('valid', ({ namespace, oldNamespace }) =>
    statusUpdate(namespace, oldNamespace ?? bare('Namespace')),
  ),
  TestValidateNamespaceUpdate: passesIf('valid', ({ namespace, oldNamespace }) =>
    update(namespace ?? bare('Namespace'), oldNamespace ?? bare('Namespace')),
  ),
  TestValidateSecret: passesIf('valid', ({ secret }) => create(raw(secret))),
  TestValidateSecretUpdate: passesIf('valid', ({ newSecret, oldSecret }) =>
    updateStrictly(raw(newSecret), raw(oldSecret)),
  ),
  TestValidateDockerConfigSecret: passesIf('valid', ({ secret }) => create(raw(secret))),
  TestValidateBasicAuthSecret: passesIf('valid', ({ secret }) => create(raw(secret))),
  TestValidateSSHAuthSecret: passesIf('valid', ({ secret }) => create(raw(secret))),
  TestValidateTLSSecret: (value) =>
    whether(
      Boolean(value.errorType),
      create(raw({ ...(value.secrets ?? value), type: 'kubernetes.io/tls' })),
    ),
  TestValidateConfigMap: passesIf('isValid', ({ cfg }) => create(raw(cfg))),
  TestValidateConfigMapUpdate: passesIf('valid', ({ newCfg, oldCfg }) => updateStrictly(newCfg, oldCfg)),
  TestValidateEndpointsCreate: (value) =>
    value.errorType
      ? typed(create(value.endpoints).slice(0, 1), [
          { type: value.errorType, ...(value.errorDetail && { detail: value.errorDetail }) },
        ])
      : whether(false, create(value.endpoints)),
  TestValidPodLogOptions: 'options of a request, which the server checks with the request',
}

const bare = (kind: string): JsonObject => ({ apiVersion: 'v1', kind, metadata: {} })

/** Byte values, which the table holds as plain text. */
const raw = (value: JsonObject): JsonObject => ({
  ...value,
  ...Object.fromEntries(
    (['data', 'binaryData'] as const)
      .filter((key) => value[key] && (key === 'binaryData' || value['kind'] === 'Secret'))
      .map((key) => [
        key,
        Object.fromEntries(
          Object.entries(value[key] as Record<string, string>).map(([name, text]) => [
            name,
            Buffer.from(text).toString('base64'),
          ]),
        ),
      ]),
  ),
})

/** Some tables are about the resource version itself. */
function updateStrictly(value: JsonObject, old: JsonObject): FieldError[] {
  const [now, was] = [object(value), object(old)]
  return definitionOf(now).validateUpdate!(now, was)
}

const limitRange = (spec: Loose): JsonObject => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'abc', namespace: 'foo' },
  spec: part('core.v1.LimitRangeSpec', spec),
})

/** kubernetes: pkg/apis/core/validation/validation_test.go. */
export const coreValidationSuite = vectorSuite('pkg__apis__core__validation__validation_test', {
  ...volumeChecks,
  ...mountChecks,
  ...containerChecks,
  ...podChecks,
  ...otherChecks,
})
