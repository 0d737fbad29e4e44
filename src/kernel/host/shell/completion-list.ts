import type { Candidate } from './completion.ts'

export function longestCommonPrefix(texts: readonly string[]): string {
  let prefix = texts[0] ?? ''
  for (const text of texts) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1)
  return prefix
}

/** The candidates as readline lists them: in columns, or one a line with what they mean. */
export function listCandidates(candidates: readonly Candidate[], width: number): string {
  const names = candidates.map(({ text, display }) => display ?? text)
  if (candidates.some(({ description }) => description)) {
    const longest = Math.max(...names.map((name) => name.length))
    return candidates
      .map(({ description }, i) => {
        const line = description ? `${names[i].padEnd(longest)}  (${description})` : names[i]
        return `${line.length > width ? `${line.slice(0, width - 1)}…` : line}\n`
      })
      .join('')
  }
  const cell = Math.max(...names.map((name) => name.length)) + 2
  const columns = Math.max(1, Math.floor(width / cell))
  const rows = Math.ceil(names.length / columns)
  let out = ''
  for (let row = 0; row < rows; row++) {
    const line = names.filter((_, i) => i % rows === row)
    out += `${line.map((name, i) => (i === line.length - 1 ? name : name.padEnd(cell))).join('')}\n`
  }
  return out
}
