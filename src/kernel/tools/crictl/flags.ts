/** What a command line says: switches and values by their long names, and the rest. */
export interface Flags {
  readonly values: ReadonlyMap<string, string>
  readonly args: readonly string[]
}

/** Long names by short ones; those that take a value end with `=`. */
export type FlagNames = Readonly<Record<string, string>>

export class UnknownFlag extends Error {}

/** Read flags; with `stopAtArgument` everything after the first argument belongs to the command that is run. */
export function parse(args: readonly string[], names: FlagNames, stopAtArgument = false): Flags {
  const values = new Map<string, string>()
  const rest: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (!arg.startsWith('-') || arg === '-') {
      if (!stopAtArgument) rest.push(arg)
      else return { values, args: [...rest, ...args.slice(i)] }
      continue
    }
    const [name, given] = arg.replace(/^--?/, '').split(/=(.*)/s)
    const known = Object.entries(names).find(
      ([short, long]) => short === name || long.replace('=', '') === name,
    )
    if (known) i += take(values, known[1], given, args[i + 1])
    else if (
      !arg.startsWith('--') &&
      given === undefined &&
      [...name].every((letter) => names[letter] && !names[letter].endsWith('='))
    ) {
      for (const letter of name) values.set(names[letter], 'true')
    } else throw new UnknownFlag(`flag provided but not defined: -${name}`)
  }
  return { values, args: rest }
}

/** Gives how many more words were taken. */
function take(
  values: Map<string, string>,
  long: string,
  given: string | undefined,
  next: string | undefined,
): number {
  if (!long.endsWith('=')) {
    values.set(long, given ?? 'true')
    return 0
  }
  values.set(long.slice(0, -1), given ?? next ?? '')
  return given === undefined ? 1 : 0
}
