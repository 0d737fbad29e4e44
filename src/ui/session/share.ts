import { SessionFileError } from '../../workers/session-error.ts'
import { parseSession, type SessionFile } from '../../workers/session-file.ts'

/** Links longer than this break in mail programs and chats. */
export const MAX_LINK = 32 * 1024
/** A link of 32 KB can stand for gigabytes: what it unpacks to is counted while it comes out. */
const MAX_UNPACKED = 5 * 1024 * 1024
const MAGIC = 'tab1'

/** A session as text for the fragment of a link: `tab1.CHECKSUM.DATA`; it never leaves the browser by itself. */
export async function packSession(session: SessionFile): Promise<string> {
  const raw = new TextEncoder().encode(JSON.stringify(session))
  const packed = await through(raw, new CompressionStream('deflate-raw'), Number.POSITIVE_INFINITY)
  return `${MAGIC}.${await checksum(raw)}.${base64url(packed)}`
}

/** Read a link's fragment. Throws SessionFileError with words for the person. */
export async function unpackSession(text: string): Promise<SessionFile> {
  const [magic, sum, data] = text.split('.')
  if (!/^tab\d+$/.test(magic ?? '')) throw new SessionFileError('notLink')
  if (magic !== MAGIC) throw new SessionFileError('newer', magic.slice(3))
  if (!data || text.length > MAX_LINK * 2) throw new SessionFileError('truncated')
  let raw: Uint8Array
  try {
    raw = await through(fromBase64url(data), new DecompressionStream('deflate-raw'), MAX_UNPACKED)
  } catch (error) {
    if (error instanceof SessionFileError) throw error
    throw new SessionFileError('packed')
  }
  if ((await checksum(raw)) !== sum) throw new SessionFileError('checksum')
  return parseSession(new TextDecoder().decode(raw))
}

async function through(
  data: Uint8Array,
  stream: CompressionStream | DecompressionStream,
  limit: number,
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter()
  const written = writer.write(data as Uint8Array<ArrayBuffer>).then(() => writer.close())
  written.catch(() => {})
  const parts: Uint8Array[] = []
  let size = 0
  const reader = stream.readable.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length
    if (size > limit) {
      await reader.cancel()
      throw new SessionFileError('expands', limit / 1024 / 1024)
    }
    parts.push(next.value)
  }
  await written
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

async function checksum(data: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data as Uint8Array<ArrayBuffer>))
  return [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function base64url(data: Uint8Array): string {
  let text = ''
  for (const byte of data) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64url(text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new SessionFileError('characters')
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )
}
