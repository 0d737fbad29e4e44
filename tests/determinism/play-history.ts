import { failOnPanic } from '../../src/kernel/sim/panic.ts'
import { inlineHost } from '../../src/workers/inline-host.ts'
import type { HostFactory } from '../../src/workers/rack.ts'
import { Session } from '../../src/workers/session.ts'
import type { SessionFile } from '../../src/workers/session-file.ts'

/** Play a session to its end and return the hash of all observations. `pieceMs` cuts the run into pieces of other lengths. */
export async function hashOf(
  file: SessionFile,
  hosts: HostFactory = inlineHost,
  pieceMs = Number.POSITIVE_INFINITY,
): Promise<string> {
  const session = new Session(file.spec, { hosts, hash: true })
  session.load(file)
  while (session.now < file.endsAt) await session.runUntil(Math.min(file.endsAt, session.now + pieceMs))
  const { hash, panics } = session
  session.stop()
  panics.forEach(failOnPanic)
  return hash
}
