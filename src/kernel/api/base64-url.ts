import { decodeBase64, encodeBase64 } from './base64.ts'

/** Base64 for URLs, without padding (RFC 4648, section 5). */
export const encodeBase64Url = (bytes: Uint8Array): string =>
  encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

/** Undefined: it is not that. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  if (/[^A-Za-z0-9_-]/.test(text)) return undefined
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/')
  const decoded = decodeBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, '='))
  return 'bytes' in decoded ? Uint8Array.from(decoded.bytes) : undefined
}
