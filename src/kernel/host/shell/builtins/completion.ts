import type { CompletionSpec } from '../completion.ts'
import { print, type Io, type Shell } from '../shell.ts'
import type { Sys } from '../../sys.ts'
import type { Builtin } from './index.ts'

interface Parsed {
  readonly flags: Map<string, string>
  readonly names: string[]
}

function parse(args: readonly string[]): Parsed {
  const flags = new Map<string, string>()
  const names: string[] = []
  for (let i = 1; i < args.length; i++) {
    if (/^-[oAGWFCXPS]$/.test(args[i])) flags.set(args[i], args[++i] ?? '')
    else if (args[i].startsWith('-') && args[i] !== '--') flags.set(args[i], '')
    else if (args[i] !== '--') names.push(args[i])
  }
  return { flags, names }
}

/** complete [-F FUNCTION] [-W WORDS] [-C COMMAND] [-o OPTION] [-d] [-f] NAME... ; -p shows, -r removes. */
const complete: Builtin = function* (sh, args, io) {
  const { flags, names } = parse(args)
  if (flags.has('-r')) {
    for (const name of names) sh.completions.delete(name)
    if (!names.length) sh.completions.clear()
    return 0
  }
  if (flags.has('-p') || !names.length) return yield* show(sh, names, io)
  const command = flags.get('-C')
  const spec: CompletionSpec = {
    ...(flags.has('-F') ? { function: flags.get('-F') as string } : {}),
    ...(flags.has('-W') ? { words: (flags.get('-W') as string).split(/\s+/).filter(Boolean) } : {}),
    ...(flags.has('-d') ? { filter: 'directory' as const } : {}),
    ...(command !== undefined || flags.get('-F')?.startsWith('__start_') ? { cobra: true } : {}),
  }
  for (const name of names) sh.completions.set(name, spec)
  return 0
}

function* show(sh: Shell, names: readonly string[], io: Io): Sys<number> {
  for (const [name, spec] of sh.completions) {
    if (names.length && !names.includes(name)) continue
    const how = spec.function
      ? `-F ${spec.function} `
      : spec.words
        ? `-W '${spec.words.join(' ')}' `
        : spec.filter
          ? '-d '
          : ''
    yield* print(io, `complete ${how}${name}\n`)
  }
  return 0
}

/** compgen -W WORDS [PREFIX] */
const compgen: Builtin = function* (_sh, args, io) {
  const { flags, names } = parse(args)
  const prefix = names[0] ?? ''
  const found = (flags.get('-W') ?? '').split(/\s+/).filter((word) => word !== '' && word.startsWith(prefix))
  yield* print(io, found.map((word) => `${word}\n`).join(''))
  return found.length ? 0 : 1
}

const compopt: Builtin = function* () {
  return 0
}

export const completion: Record<string, Builtin> = { complete, compgen, compopt }
