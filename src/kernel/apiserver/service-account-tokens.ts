import { decodeBase64, encodeBase64 } from '../api/base64.ts'
import { utf8Bytes } from '../api/utf8.ts'
import type { User } from './call.ts'
import { sha256 } from './sha256.ts'

export interface TokenClaims {
  readonly issuer: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly audiences: readonly string[]
  /** Seconds since the Unix epoch. */
  readonly issuedAt: number
  readonly expiresAt: number
}

/** JSON Web Tokens of service accounts; the signature is a hash with the key of --service-account-signing-key-file. */
export class ServiceAccountTokens {
  readonly #key: string

  constructor(key: string) {
    this.#key = key
  }

  issue({ issuer, namespace, name, uid, audiences, issuedAt, expiresAt }: TokenClaims): string {
    const claims = {
      aud: audiences,
      exp: expiresAt,
      iat: issuedAt,
      iss: issuer,
      'kubernetes.io': { namespace, serviceaccount: { name, uid } },
      nbf: issuedAt,
      sub: `system:serviceaccount:${namespace}:${name}`,
    }
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
    return `${signed}.${this.#signature(signed)}`
  }

  /** Whose token it is, if it is one of ours and still good at that second; `uid` is the account's. */
  verify(
    token: string,
    now: number,
  ): { readonly user: User; readonly namespace: string; readonly name: string } | undefined {
    const end = token.lastIndexOf('.')
    const [, payload] = token.split('.')
    if (end < 0 || !payload || token.slice(end + 1) !== this.#signature(token.slice(0, end))) return undefined
    const claims = JSON.parse(textOf(payload)) as {
      exp: number
      'kubernetes.io': { namespace: string; serviceaccount: { name: string; uid: string } }
    }
    const { namespace, serviceaccount } = claims['kubernetes.io']
    if (claims.exp <= now) return undefined
    const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated']
    const name = `system:serviceaccount:${namespace}:${serviceaccount.name}`
    return { user: { name, uid: serviceaccount.uid, groups }, namespace, name: serviceaccount.name }
  }

  #signature(text: string): string {
    return urlSafe(encodeBase64(sha256(`${this.#key}\n${text}`)))
  }
}

const part = (value: unknown): string => urlSafe(encodeBase64(utf8Bytes(JSON.stringify(value))))

const urlSafe = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

function textOf(part: string): string {
  const base64 = part.replaceAll('-', '+').replaceAll('_', '/')
  const decoded = decodeBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, '='))
  return 'bytes' in decoded ? String.fromCharCode(...decoded.bytes) : '{}'
}
