import type { Os } from '../host/program.ts'
import { sleep, type Sys } from '../host/sys.ts'
import { until } from '../host/task.ts'
import { CriError, type Image } from './cri.ts'
import { parseReference, printReference, repositoryOf, type Reference } from './reference.ts'
import type { Manifest } from './manifest.ts'
import { resolve } from './registry.ts'
import { fileOf, IMAGES, ROOT, SNAPSHOTS, snapshotOf, type StoredImage } from './stored-image.ts'

/** What a pull moves in a second, over a link that all pulls of a machine share. */
const BYTES_PER_MS = 40_000
const RESOLVE_MS = 350
const CHUNKS = 8

/** The images on a machine's disk, and what fetches more of them. */
export class ImageStore {
  readonly #os: Os
  #images = new Map<string, StoredImage>()
  #pulls = new Map<string, ((outcome: { id: string } | { error: unknown }) => void)[]>()
  #nextSnapshot = 1
  /** When the link is free again. */
  #busyUntil = 0

  constructor(os: Os) {
    this.#os = os
    os.fs.mkdir(IMAGES, { recursive: true })
    os.fs.mkdir(SNAPSHOTS, { recursive: true })
    for (const name of os.fs.list(IMAGES)) {
      const image = JSON.parse(os.fs.read(`${IMAGES}/${name}`)) as StoredImage
      this.#images.set(image.id, image)
    }
    for (const name of os.fs.list(SNAPSHOTS))
      this.#nextSnapshot = Math.max(this.#nextSnapshot, Number(name) + 1)
  }

  get all(): StoredImage[] {
    return [...this.#images.values()]
  }

  /** By id (with or without `sha256:`), tag or digest. */
  find(name: string): StoredImage | undefined {
    const id = name.startsWith('sha256:') ? name : `sha256:${name}`
    const byId = this.#images.get(id)
    if (byId) return byId
    const reference = parseReference(name)
    if (typeof reference === 'string') return undefined
    const full = reference.digest
      ? `${repositoryOf(reference)}@${reference.digest}`
      : printReference(reference)
    return this.all.find(({ repoTags, repoDigests }) => repoTags.includes(full) || repoDigests.includes(full))
  }

  /** Fetch an image and unpack it; whoever asks for the same one meanwhile waits for the same pull. Gives its id. */
  *pull(name: string): Sys<string> {
    const reference = parseReference(name)
    if (typeof reference === 'string')
      throw new CriError('InvalidArgument', `failed to parse image reference "${name}": ${reference}`)
    const full = printReference(reference)
    const waiting = this.#pulls.get(full)
    if (waiting) {
      return yield* until<string>('pull', (resume, fail) => {
        waiting.push((outcome) => ('error' in outcome ? fail(outcome.error) : resume(outcome.id)))
      })
    }
    this.#pulls.set(full, [])
    const settle = (outcome: { id: string } | { error: unknown }) => {
      const others = this.#pulls.get(full) ?? []
      this.#pulls.delete(full)
      for (const other of others) other(outcome)
    }
    try {
      const id = yield* this.#fetch(reference, full)
      settle({ id })
      return id
    } catch (error) {
      settle({ error })
      throw error
    }
  }

  remove(name: string): void {
    const image = this.find(name)
    if (!image) return
    this.#images.delete(image.id)
    this.#os.fs.remove(fileOf(image.id))
    this.#os.fs.remove(image.snapshot.slice(0, -'/fs'.length), { recursive: true })
  }

  /** A writable layer over an image's files. */
  newSnapshot(image: StoredImage): string {
    const directory = `${SNAPSHOTS}/${this.#nextSnapshot++}`
    this.#os.fs.mkdir(directory)
    this.#os.fs.clone(image.snapshot, `${directory}/fs`)
    return `${directory}/fs`
  }

  removeSnapshot(snapshot: string): void {
    const directory = snapshot.slice(0, -'/fs'.length)
    if (this.#os.fs.exists(directory)) this.#os.fs.remove(directory, { recursive: true })
  }

  get usage(): { usedBytes: number; inodesUsed: number; mountpoint: string } {
    const usedBytes = this.all.reduce((sum, { size }) => sum + size, 0)
    return { usedBytes, inodesUsed: this.#images.size, mountpoint: ROOT }
  }

  *#fetch(reference: Reference, full: string): Sys<string> {
    yield* sleep(RESOLVE_MS)
    const manifest = resolve(reference)
    const present = this.#images.get(manifest.id)
    if (!present) yield* this.#download(full, manifest.size)
    const digest = `${repositoryOf(reference)}@${manifest.digest}`
    const tags =
      reference.tag || !reference.digest ? [`${repositoryOf(reference)}:${reference.tag ?? 'latest'}`] : []
    for (const tag of tags) this.#untag(tag, manifest.id)
    const old = this.#images.get(manifest.id)
    this.#save({
      id: manifest.id,
      size: manifest.size,
      config: manifest.config,
      snapshot: old?.snapshot ?? this.#unpack(manifest),
      repoTags: [...new Set([...(old?.repoTags ?? []), ...tags])],
      repoDigests: [...new Set([...(old?.repoDigests ?? []), digest])],
    })
    return manifest.id
  }

  /** Pulls queue for the machine's link; progress is told to whoever looks on. */
  *#download(image: string, total: number): Sys<void> {
    for (let chunk = 1; chunk <= CHUNKS; chunk++) {
      const start = Math.max(this.#os.now, this.#busyUntil)
      this.#busyUntil = start + Math.ceil(total / CHUNKS / BYTES_PER_MS)
      yield* sleep(this.#busyUntil - this.#os.now)
      this.#os.observe({
        type: 'pull-progress',
        image,
        done: Math.floor((total * chunk) / CHUNKS),
        total,
      } as { type: string })
    }
  }

  #unpack({ files }: Manifest): string {
    const directory = snapshotOf(this.#nextSnapshot++)
    this.#os.fs.mkdir(directory, { recursive: true })
    const mtime = this.#os.clock
    this.#os.fs.unpack(
      directory,
      files.map((entry) => ({ mtime, ...entry })),
    )
    return directory
  }

  /** A tag names one image: when it moves, the other one loses it. */
  #untag(tag: string, id: string): void {
    for (const image of this.all) {
      if (image.id !== id && image.repoTags.includes(tag))
        this.#save({ ...image, repoTags: image.repoTags.filter((other) => other !== tag) })
    }
  }

  #save(image: StoredImage): void {
    this.#images.set(image.id, image)
    this.#os.fs.write(fileOf(image.id), JSON.stringify(image))
  }
}

/** As CRI shows it. */
export function criImage({ id, repoTags, repoDigests, size, config }: StoredImage): Image {
  const user = config.user?.split(':')[0] ?? ''
  return {
    id,
    repoTags,
    repoDigests,
    size,
    ...(/^\d+$/.test(user) ? { uid: Number(user), username: '' } : { username: user }),
    pinned: repoTags.some((tag) => tag.includes('/pause:')),
  }
}
