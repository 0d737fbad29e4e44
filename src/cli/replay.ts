import { readFileSync } from 'node:fs'
import { parseSession, SessionFileError } from '../workers/session-file.ts'
import { headlessSession } from './headless.ts'
import { argumentsOf, UsageError } from './usage.ts'

/** `tabernetes replay SESSION`: play a saved session again; `--hash` prints the hash of all its observations on the last line. */
export async function replay(args: readonly string[]): Promise<number> {
  const { values, positionals } = argumentsOf(args, {
    hash: { type: 'boolean' },
    inline: { type: 'boolean' },
    workers: { type: 'boolean' },
    until: { type: 'string' },
  })
  if (positionals.length !== 1) throw new UsageError('which session?')
  const file = readSession(positionals[0])
  const session = headlessSession(file.spec, { workers: values.workers, hash: values.hash })
  session.load(file)
  await session.seek(values.until ? Number(values.until) : file.endsAt)
  process.stdout.write(`replayed ${file.journal.length} inputs to ${session.now} ms\n`)
  if (values.hash) process.stdout.write(`${session.observations} observations\n${session.hash}\n`)
  session.stop()
  return session.panics.length ? 1 : 0
}

function readSession(path: string) {
  try {
    return parseSession(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof SessionFileError || (error as { code?: string }).code === 'ENOENT')
      throw new UsageError((error as Error).message)
    throw error
  }
}
