import type { DiskEntry } from '../host/disk.ts'
import { fileOf, snapshotOf, type StoredImage } from './image-store.ts'
import { parseReference, printReference, repositoryOf } from './reference.ts'
import { resolve } from './registry.ts'

/** The files that pulls of these images would have left on a machine's disk, for machines that had them before they were switched on. */
export function preload(references: readonly string[], mtime: number): DiskEntry[] {
  return references.flatMap((text, i) => {
    const reference = parseReference(text)
    if (typeof reference === 'string') throw new Error(`${text}: ${reference}`)
    const { id, digest, size, config, files } = resolve(reference)
    const snapshot = snapshotOf(i + 1)
    const repository = repositoryOf(reference)
    const image: StoredImage = {
      id,
      size,
      config,
      snapshot,
      repoTags: [printReference(reference)],
      repoDigests: [`${repository}@${digest}`],
    }
    return [
      { path: fileOf(id), data: JSON.stringify(image), mtime },
      { path: snapshot, kind: 'directory' as const, mtime },
      ...files.map((file) => ({ mtime, ...file, path: snapshot + file.path })),
    ]
  })
}
