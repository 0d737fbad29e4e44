import { encodeBase64 } from '../base64.ts'

/** Bytes as a block of a PEM file (RFC 7468). */
export function pem(label: string, der: ArrayLike<number>): string {
  const lines = encodeBase64(der).match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
