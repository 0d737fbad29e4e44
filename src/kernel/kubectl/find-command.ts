import { goQuote } from '../api/go-quote.ts'
import { UserError } from '../api/user-error.ts'
import { answersTo, nameOf, type Command } from './command.ts'
import type { FlagSpec } from './flag-spec.ts'
import { bareValue } from './flags.ts'
import { globalFlags } from './global-flags.ts'

export interface Found {
  readonly command: Command
  /** `kubectl rollout status`. */
  readonly path: string
  /** Arguments and flags without the words of the command. */
  readonly argv: readonly string[]
}

/** Walk down the tree of commands along the arguments (cobra: Command.Find). */
export function findCommand(root: Command, argv: readonly string[]): Found {
  let found: Found = { command: root, path: nameOf(root), argv }
  for (;;) {
    const at = firstArgument(found.argv, [...(found.command.flags ?? []), ...globalFlags])
    const word = at === undefined ? undefined : found.argv[at]
    const next =
      word === undefined ? undefined : found.command.commands?.find((command) => answersTo(command, word))
    if (!next || at === undefined) return found
    const rest = [...found.argv.slice(0, at), ...found.argv.slice(at + 1)]
    found = { command: next, path: `${found.path} ${nameOf(next)}`, argv: rest }
  }
}

/** Where the first argument stands that is no flag and no flag's value (cobra: stripFlags). */
function firstArgument(argv: readonly string[], specs: readonly FlagSpec[]): number | undefined {
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] as string
    if (argument === '--') return undefined
    if (!argument.startsWith('-') || argument === '-') return i
    if (argument.includes('=')) continue
    const spec = argument.startsWith('--')
      ? specs.find(({ name }) => name === argument.slice(2))
      : argument.length === 2
        ? specs.find(({ short }) => short === argument[1])
        : undefined
    if (spec && bareValue(spec) === undefined) i++
  }
  return undefined
}

/** There is no such command (cobra: legacyArgs, findSuggestions). */
export function unknownCommand(root: Command, word: string): UserError {
  const names = suggestions(root.commands ?? [], word)
  const hint = names.length ? `\n\nDid you mean this?\n${names.map((name) => `\t${name}\n`).join('')}` : ''
  return new UserError(`unknown command ${goQuote(word)} for ${goQuote(nameOf(root))}${hint}`)
}

function suggestions(commands: readonly Command[], word: string): string[] {
  const typed = word.toLowerCase()
  return commands
    .filter(({ hidden }) => !hidden)
    .map(nameOf)
    .filter((name) => distance(typed, name) <= 2 || name.startsWith(typed))
}

/** Levenshtein. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
