// apimachinery: pkg/util/rand (SafeEncodeString); apiserver: pkg/storage/names/generate.go

/** No vowels and no easily mistaken letters, so that no words appear. */
export const safeAlphabet = 'bcdfghjklmnpqrstvwxz2456789'

const maxNameLength = 63
const suffixLength = 5

/** Each byte of an ASCII text, such as the digits of a hash, as a safe letter. */
export const safeEncode = (text: string): string =>
  [...text].map((character) => safeAlphabet[character.charCodeAt(0) % safeAlphabet.length]).join('')

/** `base` and five random letters, at most 63 bytes; `random` draws from [0, 1). */
export function generateName(base: string, random: () => number): string {
  const head = base.slice(0, maxNameLength - suffixLength)
  return head + safeRandom(suffixLength, random)
}

/** Random safe letters (rand.String). */
export function safeRandom(length: number, random: () => number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += safeAlphabet[Math.floor(random() * safeAlphabet.length)]
  return text
}
