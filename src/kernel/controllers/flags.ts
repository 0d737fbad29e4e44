import { bool, duration, list, map, number, text, type FlagValues } from '../client/component-flags.ts'

const minutes = (count: number): number => count * 60_000

/** kubernetes: cmd/kube-controller-manager/app/options; what is accepted without effect here is said so. */
export const controllerFlags = {
  kubeconfig: text('', 'Path to kubeconfig file with authorization and master location information.'),
  master: text('', 'The address of the Kubernetes API server (overrides any value in kubeconfig).'),
  controllers: list(
    ['*'],
    "A list of controllers to enable; '*' enables all that are on by default, 'foo' enables, '-foo' disables.",
  ),
  'cluster-cidr': text('', 'CIDR Range for Pods in cluster.'),
  'service-cluster-ip-range': text('', 'CIDR Range for Services in cluster.'),
  'allocate-node-cidrs': bool(false, 'Should CIDRs for Pods be allocated and set on nodes.'),
  'node-cidr-mask-size': number(24, 'Mask size for node cidr in cluster.'),
  'node-monitor-period': duration(
    5_000,
    'The period for syncing NodeStatus in cloud-node-lifecycle-controller.',
  ),
  'node-monitor-grace-period': duration(
    50_000,
    'How long a Node may be unresponsive before it is marked unhealthy.',
  ),
  'node-startup-grace-period': duration(
    minutes(1),
    'How long a starting Node may be unresponsive before it is marked unhealthy.',
  ),
  'node-eviction-rate': number(
    0.1,
    'Nodes per second on which pods are deleted in case of node failure when a zone is healthy.',
  ),
  'secondary-node-eviction-rate': number(0.01, 'The same when a zone is unhealthy.'),
  'unhealthy-zone-threshold': number(
    0.55,
    'Fraction of Nodes that must be not Ready for a zone to be unhealthy.',
  ),
  'large-cluster-size-threshold': number(50, 'Number of nodes above which a zone counts as large.'),
  'terminated-pod-gc-threshold': number(
    12_500,
    'Number of terminated pods that can exist before they are deleted.',
  ),
  'root-ca-file': text('', 'Certificate authority included in service account tokens.'),
  'namespace-sync-period': duration(minutes(5), 'The period for syncing namespace life-cycle updates.'),
  'min-resync-period': duration(minutes(720), 'The resync period in reflectors.'),
  'horizontal-pod-autoscaler-sync-period': duration(
    15_000,
    'The period for syncing the number of pods in horizontal pod autoscaler.',
  ),
  'leader-elect': bool(
    true,
    'Start a leader election client and gain leadership before executing the main loop.',
  ),
  'leader-elect-lease-duration': duration(
    15_000,
    'How long non-leaders wait after a renewal before they take over.',
  ),
  'leader-elect-renew-deadline': duration(
    10_000,
    'How long the leader tries to renew before it stops leading.',
  ),
  'leader-elect-retry-period': duration(2_000, 'How long to wait between attempts to lead or renew.'),
  'leader-elect-resource-lock': text('leases', 'The type of resource object that is used for locking.'),
  'leader-elect-resource-name': text('kube-controller-manager', 'The name of that resource object.'),
  'leader-elect-resource-namespace': text('kube-system', 'Its namespace.'),
  'kube-api-qps': number(20, 'QPS to use while talking with kubernetes apiserver.'),
  'kube-api-burst': number(30, 'Burst to use while talking with kubernetes apiserver.'),
  'secure-port': number(10257, 'The port on which to serve /healthz and /metrics.'),
  'bind-address': text('0.0.0.0', 'The IP address on which to listen.'),
  'concurrent-daemonset-syncs': number(2, 'Daemon sets that may be synced at once.'),
  'concurrent-deployment-syncs': number(5, 'Deployments that may be synced at once.'),
  'concurrent-endpoint-syncs': number(5, 'Services whose endpoints may be synced at once.'),
  'concurrent-service-endpoint-syncs': number(5, 'Services whose endpoint slices may be synced at once.'),
  'concurrent-gc-syncs': number(20, 'Garbage collector workers.'),
  'concurrent-namespace-syncs': number(10, 'Namespaces that may be synced at once.'),
  'concurrent-rc-syncs': number(5, 'Replication controllers that may be synced at once.'),
  'concurrent-replicaset-syncs': number(5, 'ReplicaSets that may be synced at once.'),
  'concurrent-serviceaccount-token-syncs': number(5, 'Service accounts whose tokens may be synced at once.'),
  'concurrent-statefulset-syncs': number(5, 'StatefulSets that may be synced at once.'),
  'concurrent-job-syncs': number(5, 'Jobs that may be synced at once.'),
  'concurrent-cron-job-syncs': number(5, 'CronJobs that may be synced at once.'),
  'concurrent-resource-quota-syncs': number(5, 'Resource quotas that may be synced at once.'),
  'concurrent-horizontal-pod-autoscaler-syncs': number(
    5,
    'Horizontal pod autoscalers that may be synced at once.',
  ),
  'concurrent-ttl-after-finished-syncs': number(5, 'Finished jobs that may be synced at once.'),
  'concurrent-ephemeralvolume-syncs': number(5, 'Ephemeral volumes that may be synced at once.'),
  'use-service-account-credentials': bool(
    false,
    'Use individual service account credentials for each controller.',
  ),
  'feature-gates': map({}, 'Pairs that describe feature gates.'),
  'authentication-kubeconfig': text('', 'kubeconfig file for tokenaccessreviews; there is none to ask here.'),
  'authorization-kubeconfig': text(
    '',
    'kubeconfig file for subjectaccessreviews; there is none to ask here.',
  ),
  'client-ca-file': text('', 'Certificate authority of clients.'),
  'requestheader-client-ca-file': text('', 'Certificate authority of the aggregator.'),
  'cluster-name': text('kubernetes', 'The instance prefix for the cluster.'),
  'cluster-signing-cert-file': text('', 'Certificate to issue cluster-scoped certificates.'),
  'cluster-signing-key-file': text('', 'Its key.'),
  'service-account-private-key-file': text('', 'Key that signs service account tokens.'),
  'tls-cert-file': text('', 'Certificate for HTTPS.'),
  'tls-private-key-file': text('', 'Its key.'),
  'configure-cloud-routes': bool(
    true,
    'Should CIDRs allocated by allocate-node-cidrs be configured on the cloud provider.',
  ),
  'cloud-provider': text('', 'The provider for cloud services.'),
  profiling: bool(true, 'Enable profiling.'),
  v: number(0, 'Number for the log level verbosity.'),
} as const

export type ControllerFlags = FlagValues<typeof controllerFlags>
