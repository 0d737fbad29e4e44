/** How much a Secret or ConfigMap may hold (core.MaxSecretSize). */
export const maxSecretSize = 1024 * 1024

/** Bytes behind a base64 text. */
export function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  return (base64.length / 4) * 3 - padding
}

/** Equal keys and values; absent is empty. */
export function sameMap(
  a: Readonly<Record<string, string>> = {},
  b: Readonly<Record<string, string>> = {},
): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}
