// POSIX ustar, as text: one character a byte would lose nothing, but files here are text, so data is kept as it is and
// sizes count its characters.

export interface TarEntry {
  readonly name: string
  readonly directory: boolean
  readonly data: string
  readonly mode?: number
}

const BLOCK = 512

/** An archive of these entries. */
export function packTar(entries: readonly TarEntry[]): string {
  const out = entries.map((entry) => header(entry) + padded(entry.data))
  return out.join('') + '\0'.repeat(2 * BLOCK)
}

/** The entries of an archive; stops at its end, or where it is none. */
export function unpackTar(archive: string): TarEntry[] {
  const entries: TarEntry[] = []
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const head = archive.slice(at, at + BLOCK)
    const name = field(head, 345, 155)
      ? `${field(head, 345, 155)}/${field(head, 0, 100)}`
      : field(head, 0, 100)
    if (!name) break
    const size = Number.parseInt(field(head, 124, 12) || '0', 8)
    if (Number.isNaN(size)) break
    const data = archive.slice(at + BLOCK, at + BLOCK + size)
    entries.push({
      name,
      directory: head[156] === '5',
      data,
      mode: Number.parseInt(field(head, 100, 8) || '644', 8),
    })
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return entries
}

const field = (head: string, at: number, size: number) =>
  head
    .slice(at, at + size)
    .replace(/\0.*$/s, '')
    .trim()

const padded = (data: string) => data + '\0'.repeat((BLOCK - (data.length % BLOCK)) % BLOCK)

function header({ name, directory, data, mode = 0o644 }: TarEntry): string {
  const octal = (value: number, size: number) => `${value.toString(8).padStart(size - 1, '0')}\0`
  const text = (value: string, size: number) => value.slice(0, size).padEnd(size, '\0')
  const shown = directory && !name.endsWith('/') ? `${name}/` : name
  const before =
    text(shown, 100) +
    octal(mode & 0o7777, 8) +
    octal(0, 8) +
    octal(0, 8) +
    octal(data.length, 12) +
    octal(0, 12)
  const after =
    (directory ? '5' : '0') +
    text('', 100) +
    text('ustar', 6) +
    text('00', 2) +
    text('root', 32) +
    text('root', 32)
  const rest = (before + ' '.repeat(8) + after).padEnd(BLOCK, '\0')
  let sum = 0
  for (let i = 0; i < rest.length; i++) sum += rest.charCodeAt(i) & 0xff
  return `${rest.slice(0, 148)}${sum.toString(8).padStart(6, '0')}\0 ${rest.slice(156)}`
}
