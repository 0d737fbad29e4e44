/** What a cluster is made of, as a learner would say it. Plain data: part of a session. */
export interface ClusterSpec {
  readonly seed: number
  /** Number of etcd members: 1, 3 or 5. */
  readonly etcd: number
  readonly nodes: number
  readonly nodeCpus: number
  /** Bytes. */
  readonly nodeMemory: number
  /** Pods a node takes at most (kubelet maxPods). */
  readonly maxPods: number
  /** True to keep a machine that watches everything for the page (the laptop's dashboard). */
  readonly dashboard: boolean
  /** The machines' wall clock at virtual time 0, in milliseconds since the Unix epoch; 2026-01-01T00:00:00Z when left out. */
  readonly epochMs?: number
}

export const defaultCluster: ClusterSpec = {
  seed: 1,
  etcd: 3,
  nodes: 3,
  nodeCpus: 4,
  nodeMemory: 8 * 1024 ** 3,
  maxPods: 110,
  dashboard: true,
}

export type Role = 'laptop' | 'etcd' | 'control-plane' | 'node'

export interface Placed {
  readonly name: string
  readonly role: Role
  readonly address: string
  /** Counts within its role, from 1. */
  readonly index: number
}

/** The learner's machine, which also knows the names of the LAN. */
export const LAPTOP = '192.168.64.2'
export const CONTROL_PLANE = '192.168.64.10'
export const KUBERNETES_VERSION = 'v1.32.13'
export const COREDNS_VERSION = 'v1.11.3'
export const SERVICE_CIDR = '10.96.0.0/12'
export const CLUSTER_CIDR = '10.244.0.0/16'
export const CLUSTER_DNS = '10.96.0.10'

/** Every machine with its place on the LAN 192.168.64.0/20, in the order the page draws them. */
export function addressesOf(spec: ClusterSpec): Placed[] {
  const placed: Placed[] = [
    { name: 'laptop', role: 'laptop', address: LAPTOP, index: 1 },
    { name: 'control-plane', role: 'control-plane', address: CONTROL_PLANE, index: 1 },
  ]
  for (let i = 1; i <= spec.etcd; i++)
    placed.push({ name: `etcd-${i}`, role: 'etcd', address: `192.168.64.${20 + i}`, index: i })
  for (let i = 1; i <= spec.nodes; i++) {
    const host = 100 + i
    placed.push({
      name: `node-${i}`,
      role: 'node',
      address: `192.168.${64 + (host >> 8)}.${host & 255}`,
      index: i,
    })
  }
  return placed
}

/** The pods' addresses on a machine: the control plane has 10.244.0.0/24, node-i the i-th. */
export const podCidrOf = (index: number): string => `10.244.${index}.0/24`
