import { versionOf, type CatalogImage, type ImageContents } from './images/image.ts'
import { digestOf, type Reference } from './reference.ts'

/** An image as a registry hands it out. */
export interface Manifest extends ImageContents {
  /** Of the config: the image's id. */
  readonly id: string
  /** Of the manifest. */
  readonly digest: string
}

/** What a registry hands out for a tag or digest of an image. */
export function manifestOf(image: CatalogImage, reference: Reference): Manifest {
  const tag = reference.tag ?? 'latest'
  const contents = image.contents(tag, versionOf(image, tag))
  const base = image.repositories[0]
  const id = `${base}@${versionOf(image, tag)}${tag.replace(/^[\d.v]+/, '').replace(/^latest$/, '')}`
  return { ...contents, id: digestOf(`config ${id}`), digest: reference.digest ?? digestOf(`manifest ${id}`) }
}
