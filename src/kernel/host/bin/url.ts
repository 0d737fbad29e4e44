/** The parts of an http or https address. */
export interface Url {
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly port: number
  /** Path and query. */
  readonly path: string
  readonly user: string | undefined
}

/** Take an address apart; `http://` may be left out. What is wrong, in curl's words, if something is. */
export function parseUrl(text: string): Url | { readonly code: number; readonly problem: string } {
  const scheme = /^([a-zA-Z][\w+.-]*):\/\//.exec(text)
  const name = scheme?.[1].toLowerCase() ?? 'http'
  if (name !== 'http' && name !== 'https') return { code: 1, problem: `Protocol "${name}" not supported` }
  const match = /^(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([/?][^#]*)?(?:#.*)?$/.exec(
    text.slice(scheme?.[0].length ?? 0),
  )
  if (!match || match[2] === '' || Number(match[3] ?? 0) > 65535)
    return { code: 3, problem: 'URL using bad/illegal format or missing URL' }
  const [, user, host, port, path = '/'] = match
  return {
    scheme: name,
    host,
    port: Number(port || (name === 'https' ? 443 : 80)),
    path: path.startsWith('/') ? path : `/${path}`,
    user,
  }
}

/** A reference in a `location` header, made whole. */
export const joinUrl = (base: Url, location: string): string =>
  /^[a-z]+:\/\//i.test(location)
    ? location
    : `${base.scheme}://${base.host}:${base.port}${location.startsWith('/') ? location : base.path.replace(/[^/]*(\?.*)?$/, '') + location}`

/** The host as the `host` header has it: without the port that goes without saying. */
export const hostHeader = ({ scheme, host, port }: Url): string =>
  port === (scheme === 'https' ? 443 : 80) ? host : `${host}:${port}`
