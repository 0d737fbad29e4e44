import type { Container } from 'kubernetes-types/core/v1'
import { goQuote } from '../api/go-quote.ts'
import { printDurationMs } from '../api/duration.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { until } from '../host/task.ts'
import { CriError, type AuthConfig } from '../runtime/cri.ts'
import type { CriClient } from '../runtime/cri-client.ts'
import { imageTag } from '../api/kinds/pod/image-name.ts'
import { KeyedBackoff } from './backoff.ts'
import type { KubeletPod } from './types.ts'

/** A container cannot start; `reason` is what its status shows. */
export class StartError extends Error {
  readonly reason: string

  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}

export type Tell = (type: 'Normal' | 'Warning', reason: string, message: string) => void

const BACKOFF_MS = 10_000
const MAX_BACKOFF_MS = 300_000

/** Sees to it that images are there (kubernetes: pkg/kubelet/images/image_manager.go). */
export class ImagePuller {
  readonly #os: Os
  readonly #cri: CriClient
  readonly #serial: boolean
  readonly #backoff: KeyedBackoff
  #busy = false
  #queue: (() => void)[] = []
  #lastError = new Map<string, string>()

  constructor(os: Os, cri: CriClient, serial: boolean) {
    this.#os = os
    this.#cri = cri
    this.#serial = serial
    this.#backoff = new KeyedBackoff(os, BACKOFF_MS, MAX_BACKOFF_MS)
  }

  /** Milliseconds until a failed pull is tried again. */
  retryIn(pod: KubeletPod, { image = '' }: Container): number {
    return this.#backoff.remainingSinceUpdate(keyOf(pod, image))
  }

  forget({ metadata: { uid } }: KubeletPod): void {
    this.#backoff.forget(`${uid}_`)
  }

  /** Gives the image's id. Throws StartError. */
  *ensure(pod: KubeletPod, container: Container, auth: AuthConfig | undefined, tell: Tell): Sys<string> {
    const { image: named = '', imagePullPolicy = 'IfNotPresent' } = container
    const tag = imageTag(named)
    if (tag === '' && !named.includes('@')) {
      const why =
        named.toLowerCase() === named ? 'invalid reference format' : 'repository name must be lowercase'
      const message = `Failed to apply default image tag ${goQuote(named)}: couldn't parse image name ${goQuote(named)}: invalid reference format${why.startsWith('rep') ? `: ${why}` : ''}`
      tell('Warning', 'InspectFailed', message)
      throw new StartError('InvalidImageName', message)
    }
    const image = tag === 'latest' && !named.endsWith(':latest') ? `${named}:latest` : named
    const { image: present } = yield* this.#cri.call('ImageStatus', { image: { image } })
    if (imagePullPolicy === 'Never' || (imagePullPolicy === 'IfNotPresent' && present)) {
      if (present) {
        tell('Normal', 'Pulled', `Container image ${goQuote(named)} already present on machine`)
        return present.id
      }
      const message = `Container image ${goQuote(named)} is not present with pull policy of Never`
      tell('Warning', 'ErrImageNeverPull', message)
      throw new StartError('ErrImageNeverPull', message)
    }
    return yield* this.#pull(pod, named, image, auth, tell)
  }

  *#pull(
    pod: KubeletPod,
    named: string,
    image: string,
    auth: AuthConfig | undefined,
    tell: Tell,
  ): Sys<string> {
    const key = keyOf(pod, named)
    if (this.#backoff.remainingSinceUpdate(key) > 0) {
      const message = `Back-off pulling image ${goQuote(named)}`
      tell('Normal', 'BackOff', message)
      throw new StartError('ImagePullBackOff', `${message}: ErrImagePull: ${this.#lastError.get(key) ?? ''}`)
    }
    tell('Normal', 'Pulling', `Pulling image ${goQuote(named)}`)
    const asked = this.#os.now
    if (this.#serial) yield* this.#turn()
    const began = this.#os.now
    try {
      const { imageRef } = yield* this.#cri.call('PullImage', { image: { image }, ...(auth ? { auth } : {}) })
      const { image: pulled } = yield* this.#cri.call('ImageStatus', { image: { image: imageRef } })
      const took = `${printDurationMs(this.#os.now - began)} (${printDurationMs(this.#os.now - asked)} including waiting)`
      tell(
        'Normal',
        'Pulled',
        `Successfully pulled image ${goQuote(named)} in ${took}. Image size: ${pulled?.size ?? 0} bytes.`,
      )
      this.#lastError.delete(key)
      return imageRef
    } catch (error) {
      if (!(error instanceof CriError)) throw error
      // kubernetes: pkg/kubelet/cri/remote/remote_image.go drops the code that says nothing.
      const why = error.code === 'Unknown' ? error.description : error.message
      tell('Warning', 'Failed', `Failed to pull image ${goQuote(named)}: ${why}`)
      this.#backoff.next(key, this.#os.clock)
      this.#lastError.set(key, why)
      throw new StartError('ErrImagePull', why)
    } finally {
      if (this.#serial) this.#done()
    }
  }

  /** Pulls of a node come one after another (serializeImagePulls). */
  *#turn(): Sys<void> {
    if (this.#busy) yield* until<void>('turn', (resume) => void this.#queue.push(resume))
    this.#busy = true
  }

  #done(): void {
    this.#busy = false
    const next = this.#queue.shift()
    if (next) {
      this.#busy = true
      this.#os.after(0, next)
    }
  }
}

const keyOf = ({ metadata: { uid } }: KubeletPod, image: string): string => `${uid}_${image}`
