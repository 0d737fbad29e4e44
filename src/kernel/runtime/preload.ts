import type { DiskEntry } from '../host/disk.ts'
import { coredns } from './images/coredns.ts'
import { kubernetesImages } from './images/kubernetes.ts'
import { pause } from './images/pause.ts'
import { manifestOf } from './manifest.ts'
import { parseReference, printReference, repositoryOf } from './reference.ts'
import { fileOf, snapshotOf, type StoredImage } from './stored-image.ts'

/** What may lie on a fresh machine: not the whole catalogue, which the page would have to load before anything else. */
const catalogue = [pause, coredns, ...kubernetesImages]

/** The files that pulls of these images would have left on a machine's disk, for machines that had them before they were switched on. */
export function preload(references: readonly string[], mtime: number): DiskEntry[] {
  return references.flatMap((text, i) => {
    const reference = parseReference(text)
    if (typeof reference === 'string') throw new Error(`${text}: ${reference}`)
    const snapshot = snapshotOf(i + 1)
    const repository = repositoryOf(reference)
    const known = catalogue.find(({ repositories }) => repositories.includes(repository))
    if (!known) throw new Error(`${text} is not an image that machines have from the start`)
    const { id, digest, size, config, files } = manifestOf(known, reference)
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
