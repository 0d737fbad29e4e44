import type { Node, Pod, Taint, Toleration } from 'kubernetes-types/core/v1'
import { keyOf, type KubeObject, type Stored } from '../api/objects.ts'
import { follow, type Controller, type ControllerContext } from '../client/controller.ts'
import { attempt, event, remove, type Writes } from '../client/writes.ts'
import { carryOut } from './background.ts'
import { markDisrupted } from './disruption-target.ts'
import { nodeTaints, tolerates } from './node/taints.ts'
import { podsByNode } from './node-lifecycle.ts'
import type { ControllerOptions } from './options.ts'
import { isTerminal } from './pods.ts'

const NAME = 'taint-eviction-controller'
const FIRST_RETRY_MS = 10
const RETRIES = 5

type StoredPod = Stored<Pod>

interface Eviction {
  readonly since: number
  readonly at: number
  cancel(): void
}

/** Deletes pods from nodes whose NoExecute taints they do not, or no longer, tolerate (kubernetes: pkg/controller/tainteviction). */
export function taintEvictionController(): Controller<ControllerOptions> {
  return {
    name: NAME,
    kinds: ['Pod', 'Node'],
    indexes: { Pod: { node: podsByNode } },
    start: (context) => new TaintEviction(context).start(),
  }
}

class TaintEviction {
  readonly #context: ControllerContext
  #planned = new Map<string, Eviction>()

  constructor(context: ControllerContext) {
    this.#context = context
  }

  start(): void {
    const { informers } = this.#context
    follow(informers, 'Node', ({ type, object, old }) => {
      const taints = type === 'deleted' ? [] : noExecuteTaints(object as Node)
      if (old && sameTaints(taints, noExecuteTaints(old as Node))) return
      for (const pod of informers.byIndex('Pod', 'node', object.metadata.name ?? '')) this.#judge(pod, taints)
    })
    follow(informers, 'Pod', ({ type, object, old }) => {
      const pod = object as StoredPod
      if (type === 'deleted') return this.#forget(keyOf(pod))
      const before = old as Pod | undefined
      if (
        before &&
        before.spec?.nodeName === pod.spec?.nodeName &&
        before.spec?.tolerations === pod.spec?.tolerations &&
        !isTerminal(pod)
      )
        return
      const node = pod.spec?.nodeName ? informers.get('Node', pod.spec.nodeName) : undefined
      if (node) this.#judge(pod, noExecuteTaints(node))
    })
  }

  #forget(key: string): void {
    this.#planned.get(key)?.cancel()
    this.#planned.delete(key)
  }

  /** Plan the pod's deletion, or call it off (processPodOnNode). */
  #judge(pod: StoredPod, taints: readonly Taint[]): void {
    const key = keyOf(pod)
    const planned = this.#planned.get(key)
    const after =
      taints.length && !pod.metadata.deletionTimestamp
        ? evictAfterMs(taints, pod.spec?.tolerations ?? [])
        : undefined
    if (after === undefined) return this.#callOff(pod)
    const { now } = this.#context.os
    if (planned && planned.since + after <= planned.at && planned.at <= now + after) return
    const since = planned?.since ?? now
    planned?.cancel()
    const at = Math.max(now, since + after)
    this.#planned.set(key, {
      since,
      at,
      cancel: this.#context.os.after(at - now, () => this.#delete(key, pod.metadata.uid, 0)),
    })
  }

  #callOff(pod: StoredPod): void {
    const key = keyOf(pod)
    if (!this.#planned.has(key)) return
    this.#forget(key)
    const message = `Cancelling deletion of Pod ${key}`
    this.#context.recorder.event(pod as KubeObject, 'Normal', 'TaintManagerEviction', message)
  }

  #delete(key: string, uid: string, failures: number): void {
    const { informers, os } = this.#context
    const pod = informers.get('Pod', key)
    if (!pod || pod.metadata.uid !== uid) return this.#forget(key)
    carryOut(this.#context, NAME, deletion(pod, os.clock, failures === 0), (error) => {
      if (!error) this.#planned.delete(key)
      else if (failures < RETRIES)
        os.after(FIRST_RETRY_MS * 2 ** failures, () => this.#delete(key, uid, failures + 1))
    })
  }
}

function* deletion(pod: StoredPod, now: number, first: boolean): Writes {
  if (first)
    yield event(pod as KubeObject, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${keyOf(pod)}`)
  if (!isTerminal(pod)) {
    const why = 'Taint manager: deleting due to NoExecute taint'
    const { error } = yield* attempt(markDisrupted(pod, 'DeletionByTaintManager', why, now))
    if (error && error.code !== 404) throw error
  }
  const { error } = yield* attempt(remove(pod as KubeObject))
  if (error && error.code !== 404) throw error
}

export const noExecuteTaints = (node: Pick<Node, 'spec'>): Taint[] =>
  nodeTaints(node).filter(({ effect }) => effect === 'NoExecute')

const sameTaints = (a: readonly Taint[], b: readonly Taint[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

/** Milliseconds until a pod must go; undefined when it may stay for ever (getMinTolerationTime). */
export function evictAfterMs(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): number | undefined {
  const used: Toleration[] = []
  for (const taint of taints) {
    const toleration = tolerations.find((candidate) => tolerates(candidate, taint))
    if (!toleration) return 0
    used.push(toleration)
  }
  const seconds = used.flatMap(({ tolerationSeconds }) =>
    tolerationSeconds === undefined ? [] : [tolerationSeconds],
  )
  return seconds.length ? Math.max(0, Math.min(...seconds)) * 1000 : undefined
}
