import type { Pod } from 'kubernetes-types/core/v1'
import { keyOf } from '../api/objects.ts'
import { podInfo, type PodInfo } from './node-info.ts'

const nobody: readonly PodInfo[] = []

/** Which pods wait for room on which node (kubernetes: pkg/scheduler/backend/queue/nominator.go). */
export class Nominations {
  readonly #nodes = new Map<string, string>()
  readonly #pods = new Map<string, PodInfo[]>()

  /** No node: the pod waits for none. */
  set(pod: Pod, node: string | undefined): void {
    const key = keyOf(pod)
    this.delete(key)
    if (!node) return
    this.#nodes.set(key, node)
    this.#pods.set(node, [...(this.#pods.get(node) ?? []), podInfo(pod)])
  }

  delete(key: string): void {
    const node = this.#nodes.get(key)
    if (node === undefined) return
    this.#nodes.delete(key)
    const left = (this.#pods.get(node) ?? []).filter((info) => info.key !== key)
    if (left.length) this.#pods.set(node, left)
    else this.#pods.delete(node)
  }

  of(node: string): readonly PodInfo[] {
    return this.#pods.get(node) ?? nobody
  }
}
