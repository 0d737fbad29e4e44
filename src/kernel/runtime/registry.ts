import { images } from './images/index.ts'
import { hasTag, type CatalogImage } from './images/image.ts'
import { manifestOf, type Manifest } from './manifest.ts'
import { printReference, repositoryOf, type Reference } from './reference.ts'
import { CriError } from './cri.ts'

/** Registries that exist; each answers for the repositories of the catalogue that begin with its name. */
const KNOWN_REGISTRIES = new Set(
  images.flatMap(({ repositories }) => repositories.map((name) => name.slice(0, name.indexOf('/')))),
)

const byRepository = new Map<string, CatalogImage>(
  images.flatMap((image) => image.repositories.map((name) => [name, image] as const)),
)

/** Look a reference up, as the registries of the world would answer. Throws CriError in containerd's words. */
export function resolve(reference: Reference): Manifest {
  const name = printReference(reference)
  const repository = repositoryOf(reference)
  const fail = (code: 'Unknown' | 'NotFound', why: string): never => {
    throw new CriError(
      code,
      `failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${why}`,
    )
  }
  if (!KNOWN_REGISTRIES.has(reference.domain)) {
    const url = `https://${reference.domain}/v2/${reference.path}/manifests/${reference.tag ?? reference.digest ?? 'latest'}`
    return fail(
      'Unknown',
      `failed to do request: Head "${url}": dial tcp: lookup ${reference.domain.replace(/:\d+$/, '')}: no such host`,
    )
  }
  const image = byRepository.get(repository)
  if (!image && reference.domain === 'docker.io') {
    return fail(
      'Unknown',
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    )
  }
  const tag = reference.tag ?? 'latest'
  if (!image || (!reference.digest && !hasTag(image, tag))) return fail('NotFound', `${name}: not found`)
  return manifestOf(image, reference)
}
