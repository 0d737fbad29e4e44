import { unescapeText } from './printf.ts'

/** What `echo` prints for its arguments: `-n`, `-e`, `-E`. */
export function echoText(args: readonly string[]): string {
  let at = 0
  let newline = true
  let escapes = false
  while (at < args.length && /^-[neE]+$/.test(args[at])) {
    for (const flag of args[at].slice(1)) {
      if (flag === 'n') newline = false
      else escapes = flag === 'e'
    }
    at++
  }
  const text = args.slice(at).join(' ')
  if (!escapes) return text + (newline ? '\n' : '')
  const out = unescapeText(text)
  return out.text + (newline && !out.stop ? '\n' : '')
}
