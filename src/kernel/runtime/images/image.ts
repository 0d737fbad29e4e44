import type { DiskEntry } from '../../host/disk.ts'

/** What an image's config says (opencontainers: image-spec/config.md). */
export interface ImageConfig {
  readonly entrypoint?: readonly string[]
  readonly cmd?: readonly string[]
  /** `NAME=value`. */
  readonly env?: readonly string[]
  /** `80/tcp`. */
  readonly exposedPorts?: readonly string[]
  /** A name, a number or `user:group`; empty is root. */
  readonly user?: string
  readonly workingDir?: string
  readonly stopSignal?: string
}

/** One version of an image. */
export interface ImageContents {
  /** Compressed bytes, what a pull moves. */
  readonly size: number
  readonly config: ImageConfig
  readonly files: readonly DiskEntry[]
}

/** Repositories that hold the same software, and what each tag of them contains. */
export interface CatalogImage {
  /** Full names: `docker.io/library/nginx`. */
  readonly repositories: readonly string[]
  /** The newest version there is, `1.29.4`: older ones exist too, newer ones do not. */
  readonly newest: string
  /** Tags beside versions, `latest` and variants. */
  readonly tags?: readonly string[]
  /** `version` is the tag's version, or the newest. */
  contents(tag: string, version: string): ImageContents
}

const VARIANT =
  /^(alpine|slim|bookworm|bullseye|trixie|buster|perl|otel|glibc|musl|uclibc|jdk|jre|jdk-?\d+|jre-?\d+|openjdk|temurin|corretto|noble|jammy|oracle|management|dev|rc|beta|alpha|eksbuild|ubi|debian|ubuntu|focal|open|unprivileged|scratch|minimal)/

/** Whether a repository has a tag. Versions count up to the newest; what follows a version must look like a variant. */
export function hasTag(image: CatalogImage, tag: string): boolean {
  if (tag === 'latest' || image.tags?.includes(tag)) return true
  const { version, rest } = splitTag(tag)
  if (rest.some((word) => !VARIANT.test(word) && !/^\d+(\.\d+)*$/.test(word))) return false
  if (!version) return rest.length > 0 && VARIANT.test(rest[0])
  return !isNewer(version, image.newest)
}

/** The version a tag stands for; shortened ones stand for the newest that begins so. */
export function versionOf(image: CatalogImage, tag: string): string {
  const { version } = splitTag(tag)
  if (!version || image.newest === version || image.newest.startsWith(`${version}.`)) return image.newest
  const parts = version.split('.')
  while (parts.length < image.newest.split('.').length) parts.push('0')
  return parts.join('.')
}

function splitTag(tag: string): { version: string; rest: string[] } {
  const [, version = '', rest = ''] = /^v?(\d+(?:\.\d+)*)?(.*)$/.exec(tag) ?? []
  return { version, rest: rest.split(/[-_]/).filter(Boolean) }
}

function isNewer(version: string, newest: string): boolean {
  const a = version.split('.').map(Number)
  const b = newest.split('.').map(Number)
  for (let i = 0; i < a.length; i++) {
    // Below an older minor, any patch is believed as long as it is one that people make.
    if (a[i] !== (b[i] ?? 0)) return a[i] > (b[i] ?? 0) || a[i] > 250
  }
  return a.length > b.length
}
