import type { ImageConfig } from './images/image.ts'

export const ROOT = '/var/lib/containerd'
/** Where containerd keeps what it knows of images. */
export const IMAGES = `${ROOT}/io.containerd.grpc.v1.cri/images`
/** Where it unpacks them. */
export const SNAPSHOTS = `${ROOT}/io.containerd.snapshotter.v1.overlayfs/snapshots`

/** An image on this machine. */
export interface StoredImage {
  readonly id: string
  readonly repoTags: readonly string[]
  readonly repoDigests: readonly string[]
  readonly size: number
  readonly config: ImageConfig
  /** Its unpacked files. */
  readonly snapshot: string
}

/** Where the record of an image is. */
export const fileOf = (id: string): string => `${IMAGES}/${id.slice('sha256:'.length)}`

/** Where the files of a snapshot are. */
export const snapshotOf = (number: number): string => `${SNAPSHOTS}/${number}/fs`
