import type { DiskEntry } from '../host/disk.ts'
import { file, program, service } from './base.ts'
import { CLUSTER_CIDR, CLUSTER_DNS, podCidrOf, type ClusterSpec } from './cluster-spec.ts'
import { kubeconfig, kubeletUser, PROXY } from './kubeconfig.ts'

/** A worker: containerd, kubelet and kube-proxy under systemd. */
export function nodeFiles(spec: ClusterSpec, name: string, address: string, index: number): DiskEntry[] {
  return [...kubeletFiles(spec, name, address, podCidrOf(index), ''), ...proxyFiles(spec, name)]
}

/** What leads a machine's connections to services. */
export const proxyFiles = (spec: ClusterSpec, name: string): DiskEntry[] => [
  program('/usr/local/bin/kube-proxy', 'kube-proxy'),
  file('/var/lib/kube-proxy/kubeconfig.conf', kubeconfig(spec.seed, PROXY), 0o600),
  ...service('kube-proxy', proxyUnit(name)),
]

/** Everything a kubelet needs, on workers and on the control plane. */
export function kubeletFiles(
  spec: ClusterSpec,
  name: string,
  address: string,
  podCidr: string,
  taints: string,
): DiskEntry[] {
  return [
    program('/usr/bin/containerd', 'containerd'),
    program('/usr/bin/containerd-shim-runc-v2', 'containerd-shim-runc-v2'),
    program('/usr/bin/crictl', 'crictl'),
    program('/usr/bin/kubelet', 'kubelet'),
    program('/usr/bin/kubectl', 'kubectl'),
    file('/etc/crictl.yaml', 'runtime-endpoint: unix:///run/containerd/containerd.sock\n'),
    file('/etc/cni/net.d/10-bridge.conflist', conflist(podCidr)),
    file('/etc/kubernetes/kubelet.conf', kubeconfig(spec.seed, kubeletUser(name)), 0o600),
    file('/var/lib/kubelet/config.yaml', kubeletConfig(spec)),
    file(
      '/var/lib/kubelet/kubeadm-flags.env',
      `KUBELET_KUBEADM_ARGS="--node-ip=${address} --hostname-override=${name}${taints}"\n`,
    ),
    { path: '/etc/kubernetes/manifests', kind: 'directory' },
    ...service('containerd', CONTAINERD_UNIT),
    ...service('kubelet', KUBELET_UNIT),
  ]
}

const conflist = (subnet: string): string =>
  `${JSON.stringify(
    {
      cniVersion: '1.0.0',
      name: 'cbr0',
      plugins: [
        {
          type: 'bridge',
          bridge: 'cni0',
          isGateway: true,
          ipMasq: true,
          ipam: { type: 'host-local', ranges: [[{ subnet }]], routes: [{ dst: '0.0.0.0/0' }] },
        },
        { type: 'portmap', capabilities: { portMappings: true } },
      ],
    },
    null,
    2,
  )}\n`

const kubeletConfig = (spec: ClusterSpec): string => `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
clusterDNS:
- ${CLUSTER_DNS}
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
maxPods: ${spec.maxPods}
staticPodPath: /etc/kubernetes/manifests
`

const CONTAINERD_UNIT = `[Unit]
Description=containerd container runtime
After=network.target

[Service]
ExecStart=/usr/bin/containerd
Restart=always
RestartSec=5s

[Install]
WantedBy=multi-user.target
`

const KUBELET_UNIT = `[Unit]
Description=kubelet: The Kubernetes Node Agent
After=containerd.service

[Service]
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
ExecStart=/usr/bin/kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml $KUBELET_KUBEADM_ARGS
Restart=always
RestartSec=10s
StartLimitIntervalSec=0

[Install]
WantedBy=multi-user.target
`

const proxyUnit = (name: string): string => `[Unit]
Description=Kubernetes Kube-Proxy
After=network.target

[Service]
ExecStart=/usr/local/bin/kube-proxy --kubeconfig=/var/lib/kube-proxy/kubeconfig.conf --cluster-cidr=${CLUSTER_CIDR} --hostname-override=${name}
Restart=always
RestartSec=5s

[Install]
WantedBy=multi-user.target
`
