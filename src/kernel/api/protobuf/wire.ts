/** The protobuf wire format (protobuf.dev/programming-guides/encoding): fields by number, each with its values in order. */
export type WireValue =
  | { readonly type: 'varint'; readonly value: bigint }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'fixed'; readonly bytes: Uint8Array }

export type WireFields = ReadonlyMap<number, readonly WireValue[]>

/** The bytes are not a protobuf message. */
export class WireError extends Error {}

/** Read a message's fields; nested ones stay bytes. Throws WireError. */
export function readFields(bytes: Uint8Array): WireFields {
  const fields = new Map<number, WireValue[]>()
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) break
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asIntN(64, value)
    }
    throw new WireError('unexpected EOF')
  }
  const take = (length: number): Uint8Array => {
    if (length < 0 || at + length > bytes.length) throw new WireError('unexpected EOF')
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const number = tag >> 3
    if (number < 1) throw new WireError(`illegal tag ${number}`)
    const values = fields.get(number) ?? []
    fields.set(number, values)
    if ((tag & 7) === 0) values.push({ type: 'varint', value: varint() })
    else if ((tag & 7) === 2) values.push({ type: 'bytes', bytes: take(Number(varint())) })
    else if ((tag & 7) === 1) values.push({ type: 'fixed', bytes: take(8) })
    else if ((tag & 7) === 5) values.push({ type: 'fixed', bytes: take(4) })
    else throw new WireError(`illegal wireType ${tag & 7}`)
  }
  return fields
}

/** UTF-8 text; malformed bytes become U+FFFD. Written out because the kernel knows no TextDecoder. */
export function textOf(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; ) {
    const byte = bytes[i]
    const size = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0
    if (size === 0 || i + size > bytes.length) {
      text += '�'
      i++
      continue
    }
    let code = size === 1 ? byte : byte & (0xff >> (size + 1))
    for (let k = 1; k < size; k++) code = (code << 6) | (bytes[i + k] & 63)
    text += String.fromCodePoint(Math.min(code, 0x10ffff))
    i += size
  }
  return text
}
