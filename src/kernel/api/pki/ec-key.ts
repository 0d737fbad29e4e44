import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { decodeBase64 } from '../base64.ts'
import { encodeBase64Url } from '../base64-url.ts'
import { pem } from './pem.ts'

/** The sums of the generator that signing uses are made for windows this wide: wider ones cost more than a cluster's tokens. */
const WINDOW_BITS = 5

/** Signatures as JSON Web Signatures have them: over the message as it is, high or low alike (RFC 7518, ES256). */
const options = { prehash: false, lowS: false } as const

/** The head of a SubjectPublicKeyInfo for an uncompressed point on P-256 (RFC 5480). */
const spkiHead = [
  48, 89, 48, 19, 6, 7, 42, 134, 72, 206, 61, 2, 1, 6, 8, 42, 134, 72, 206, 61, 3, 1, 7, 3, 66, 0,
]

let prepared = false

/** A private key on P-256, as a file that OpenSSL wrote has it. */
export class EcPrivateKey {
  readonly #secret: Uint8Array
  #public: EcPublicKey | undefined

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** Undefined: no such key is in that text. */
  static read(text: string): EcPrivateKey | undefined {
    const secret = secretIn(derOf(text, 'EC PRIVATE KEY') ?? derOf(text, 'PRIVATE KEY'))
    return secret && new EcPrivateKey(secret)
  }

  get public(): EcPublicKey {
    return (this.#public ??= new EcPublicKey(publicPoint(this.#secret)))
  }

  /** As `openssl ecparam -genkey` writes it (RFC 5915). */
  get pem(): string {
    const head = [48, 119, 2, 1, 1, 4, 32]
    const curve = [160, 10, 6, 8, 42, 134, 72, 206, 61, 3, 1, 7, 161, 68, 3, 66, 0]
    return pem('EC PRIVATE KEY', [...head, ...this.#secret, ...curve, ...this.public.point])
  }

  sign(message: Uint8Array): Uint8Array {
    if (!prepared) p256.Point.BASE.precompute(WINDOW_BITS, false)
    prepared = true
    return p256.sign(sha256(message), this.#secret, options)
  }
}

export class EcPublicKey {
  /** 4, x, y. */
  readonly point: Uint8Array
  #id: string | undefined

  constructor(point: Uint8Array) {
    this.point = point
  }

  static read(text: string): EcPublicKey | undefined {
    const der = derOf(text, 'PUBLIC KEY')
    if (der?.length !== spkiHead.length + 65 || spkiHead.some((byte, i) => der[i] !== byte)) return undefined
    return new EcPublicKey(der.slice(spkiHead.length))
  }

  /** SubjectPublicKeyInfo. */
  get der(): Uint8Array {
    return Uint8Array.from([...spkiHead, ...this.point])
  }

  get pem(): string {
    return pem('PUBLIC KEY', this.der)
  }

  /** kubernetes: pkg/serviceaccount/jwt.go keyIDFromPublicKey */
  get id(): string {
    return (this.#id ??= encodeBase64Url(sha256(this.der)))
  }

  verifies(message: Uint8Array, signature: Uint8Array): boolean {
    if (signature.length !== 64) return false
    return p256.verify(signature, sha256(message), this.point, options)
  }
}

/** Without the tables that signing makes: for one point they cost more than they save. */
export function publicPoint(secret: Uint8Array): Uint8Array {
  const { x, y } = p256.Point.BASE.toAffine()
  return p256.Point.fromAffine({ x, y }).multiplyUnsafe(p256.Point.Fn.fromBytes(secret)).toBytes(false)
}

function derOf(text: string, label: string): Uint8Array | undefined {
  const [, body] = new RegExp(`-----BEGIN ${label}-----([^-]+)-----END ${label}-----`).exec(text) ?? []
  const decoded = body === undefined ? undefined : decodeBase64(body.replace(/\s+/g, ''))
  return decoded && 'bytes' in decoded ? Uint8Array.from(decoded.bytes) : undefined
}

/** In SEC 1 and in PKCS 8 alike the secret follows `version 1` as a string of 32 bytes (RFC 5915). */
function secretIn(der: Uint8Array | undefined): Uint8Array | undefined {
  const mark = [2, 1, 1, 4, 32]
  for (let i = 0; der && i + 37 <= der.length && i < 64; i++)
    if (mark.every((byte, k) => der[i + k] === byte)) return der.slice(i + 5, i + 37)
  return undefined
}
