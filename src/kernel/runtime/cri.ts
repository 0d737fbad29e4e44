/**
 * The Container Runtime Interface: the messages between a kubelet and the container runtime of its machine
 * (kubernetes: staging/src/k8s.io/cri-api/pkg/apis/runtime/v1/api.proto). Names are upstream's, times are milliseconds
 * since the Unix epoch. They travel over a unix socket: `{ id, method, params }` is answered by `{ id, result }` or `{ id, error }`;
 * `{ stream, frame }` and `{ stream, end }` belong to an Exec, Attach or GetContainerEvents of that id.
 */
import type { ChannelFrame } from '../api/remote-command.ts'

export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock'

export interface PodSandboxMetadata {
  readonly name: string
  readonly uid: string
  readonly namespace: string
  readonly attempt: number
}

export interface DnsConfig {
  readonly servers: readonly string[]
  readonly searches: readonly string[]
  readonly options: readonly string[]
}

export interface PodSandboxConfig {
  readonly metadata: PodSandboxMetadata
  readonly hostname: string
  /** Directory of the logs of its containers. */
  readonly logDirectory: string
  readonly dnsConfig?: DnsConfig
  readonly portMappings?: readonly PortMapping[]
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly linux: {
    readonly cgroupParent: string
    readonly hostNetwork: boolean
    readonly hostPID: boolean
    readonly sharePID: boolean
    readonly sysctls?: Readonly<Record<string, string>>
    /** Bytes that all containers together may use. */
    readonly memoryLimitInBytes?: number
  }
}

export interface PortMapping {
  readonly protocol: string
  readonly containerPort: number
  readonly hostPort: number
  readonly hostIp?: string
}

export type PodSandboxState = 'SANDBOX_READY' | 'SANDBOX_NOTREADY'

export interface PodSandbox {
  readonly id: string
  readonly metadata: PodSandboxMetadata
  readonly state: PodSandboxState
  readonly createdAt: number
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export interface PodSandboxStatus extends PodSandbox {
  /** Empty for pods of the host's network. */
  readonly network: { readonly ip: string }
  readonly linux: { readonly hostNetwork: boolean }
}

export interface ContainerMetadata {
  readonly name: string
  readonly attempt: number
}

export interface Mount {
  readonly containerPath: string
  readonly hostPath: string
  readonly readonly: boolean
}

export interface LinuxContainerResources {
  /** CPU shares and quota as the kubelet computes them; memory in bytes. */
  readonly cpuShares?: number
  readonly cpuQuota?: number
  readonly memoryLimitInBytes?: number
  readonly oomScoreAdj?: number
}

export interface ContainerConfig {
  readonly metadata: ContainerMetadata
  /** `image` is the image's id (or a reference), `userSpecifiedImage` what the pod said. */
  readonly image: { readonly image: string; readonly userSpecifiedImage: string }
  /** Replaces the image's entry point. */
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly workingDir: string
  readonly envs: readonly { readonly key: string; readonly value: string }[]
  readonly mounts: readonly Mount[]
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Relative to the sandbox's log directory. */
  readonly logPath: string
  readonly stdin: boolean
  readonly stdinOnce: boolean
  readonly tty: boolean
  readonly linux: {
    readonly resources: LinuxContainerResources
    readonly runAsUser?: number
    readonly runAsGroup?: number
    readonly privileged: boolean
    readonly readonlyRootfs: boolean
  }
}

export type ContainerState =
  | 'CONTAINER_CREATED'
  | 'CONTAINER_RUNNING'
  | 'CONTAINER_EXITED'
  | 'CONTAINER_UNKNOWN'

export interface Container {
  readonly id: string
  readonly podSandboxId: string
  readonly metadata: ContainerMetadata
  readonly image: { readonly image: string; readonly userSpecifiedImage: string }
  /** The image's id. */
  readonly imageRef: string
  readonly state: ContainerState
  readonly createdAt: number
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export interface ContainerStatus extends Container {
  /** 0 while it did not happen. */
  readonly startedAt: number
  readonly finishedAt: number
  readonly exitCode: number
  /** `Completed`, `Error`, `OOMKilled`, `StartError`, `Unknown`. */
  readonly reason: string
  readonly message: string
  readonly mounts: readonly Mount[]
  readonly logPath: string
  readonly resources: LinuxContainerResources
  /** The user it runs as. */
  readonly user: { readonly uid: number; readonly gid: number }
  readonly pid: number
}

export interface ContainerStats {
  readonly id: string
  readonly podSandboxId: string
  readonly metadata: ContainerMetadata
  readonly labels: Readonly<Record<string, string>>
  readonly timestamp: number
  readonly memoryBytes: number
  /** Nanoseconds of CPU time used since it started. */
  readonly cpuUsageNanos: number
  readonly writableLayerBytes: number
}

export interface Image {
  readonly id: string
  readonly repoTags: readonly string[]
  readonly repoDigests: readonly string[]
  readonly size: number
  readonly uid?: number
  readonly username: string
  readonly pinned: boolean
}

export interface RuntimeCondition {
  readonly type: 'RuntimeReady' | 'NetworkReady'
  readonly status: boolean
  readonly reason: string
  readonly message: string
}

export type ContainerEventType =
  | 'CONTAINER_CREATED_EVENT'
  | 'CONTAINER_STARTED_EVENT'
  | 'CONTAINER_STOPPED_EVENT'
  | 'CONTAINER_DELETED_EVENT'

export interface ContainerEvent {
  readonly containerId: string
  readonly containerEventType: ContainerEventType
  readonly createdAt: number
  readonly podSandboxStatus: PodSandboxStatus
  /** Of all containers of the pod's sandbox, newest first. */
  readonly containersStatuses: readonly ContainerStatus[]
}

export interface ExecRequest {
  readonly containerId: string
  readonly cmd: readonly string[]
  readonly tty: boolean
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
}

/** The credentials of a registry, from an image pull secret. */
export interface AuthConfig {
  readonly username: string
  readonly password: string
}

type Nothing = Readonly<Record<string, never>>
type Filter = {
  readonly id?: string
  readonly podSandboxId?: string
  readonly labels?: Readonly<Record<string, string>>
}

/** Method by method: what is asked and what is answered. */
export interface CriMethods {
  Version: {
    params: Nothing
    result: { version: string; runtimeName: string; runtimeVersion: string; runtimeApiVersion: string }
  }
  Status: { params: Nothing; result: { conditions: readonly RuntimeCondition[] } }
  UpdateRuntimeConfig: { params: { podCidr: string }; result: Nothing }
  RunPodSandbox: { params: { config: PodSandboxConfig }; result: { podSandboxId: string } }
  StopPodSandbox: { params: { podSandboxId: string }; result: Nothing }
  RemovePodSandbox: { params: { podSandboxId: string }; result: Nothing }
  PodSandboxStatus: { params: { podSandboxId: string }; result: { status: PodSandboxStatus } }
  ListPodSandbox: { params: Filter; result: { items: readonly PodSandbox[] } }
  CreateContainer: {
    params: { podSandboxId: string; config: ContainerConfig; sandboxConfig: PodSandboxConfig }
    result: { containerId: string }
  }
  StartContainer: { params: { containerId: string }; result: Nothing }
  StopContainer: { params: { containerId: string; timeout: number }; result: Nothing }
  RemoveContainer: { params: { containerId: string }; result: Nothing }
  ListContainers: { params: Filter; result: { containers: readonly Container[] } }
  ContainerStatus: { params: { containerId: string }; result: { status: ContainerStatus } }
  ReopenContainerLog: { params: { containerId: string }; result: Nothing }
  ExecSync: {
    params: { containerId: string; cmd: readonly string[]; timeout: number }
    result: { stdout: string; stderr: string; exitCode: number }
  }
  /** Frames follow, both ways. */
  Exec: { params: ExecRequest; result: Nothing }
  Attach: { params: Omit<ExecRequest, 'cmd'>; result: Nothing }
  /** Events follow. */
  GetContainerEvents: { params: Nothing; result: Nothing }
  ContainerStats: { params: { containerId: string }; result: { stats: ContainerStats } }
  ListContainerStats: { params: Filter; result: { stats: readonly ContainerStats[] } }
  PullImage: { params: { image: { image: string }; auth?: AuthConfig }; result: { imageRef: string } }
  ImageStatus: { params: { image: { image: string } }; result: { image?: Image } }
  ListImages: { params: Nothing; result: { images: readonly Image[] } }
  RemoveImage: { params: { image: { image: string } }; result: Nothing }
  ImageFsInfo: { params: Nothing; result: { usedBytes: number; inodesUsed: number; mountpoint: string } }
}

export type CriMethod = keyof CriMethods

/** gRPC's status codes, as far as runtimes use them (grpc: codes/codes.go). */
export type CriCode =
  | 'Unknown'
  | 'InvalidArgument'
  | 'DeadlineExceeded'
  | 'NotFound'
  | 'AlreadyExists'
  | 'FailedPrecondition'
  | 'Unimplemented'
  | 'Unavailable'
  | 'Internal'

/** An error of a runtime; prints as gRPC's errors do. */
export class CriError extends Error {
  readonly code: CriCode
  /** Without the prefix. */
  readonly description: string

  constructor(code: CriCode, description: string) {
    super(`rpc error: code = ${code} desc = ${description}`)
    this.code = code
    this.description = description
  }
}

export interface CriRequest<M extends CriMethod = CriMethod> {
  readonly id: number
  readonly method: M
  readonly params: CriMethods[M]['params']
}

export type CriMessage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly code: CriCode; readonly message: string } }
  | { readonly stream: number; readonly frame: ChannelFrame | ContainerEvent }
  | { readonly stream: number; readonly end: true }
