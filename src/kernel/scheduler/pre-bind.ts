import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1'
import type { ApiClient, ApiOutcome } from '../client/api-client.ts'
import type { Os } from '../host/program.ts'
import { isBound, type BindingPlan } from './plugins/volume-binding.ts'
import { claimType, volumeType, type StorageView } from './storage-view.ts'

/** Arguments of VolumeBinding: BindTimeoutSeconds. */
const TIMEOUT_MS = 600_000
const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller'
const SELECTED_NODE = 'volume.kubernetes.io/selected-node'

interface Waiting {
  readonly claims: readonly string[]
  done(error: string | undefined): void
}

/** Pods that have a node wait here until their volumes are bound (kubernetes: volumebinding PreBind). */
export class PreBind {
  readonly #os: Os
  readonly #client: ApiClient
  readonly #storage: StorageView
  readonly #waiting = new Set<Waiting>()

  constructor(os: Os, client: ApiClient, storage: StorageView) {
    this.#os = os
    this.#client = client
    this.#storage = storage
  }

  /** Carry out a plan; `done` is told when all claims are bound, or why not. */
  run(plan: BindingPlan, node: string, done: (error: string | undefined) => void): void {
    const claims = [...plan.bind.map(({ claim }) => keyOf(claim)), ...plan.provision.map(keyOf)]
    let told = false
    const waiting: Waiting = {
      claims,
      done: (error) => {
        if (told) return
        told = true
        this.#waiting.delete(waiting)
        if (error) for (const { volume } of plan.bind) this.#storage.release(volume.metadata?.name ?? '')
        done(error)
      },
    }
    this.#waiting.add(waiting)
    const wrote = (outcome: ApiOutcome) => {
      if (outcome.error || outcome.status >= 300) waiting.done('binding volumes: the API server refused')
    }
    for (const { claim, volume } of plan.bind) this.#bind(claim, volume, wrote)
    for (const claim of plan.provision) this.#provision(claim, node, wrote)
    this.#os.after(TIMEOUT_MS, () => waiting.done('binding volumes: context deadline exceeded'))
  }

  /** Something about claims has changed. */
  look(): void {
    for (const waiting of [...this.#waiting]) {
      const claims = waiting.claims.map((key) => this.#storage.claim(key))
      if (claims.every((claim) => claim && isBound(claim))) waiting.done(undefined)
    }
  }

  #bind(claim: PersistentVolumeClaim, volume: PersistentVolume, wrote: (outcome: ApiOutcome) => void): void {
    const { namespace, name, uid, resourceVersion } = claim.metadata ?? {}
    this.#storage.reserve(volume.metadata?.name ?? '', keyOf(claim))
    const claimRef = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      namespace,
      name,
      uid,
      resourceVersion,
    }
    const annotations = { ...volume.metadata?.annotations, [BOUND_BY_CONTROLLER]: 'yes' }
    const reserved = {
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: { ...volume.spec, claimRef },
    }
    this.#client.update(volumeType, reserved as never, wrote)
  }

  #provision(claim: PersistentVolumeClaim, node: string, wrote: (outcome: ApiOutcome) => void): void {
    const annotations = { ...claim.metadata?.annotations, [SELECTED_NODE]: node }
    this.#client.update(claimType, { ...claim, metadata: { ...claim.metadata, annotations } } as never, wrote)
  }
}

const keyOf = ({ metadata }: PersistentVolumeClaim): string => `${metadata?.namespace}/${metadata?.name}`
