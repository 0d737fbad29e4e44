import type { ChannelFrame } from '../api/remote-command.ts'
import type { Mount, PortMapping } from './cri.ts'

/** Where a shim's bundles are (containerd: runtime/v2). On tmpfs: gone with the power. */
export const bundleOf = (id: string): string => `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${id}`
export const shimSocketOf = (sandboxId: string): string => `/run/containerd/s/${sandboxId}`

/** The pod's side of a shim: what it makes before any container runs. */
export interface SandboxSpec {
  readonly id: string
  readonly hostname: string
  /** Undefined: the host's network. */
  readonly network: { readonly name: string; readonly address: string; readonly gateway: string } | undefined
  readonly pidNamespace: 'pod' | 'container' | 'host'
  /** Ports of the machine that lead into the pod. */
  readonly ports: readonly PortMapping[]
}

/** One process and what it sees, as an OCI bundle's config.json says it. */
export interface ContainerSpec {
  readonly id: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly user: { readonly name: string; readonly uid: number; readonly gid: number }
  readonly terminal: boolean
  readonly stdin: boolean
  readonly stdinOnce: boolean
  /** On the host. */
  readonly root: { readonly path: string; readonly readonly: boolean }
  readonly mounts: readonly Mount[]
  readonly cgroupsPath: string
  readonly memoryLimit: number | undefined
  /** Empty: nobody keeps what it prints. */
  readonly logPath: string
}

export interface TaskState {
  readonly id: string
  readonly pid: number
  readonly running: boolean
  readonly exit: TaskExit | undefined
}

export interface TaskExit {
  readonly status: number
  readonly at: number
  readonly oomKilled: boolean
}

export interface ExecSpec {
  readonly args: readonly string[]
  readonly tty: boolean
  readonly stdin: boolean
}

/** What containerd asks of a shim; each is answered once, exec and attach also stream. */
export type ShimRequest =
  | { readonly id: number; readonly op: 'states' }
  | { readonly id: number; readonly op: 'start'; readonly spec: ContainerSpec }
  | { readonly id: number; readonly op: 'kill'; readonly container: string; readonly signal: string }
  | { readonly id: number; readonly op: 'delete'; readonly container: string }
  | { readonly id: number; readonly op: 'exec'; readonly container: string; readonly exec: ExecSpec }
  | { readonly id: number; readonly op: 'attach'; readonly container: string; readonly stdin: boolean }
  | { readonly id: number; readonly op: 'shutdown' }
  | { readonly stream: number; readonly frame?: ChannelFrame; readonly end?: true; readonly kill?: true }

export type ShimMessage =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly exited: string; readonly exit: TaskExit }
  | { readonly stream: number; readonly frame: ChannelFrame }
  /** The status of the command whose stream ends. */
  | { readonly stream: number; readonly end: number }
