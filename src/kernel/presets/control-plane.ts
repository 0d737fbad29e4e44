import type { DiskEntry } from '../host/disk.ts'
import { file, program, service } from './base.ts'
import {
  addressesOf,
  CLUSTER_CIDR,
  KUBERNETES_VERSION,
  podCidrOf,
  SERVICE_CIDR,
  type ClusterSpec,
} from './cluster-spec.ts'
import {
  ADMIN,
  CONTROLLER_MANAGER,
  kubeconfig,
  kubeletUser,
  PROXY,
  SCHEDULER,
  SUPER_ADMIN,
  tokenFile,
} from './kubeconfig.ts'
import { coreDnsObjects } from './coredns-objects.ts'
import { kubeadmObjects } from './kubeadm-objects.ts'
import { kubeletFiles, proxyFiles } from './node.ts'

/** The control plane as kubeadm lays it out: a kubelet that runs the components as static pods. */
export function controlPlaneFiles(spec: ClusterSpec, name: string, address: string): DiskEntry[] {
  const nodes = addressesOf(spec).filter(({ role }) => role === 'node' || role === 'control-plane')
  const users = [
    ADMIN,
    SUPER_ADMIN,
    CONTROLLER_MANAGER,
    SCHEDULER,
    PROXY,
    ...nodes.map((node) => kubeletUser(node.name)),
  ]
  const etcd = addressesOf(spec)
    .filter(({ role }) => role === 'etcd')
    .map((member) => `http://${member.address}:2379`)
  const taint = ' --register-with-taints=node-role.kubernetes.io/control-plane=:NoSchedule'
  return [
    ...kubeletFiles(spec, name, address, podCidrOf(0), taint),
    ...proxyFiles(spec, name),
    file('/etc/kubernetes/pki/tokens.csv', tokenFile(spec.seed, users), 0o600),
    file('/etc/kubernetes/admin.conf', kubeconfig(spec.seed, ADMIN), 0o600),
    file('/etc/kubernetes/super-admin.conf', kubeconfig(spec.seed, SUPER_ADMIN), 0o600),
    file('/var/lib/tabernetes/kubeadm.yaml', `${kubeadmObjects(name)}---\n${coreDnsObjects()}`),
    program('/usr/lib/tabernetes/kubeadm-certs', 'kubeadm-certs'),
    ...service('kubeadm-certs', CERTS_UNIT),
    program('/usr/lib/tabernetes/kubeadm-init', 'kubeadm-init'),
    ...service('kubeadm-init', KUBEADM_UNIT),
    file('/etc/kubernetes/controller-manager.conf', kubeconfig(spec.seed, CONTROLLER_MANAGER), 0o600),
    file('/etc/kubernetes/scheduler.conf', kubeconfig(spec.seed, SCHEDULER), 0o600),
    { path: '/root/.kube/config', kind: 'symlink', data: '/etc/kubernetes/admin.conf' },
    file(
      '/etc/kubernetes/manifests/kube-apiserver.yaml',
      staticPod('kube-apiserver', '250m', '/etc/kubernetes/pki', 6443, '/livez', [
        `--advertise-address=${address}`,
        '--allow-privileged=true',
        '--authorization-mode=Node,RBAC',
        '--enable-admission-plugins=NodeRestriction',
        '--enable-bootstrap-token-auth=true',
        `--etcd-servers=${etcd.join(',')}`,
        '--secure-port=6443',
        '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
        '--service-account-key-file=/etc/kubernetes/pki/sa.pub',
        '--service-account-signing-key-file=/etc/kubernetes/pki/sa.key',
        `--service-cluster-ip-range=${SERVICE_CIDR}`,
        '--token-auth-file=/etc/kubernetes/pki/tokens.csv',
      ]),
    ),
    file(
      '/etc/kubernetes/manifests/kube-controller-manager.yaml',
      staticPod(
        'kube-controller-manager',
        '200m',
        '/etc/kubernetes/controller-manager.conf',
        10257,
        '/healthz',
        [
          `--cluster-cidr=${CLUSTER_CIDR}`,
          '--allocate-node-cidrs=true',
          '--kubeconfig=/etc/kubernetes/controller-manager.conf',
          '--leader-elect=true',
          `--service-cluster-ip-range=${SERVICE_CIDR}`,
          '--use-service-account-credentials=true',
        ],
      ),
    ),
    file(
      '/etc/kubernetes/manifests/kube-scheduler.yaml',
      staticPod('kube-scheduler', '100m', '/etc/kubernetes/scheduler.conf', 10259, '/healthz', [
        '--kubeconfig=/etc/kubernetes/scheduler.conf',
        '--leader-elect=true',
      ]),
    ),
  ]
}

const CERTS_UNIT = `[Unit]
Description=The keys that kubeadm init makes
Before=kubelet.service

[Service]
Type=oneshot
ExecStart=/usr/lib/tabernetes/kubeadm-certs /etc/kubernetes/pki

[Install]
WantedBy=multi-user.target
`

const KUBEADM_UNIT = `[Unit]
Description=The last phases of kubeadm init
After=kubelet.service

[Service]
Type=oneshot
ExecStart=/usr/lib/tabernetes/kubeadm-init /etc/kubernetes/super-admin.conf /var/lib/tabernetes/kubeadm.yaml

[Install]
WantedBy=multi-user.target
`

/** A static pod as kubeadm writes it. `mount` is a host path that the component reads. */
function staticPod(
  name: string,
  cpu: string,
  mount: string,
  port: number,
  probe: string,
  flags: readonly string[],
): string {
  const directory = !mount.endsWith('.conf')
  return `apiVersion: v1
kind: Pod
metadata:
  labels:
    component: ${name}
    tier: control-plane
  name: ${name}
  namespace: kube-system
spec:
  containers:
  - command:
    - ${name}
${flags.map((flag) => `    - ${flag}`).join('\n')}
    image: registry.k8s.io/${name}:${KUBERNETES_VERSION}
    imagePullPolicy: IfNotPresent
    livenessProbe:
      failureThreshold: 8
      httpGet:
        path: ${probe}
        port: ${port}
      initialDelaySeconds: 10
      periodSeconds: 10
      timeoutSeconds: 15
    name: ${name}
    resources:
      requests:
        cpu: ${cpu}
    volumeMounts:
    - mountPath: ${mount}
      name: config
      readOnly: true
  hostNetwork: true
  priority: 2000001000
  priorityClassName: system-node-critical
  volumes:
  - hostPath:
      path: ${mount}
      type: ${directory ? 'DirectoryOrCreate' : 'FileOrCreate'}
    name: config
status: {}
`
}
