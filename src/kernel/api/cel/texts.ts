import { EvaluationError, type Environment } from '@marcbachmann/cel-js'

/** Functions on texts beyond the language (cel-go: ext/strings.go; apiserver: pkg/cel/library/regex.go). */
export const registerTexts = (environment: Environment): Environment =>
  environment
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction(
      'string.replace(string, string, int): string',
      (text: string, from: string, to: string, times: bigint) => replaced(text, from, to, Number(times)),
    )
    .registerFunction('string.charAt(int): string', (text: string, index: bigint) => charAt(text, index))
    .registerFunction('string.reverse(): string', (text: string) => [...text].reverse().join(''))
    .registerFunction(
      'string.find(string): string',
      (text: string, pattern: string) => regExp(pattern).exec(text)?.[0] ?? '',
    )
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
      [...text.matchAll(regExp(pattern))].map(([match]) => match),
    )
    .registerFunction(
      'string.findAll(string, int): list<string>',
      (text: string, pattern: string, limit: bigint) =>
        [...text.matchAll(regExp(pattern))]
          .map(([match]) => match)
          .slice(0, limit < 0n ? undefined : Number(limit)),
    )

function replaced(text: string, from: string, to: string, times: number): string {
  if (times < 0) return text.replaceAll(from, () => to)
  const parts = text.split(from)
  const head = parts.slice(0, times + 1).join(to)
  return [head, ...parts.slice(times + 1)].join(from)
}

function charAt(text: string, index: bigint): string {
  const characters = [...text]
  if (index < 0n || index > BigInt(characters.length))
    throw new EvaluationError(`index out of range: ${index}`)
  return characters[Number(index)] ?? ''
}

function regExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'gu')
  } catch {
    throw new EvaluationError(`Illegal regex: ${pattern}`)
  }
}
