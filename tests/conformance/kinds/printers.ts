import { kindOf } from '../../../src/kernel/api/kinds/index.ts'
import { columnsOf } from '../../../src/kernel/api/kinds/table.ts'
import {
  groupVersionOf,
  type Json,
  type JsonObject,
  type KubeObject,
} from '../../../src/kernel/api/objects.ts'
import { difference } from '../suite.ts'
import { vectorSuite, type VectorCheck } from '../vector.ts'
import { object, part } from './go-object.ts'

/** When the tables were dumped. */
const now = Date.parse('2026-11-20T07:57:16.951Z')

type Case = { readonly options?: { readonly Wide?: boolean } } & { readonly [key: string]: Json }
type Row = { readonly cells: readonly Json[] }

/** One object -> its row; some tables show the wide columns always. */
const prints =
  (key: string, struct: string): VectorCheck =>
  (value: Case) => {
    const rows = (value['expected'] ?? value['expect']) as unknown as readonly Row[]
    const made = read(withBase64(value[key]), struct)
    const [group, version] = groupVersionOf(made.apiVersion)
    const columns = columnsOf(kindOf(group, version, made.kind)!)
    const wanted = rows[0]!.cells
    const plain = columns.filter(({ priority = 0 }) => priority === 0)
    const shown = plain.length === wanted.length ? plain : columns
    return difference(
      shown.map(({ cell }) => cell(made, now)),
      wanted,
    )
  }

function read(value: Json | undefined, struct: string): KubeObject {
  const given = (value ?? {}) as JsonObject
  if (given['apiVersion']) return object(given)
  const [group = '', version = '', kind = ''] = struct.split('.')
  const domain = group === 'core' ? '' : (domains[group] ?? group)
  const apiVersion = domain ? `${domain}/${version}` : version
  return { metadata: {}, ...part<object>(struct, given), apiVersion, kind } as KubeObject
}

/** Byte values, which the table holds as plain text. */
function withBase64(value: Json | undefined): Json | undefined {
  const { data, ...rest } = (value ?? {}) as { readonly data?: Readonly<Record<string, string>> }
  if (!data || (value as JsonObject)['kind'] !== 'Secret') return value
  const encoded = Object.entries(data).map(([name, text]) => [name, Buffer.from(text).toString('base64')])
  return { ...rest, data: Object.fromEntries(encoded) } as Json
}

const domains: Readonly<Record<string, string>> = {
  node: 'node.k8s.io',
  flowcontrol: 'flowcontrol.apiserver.k8s.io',
}

/** kubernetes: pkg/printers/internalversion/printers_test.go. */
export const printersSuite = vectorSuite('pkg__printers__internalversion__printers_test', {
  TestPrintEvent: prints('event', 'core.v1.Event'),
  TestPrintNamespace: prints('namespace', 'core.v1.Namespace'),
  TestPrintSecret: prints('secret', 'core.v1.Secret'),
  TestPrintServiceAccount: prints('serviceAccount', 'core.v1.ServiceAccount'),
  ...Object.fromEntries(
    [
      'Status',
      'Role',
      'OSImage',
      'KernelVersion',
      'ContainerRuntimeVersion',
      'Name',
      'ExternalIP',
      'InternalIP',
    ].map((what) => [`TestPrintNode${what}`, prints('node', 'core.v1.Node')]),
  ),
  TestPrintIngressClass: prints('ingressClass', 'networking.v1.IngressClass'),
  TestPrintServiceLoadBalancer: prints('service', 'core.v1.Service'),
  TestPrintPod: prints('pod', 'core.v1.Pod'),
  TestPrintPodWithRestartableInitContainer: prints('pod', 'core.v1.Pod'),
  TestPrintPodwide: prints('pod', 'core.v1.Pod'),
  TestPrintPodConditions: prints('pod', 'core.v1.Pod'),
  TestPrintNonTerminatedPod: prints('pod', 'core.v1.Pod'),
  TestPrintPodTemplate: prints('podTemplate', 'core.v1.PodTemplate'),
  TestPrintDeployment: prints('deployment', 'apps.v1.Deployment'),
  TestPrintDaemonSet: prints('daemonSet', 'apps.v1.DaemonSet'),
  TestPrintJob: prints('job', 'batch.v1.Job'),
  TestPrintHPA: prints('hpa', 'autoscaling.v2.HorizontalPodAutoscaler'),
  TestPrintService: prints('service', 'core.v1.Service'),
  TestPrintPodDisruptionBudget: prints('pdb', 'policy.v1.PodDisruptionBudget'),
  TestPrintControllerRevision: prints('history', 'apps.v1.ControllerRevision'),
  TestPrintConfigMap: prints('configMap', 'core.v1.ConfigMap'),
  TestPrintNetworkPolicy: prints('policy', 'networking.v1.NetworkPolicy'),
  TestPrintRoleBinding: prints('binding', 'rbac.v1.RoleBinding'),
  TestPrintClusterRoleBinding: prints('binding', 'rbac.v1.ClusterRoleBinding'),
  TestPrintCertificateSigningRequest: prints('csr', 'certificates.v1.CertificateSigningRequest'),
  TestPrintReplicationController: prints('rc', 'core.v1.ReplicationController'),
  TestPrintReplicaSet: prints('replicaSet', 'apps.v1.ReplicaSet'),
  TestPrintStatefulSet: prints('statefulSet', 'apps.v1.StatefulSet'),
  TestPrintPersistentVolume: prints('pv', 'core.v1.PersistentVolume'),
  TestPrintPersistentVolumeClaim: prints('pvc', 'core.v1.PersistentVolumeClaim'),
  TestPrintCronJob: prints('cronjob', 'batch.v1.CronJob'),
  TestPrintStorageClass: prints('sc', 'storage.v1.StorageClass'),
  TestPrintLease: prints('lease', 'coordination.v1.Lease'),
  TestPrintPriorityClass: prints('pc', 'scheduling.v1.PriorityClass'),
  TestPrintRuntimeClass: prints('rc', 'node.v1.RuntimeClass'),
  TestPrintEndpoint: prints('endpoint', 'core.v1.Endpoints'),
  TestPrintEndpointSlice: prints('endpointSlice', 'discovery.v1.EndpointSlice'),
  TestPrintFlowSchema: prints('fs', 'flowcontrol.v1.FlowSchema'),
  TestPrintPriorityLevelConfiguration: prints('pl', 'flowcontrol.v1.PriorityLevelConfiguration'),
  TestPrintVolumeAttributesClass: 'a kind that 1.32 does not serve by default',
  TestPrintResourceClaim: 'a kind that 1.32 does not serve by default',
  TestPrintResourceClaimTemplate: 'a kind that 1.32 does not serve by default',
  TestPrintResourceSlice: 'a kind that 1.32 does not serve by default',
  TestPrintStorageVersion: 'a kind that 1.32 does not serve by default',
  TestPrintLeaseCandidate: 'a kind that 1.32 does not serve by default',
  TestPrintServiceCIDR: 'a kind that 1.32 does not serve by default',
  TestPrintServiceCIDRList: 'a kind that 1.32 does not serve by default',
})
