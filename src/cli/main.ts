import { UserError } from '../kernel/api/user-error.ts'
import { lesson } from './lesson.ts'
import { play } from './play.ts'
import { replay } from './replay.ts'
import { serve } from './serve.ts'
import { UsageError } from './usage.ts'

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  serve,
  play,
  replay,
  lesson,
}

const USAGE = `Usage: tabernetes COMMAND [OPTIONS]

  serve    [--port N] [--nodes N] [--etcd N] [--seed N] [--pace realtime|max] [--workers|--inline] [--kubeconfig FILE]
           run a cluster and answer the Kubernetes API on http://127.0.0.1:N
  play     FILE... [--record SESSION] [--update] [--workers|--inline]
           play a transcript and compare what is printed
  replay   SESSION [--hash] [--inline|--workers] [--until MS]
           play a saved session again
  lesson   check FOLDER...
           play lessons by their solutions, by their other ways and by their near misses
`

const HELP = new Set(['--help', '-h'])

/** The command line; returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, args[0] ?? '') ? commands[args[0]] : undefined
  const asked = args.length === 0 || args[0] === 'help' || args.some((word) => HELP.has(word))
  if (!command || asked) {
    ;(asked ? process.stdout : process.stderr).write(
      asked ? USAGE : `tabernetes: unknown command '${args[0]}'\n\n${USAGE}`,
    )
    return asked ? 0 : 2
  }
  try {
    return await command(args.slice(1))
  } catch (error) {
    const isSystem = typeof (error as { syscall?: unknown }).syscall === 'string'
    if (!(error instanceof UsageError || error instanceof UserError || isSystem)) throw error
    process.stderr.write(`tabernetes ${args[0]}: ${(error as Error).message}\n`)
    return isSystem ? 1 : 2
  }
}
