/** A reference to an image, in full (distribution: reference/normalize.go). */
export interface Reference {
  /** `docker.io`, `registry.k8s.io`, `localhost:5000`. */
  readonly domain: string
  /** `library/nginx`. */
  readonly path: string
  readonly tag: string | undefined
  /** `sha256:...`. */
  readonly digest: string | undefined
}

const DOMAIN =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::\d+)?$/
const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/

/** Take a reference apart; a bare name is one of Docker Hub's. Returns upstream's words when it is malformed. */
export function parseReference(text: string): Reference | string {
  if (/^[a-f0-9]{64}$/.test(text))
    return `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`
  const at = text.indexOf('@')
  const digest = at < 0 ? undefined : text.slice(at + 1)
  const named = at < 0 ? text : text.slice(0, at)
  const slash = named.indexOf('/')
  const first = named.slice(0, slash)
  const hasDomain =
    slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first)
  const domain = hasDomain ? first : 'docker.io'
  const rest = hasDomain ? named.slice(slash + 1) : named
  const colon = rest.lastIndexOf(':')
  const tag = colon < 0 ? undefined : rest.slice(colon + 1)
  const name = colon < 0 ? rest : rest.slice(0, colon)
  if (name.toLowerCase() !== name) return `repository name must be lowercase`
  const bad = !DOMAIN.test(domain) || !PATH.test(name) || (tag !== undefined && !TAG.test(tag))
  if (bad || (digest !== undefined && !DIGEST.test(digest))) return 'invalid reference format'
  const short = (domain === 'docker.io' || domain === 'index.docker.io') && !name.includes('/')
  return {
    domain: domain === 'index.docker.io' ? 'docker.io' : domain,
    path: short ? `library/${name}` : name,
    tag,
    digest,
  }
}

export const repositoryOf = ({ domain, path }: Reference): string => `${domain}/${path}`

/** The full text, with `latest` where nothing else is said. */
export const printReference = (reference: Reference): string =>
  `${repositoryOf(reference)}${reference.digest ? `${reference.tag ? `:${reference.tag}` : ''}@${reference.digest}` : `:${reference.tag ?? 'latest'}`}`

/** 64 hexadecimal digits that stand for a text, as a digest would. */
export function digestOf(text: string): string {
  let digest = ''
  for (let round = 1; round <= 8; round++) {
    let a = Math.imul(0x811c9dc5, round) >>> 0
    for (let i = 0; i < text.length; i++) a = Math.imul(a ^ text.charCodeAt(i), 0x01000193) ^ (a >>> 13)
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b)
    digest += ((a ^ (a >>> 13)) >>> 0).toString(16).padStart(8, '0')
  }
  return `sha256:${digest}`
}
