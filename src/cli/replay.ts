import { readFileSync } from 'node:fs'
import { parseSession, SessionFileError } from '../workers/session-file.ts'
import { headlessSession } from './headless.ts'
import { argumentsOf, UsageError, whole } from './usage.ts'

/** A year. */
const LATEST_MS = 365 * 24 * 3_600_000

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
  const until = values.until ? whole('until', values.until, 0, LATEST_MS) : file.endsAt
  const session = headlessSession(file.spec, { workers: values.workers, hash: values.hash })
  session.load(file)
  await session.seek(until)
  process.stdout.write(`replayed ${file.journal.length} inputs to ${session.now} ms\n`)
  if (values.hash) process.stdout.write(`${session.observations} observations\n${session.hash}\n`)
  session.stop()
  return session.panics.length ? 1 : 0
}

function readSession(path: string) {
  try {
    return parseSession(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof SessionFileError) throw new UsageError(error.message)
    throw error
  }
}
