import { controlPlaneFiles } from './presets/control-plane.ts'
import { etcdFiles } from './presets/etcd.ts'
import { laptopFiles } from './presets/laptop.ts'
import { nodeFiles } from './presets/node.ts'
import { baseFiles } from './presets/base.ts'
import { EPOCH_MS, type MachineSpec } from './host/linux.ts'
import {
  addressesOf,
  COREDNS_VERSION,
  KUBERNETES_VERSION,
  type ClusterSpec,
  type Role,
} from './presets/cluster-spec.ts'
import { preload } from './runtime/preload.ts'

export { defaultCluster, type ClusterSpec } from './presets/cluster-spec.ts'

const GIB = 1024 ** 3

/** The machines of a fresh cluster, with the disks that a binary installation of etcd and a kubeadm one of the rest would leave. */
export function machinesOf(spec: ClusterSpec): MachineSpec[] {
  return addressesOf(spec).map(({ name, role, address, index }) => {
    const files =
      role === 'laptop'
        ? laptopFiles(spec)
        : role === 'etcd'
          ? etcdFiles(spec, name, address)
          : role === 'control-plane'
            ? controlPlaneFiles(spec, name, address)
            : nodeFiles(spec, name, address, index)
    const worker = role === 'node'
    return {
      name,
      cpus: worker ? spec.nodeCpus : 2,
      memory: worker ? spec.nodeMemory : 4 * GIB,
      disk: [...baseFiles(spec, name, address), ...files, ...imagesOf(role, spec.epochMs)],
      epochMs: spec.epochMs,
    }
  })
}

/** What `kubeadm config images pull` has left on a machine. */
function imagesOf(role: Role, epochMs = EPOCH_MS) {
  const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']
  if (role !== 'control-plane' && role !== 'node') return []
  const own = role === 'control-plane' ? components : []
  const names = [
    'pause:3.10',
    `coredns/coredns:${COREDNS_VERSION}`,
    ...own.map((name) => `${name}:${KUBERNETES_VERSION}`),
  ]
  return preload(
    names.map((name) => `registry.k8s.io/${name}`),
    epochMs,
  )
}
