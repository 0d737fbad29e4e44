import { utf8Bytes } from '../../api/utf8.ts'
import { decodeBase64Url, encodeBase64Url } from '../../api/base64-url.ts'
import type { EcPrivateKey, EcPublicKey } from '../../api/pki/ec-key.ts'

/** What a token says (kubernetes: pkg/serviceaccount/claims.go). */
export interface TokenClaims {
  readonly aud: readonly string[]
  /** Seconds since the Unix epoch. */
  readonly exp: number
  readonly iat: number
  readonly iss: string
  readonly jti?: string
  readonly 'kubernetes.io': {
    readonly namespace: string
    readonly node?: Bound
    readonly pod?: Bound
    readonly secret?: Bound
    readonly serviceaccount: Bound
    /** When its bearer should have had a newer one. */
    readonly warnafter?: number
  }
  readonly nbf: number
  readonly sub: string
}

export interface Bound {
  readonly name: string
  readonly uid: string
}

/** Tokens whose signatures have been looked at. */
const MAX_KNOWN = 5000

/** JSON Web Tokens, signed with ES256 (kubernetes: pkg/serviceaccount/jwt.go). */
export class ServiceAccountTokens {
  readonly #key: EcPrivateKey
  readonly #trusted: readonly EcPublicKey[]
  #known = new Map<string, TokenClaims>()

  /** `trusted`: keys besides the signing one (`--service-account-key-file`). */
  constructor(key: EcPrivateKey, trusted: readonly EcPublicKey[] = []) {
    this.#key = key
    this.#trusted = trusted
  }

  issue(claims: TokenClaims): string {
    const header = { alg: 'ES256', kid: this.#key.public.id }
    const signed = `${part(header)}.${part(claims)}`
    return `${signed}.${encodeBase64Url(this.#key.sign(bytesOf(signed)))}`
  }

  /** What a token says if one of the keys signed it; whether it is still good is another question. */
  read(token: string): TokenClaims | undefined {
    const known = this.#known.get(token)
    if (known) return known
    const claims = this.#verified(token)
    if (!claims) return undefined
    if (this.#known.size >= MAX_KNOWN) this.#known.clear()
    this.#known.set(token, claims)
    return claims
  }

  #verified(token: string): TokenClaims | undefined {
    const [header = '', payload = '', signature = '', ...rest] = token.split('.')
    if (!header || !payload || !signature || rest.length) return undefined
    const head = jsonIn(header) as { readonly alg?: string } | undefined
    const bytes = decodeBase64Url(signature)
    if (head?.alg !== 'ES256' || !bytes) return undefined
    const message = bytesOf(`${header}.${payload}`)
    const keys = this.#trusted.length ? this.#trusted : [this.#key.public]
    if (!keys.some((key) => key.verifies(message, bytes))) return undefined
    return jsonIn(payload) as TokenClaims | undefined
  }
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(utf8Bytes(text))

const part = (value: unknown): string => encodeBase64Url(bytesOf(JSON.stringify(value)))

function jsonIn(part: string): unknown {
  const bytes = decodeBase64Url(part)
  if (!bytes) return undefined
  try {
    return JSON.parse(String.fromCharCode(...bytes))
  } catch {
    return undefined
  }
}
