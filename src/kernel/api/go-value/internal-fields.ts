import type { JsonObject } from '../objects.ts'

/** Where the internal types declare their fields in another order than v1 (kubernetes: pkg/apis/core/types.go). */
export const internalOrder: Readonly<Record<string, string>> = {
  'core.v1.PodSpec':
    'volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName automountServiceAccountToken nodeName securityContext imagePullSecrets hostname subdomain setHostnameAsFQDN affinity schedulerName tolerations hostAliases priorityClassName priority preemptionPolicy dnsConfig readinessGates runtimeClassName overhead enableServiceLinks topologySpreadConstraints os schedulingGates resourceClaims resources',
  'core.v1.PodSecurityContext':
    'hostNetwork hostPID hostIPC shareProcessNamespace hostUsers seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups supplementalGroupsPolicy fsGroup fsGroupChangePolicy sysctls seccompProfile appArmorProfile seLinuxChangePolicy',
  'core.v1.Volume':
    'name hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs persistentVolumeClaim rbd quobyte flexVolume cinder cephfs flocker downwardAPI fc azureFile configMap vsphereVolume azureDisk photonPersistentDisk projected portworxVolume scaleIO storageos csi ephemeral image',
}

/** core.PersistentVolumeSource. */
export const persistentVolumeSources =
  'gcePersistentDisk awsElasticBlockStore hostPath glusterfs nfs rbd quobyte iscsi flexVolume cinder cephfs fc flocker azureFile vsphereVolume azureDisk photonPersistentDisk portworxVolume scaleIO local storageos csi'.split(
    ' ',
  )

/** Pointers in v1 that are none there. */
export const plainFields: readonly string[] = ['core.v1.ServiceAccountTokenProjection/expirationSeconds']

const ofHost = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers']

/** The pod's sharing of the host is a matter of its security context there. */
export function hoisted(structName: string, value: JsonObject): JsonObject {
  if (structName !== 'core.v1.PodSpec') return value
  const shared = Object.fromEntries(Object.entries(value).filter(([name]) => ofHost.includes(name)))
  return { ...value, securityContext: { ...(value['securityContext'] as JsonObject | undefined), ...shared } }
}
