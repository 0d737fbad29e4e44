import { parseArgs, type ParseArgsConfig } from 'node:util'

/** The person at the command line asked for something that is not there; the message says what. */
export class UsageError extends Error {}

/** Parse arguments; throws UsageError that begins with the words of node's parser, without its advice. */
export function argumentsOf<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
) {
  const parsed = parse(args, options)
  const { workers, inline } = parsed.values as { workers?: boolean; inline?: boolean }
  if (workers && inline) throw new UsageError('--workers and --inline exclude each other')
  return parsed
}

function parse<T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0].replace(/\. To specify .*/, ''))
  }
}

/** A whole number within limits. */
export function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < low || value > high)
    throw new UsageError(`--${name} must be a whole number from ${low} to ${high}, not '${text}'`)
  return value
}
