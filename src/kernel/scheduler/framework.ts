import type { PersistentVolume, PersistentVolumeClaim, Pod } from 'kubernetes-types/core/v1'
import type { StorageClass } from 'kubernetes-types/storage/v1'
import type { NodeInfo, PodInfo } from './node-info.ts'

/** Why a node, or every node, will not do. `unresolvable`: no preemption could change it. Reasons are upstream's words. */
export interface Rejection {
  readonly unresolvable: boolean
  readonly reasons: readonly string[]
}

export const unschedulable = (...reasons: string[]): Rejection => ({ unresolvable: false, reasons })
export const unresolvable = (...reasons: string[]): Rejection => ({ unresolvable: true, reasons })

/** All that is known when a pod is scheduled. */
export interface Snapshot {
  readonly nodes: readonly NodeInfo[]
  /** Bytes of an image, as the first node that had it reported them, and how many nodes have it now. */
  imageState(name: string): { readonly bytes: number; readonly nodes: number } | undefined
  /** Labels of a namespace, for selectors of namespaces. */
  namespaceLabels(namespace: string): Readonly<Record<string, string>>
  /** Pods that are to come to a node once their victims are gone. */
  nominated?(node: string): readonly PodInfo[]
  /** Absent: there is nothing of the kind. */
  readonly storage?: Storage
}

/** What volumes there are, for plugins that ask where a pod's data can be had. */
export interface Storage {
  /** By `namespace/name`. */
  claim(key: string): PersistentVolumeClaim | undefined
  volume(name: string): PersistentVolume | undefined
  /** Volumes of a class that nobody has. */
  freeVolumes(className: string): PersistentVolume[]
  storageClass(name: string): StorageClass | undefined
  /** How many volumes a node takes, by driver. */
  volumeLimits(node: string): ReadonlyMap<string, number>
}

/** What plugins keep between their steps, for one pod in one cycle. */
export type CycleState = Map<string, unknown>

/** What `preFilter` may say: only these nodes come into question, none does, or the plugin has nothing to do with this pod. */
export type PreFilterResult = { readonly nodes: ReadonlySet<string> } | Rejection | 'skip' | undefined

export interface Cycle {
  readonly state: CycleState
  readonly info: PodInfo
  readonly pod: Pod
  readonly snapshot: Snapshot
}

/**
 * One plugin of the scheduling framework (kubernetes: pkg/scheduler/framework/interface.go). It returns reasons, in upstream's
 * words, or nothing; every verdict is kept, so that `describe pod` and the page read the same record.
 */
export interface Plugin {
  readonly name: string
  /** Why the pod may not even enter the queue. */
  preEnqueue?(pod: Pod): string | undefined
  preFilter?(cycle: Cycle): PreFilterResult
  filter?(cycle: Cycle, node: NodeInfo): Rejection | undefined
  /** A pod was put on, or taken off, a node to see what would be; `state` follows. */
  addPod?(cycle: Cycle, added: PodInfo, node: NodeInfo): void
  removePod?(cycle: Cycle, removed: PodInfo, node: NodeInfo): void
  preScore?(cycle: Cycle, nodes: readonly NodeInfo[]): 'skip' | undefined
  /** Any number; `normalize` brings all of them to 0..100. */
  score?(cycle: Cycle, node: NodeInfo): number
  normalize?(cycle: Cycle, scores: number[], nodes: readonly NodeInfo[]): number[]
  /** Changes that may make a pod schedulable that this plugin rejected: `Node/Add`, `Pod/Delete` ... (EventsToRegister). */
  readonly events?: readonly string[]
}

export const MAX_SCORE = 100

/** Scale so that the largest becomes 100; `reverse`: the smallest is best (helper.DefaultNormalizeScore). */
export function normalizeToMax(scores: readonly number[], reverse: boolean): number[] {
  const max = Math.max(0, ...scores)
  if (max === 0) return scores.map(() => (reverse ? MAX_SCORE : 0))
  return scores.map((score) => {
    const scaled = Math.trunc((score * MAX_SCORE) / max)
    return reverse ? MAX_SCORE - scaled : scaled
  })
}
