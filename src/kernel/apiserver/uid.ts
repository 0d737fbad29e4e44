/** A random UUID, version 4. */
export function newUid(random: () => number): string {
  let text = ''
  for (let i = 0; i < 32; i++) {
    if (i === 8 || i === 12 || i === 16 || i === 20) text += '-'
    const nibble = Math.floor(random() * 16)
    text += (i === 12 ? 4 : i === 16 ? (nibble & 3) | 8 : nibble).toString(16)
  }
  return text
}
